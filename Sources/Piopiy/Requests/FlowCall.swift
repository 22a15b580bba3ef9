/// A call that follows a flow which the platform keeps: `POST /voice/flow/call`.
public struct FlowCall: Placement, Hashable {
    private var basics: CallBasics
    /// The flow's id: a UUID.
    public let flowID: String
    /// The organisation's id: a UUID.
    public let orgID: String
    /// The account's app.
    public let appID: String

    /// The number that the called person sees.
    public var callerID: PhoneNumber { basics.callerID }
    /// The number that is rung.
    public var toNumber: PhoneNumber { basics.toNumber }
    /// `nil` leaves all to the platform.
    public var options: CallOptions? { basics.options }
    /// The call's own values, by key.
    public var variables: Variables? { basics.variables }

    /// - Throws: ``ValidationError`` with the platform's name of the field that is wrong.
    public init(
        flowID: String,
        orgID: String,
        callerID: String,
        toNumber: String,
        appID: String,
        options: CallOptions? = nil,
        variables: Variables? = nil
    ) throws(ValidationError) {
        if let problem = UUIDText.problem(with: flowID) { throw ValidationError(field: "flow_id", problem) }
        if let problem = UUIDText.problem(with: orgID) { throw ValidationError(field: "org_id", problem) }
        basics = try CallBasics(callerID: callerID, toNumber: toNumber, options: options, variables: variables)
        self.flowID = flowID
        self.orgID = orgID
        self.appID = appID
    }

    /// Reads the request's JSON body. Unknown keys are refused at every level.
    public init(json: JSONValue) throws(ValidationError) { try self.init(json, nullIsAbsent: false) }

    init(arguments: JSONValue) throws(ValidationError) { try self.init(arguments, nullIsAbsent: true) }

    private init(_ json: JSONValue, nullIsAbsent: Bool) throws(ValidationError) {
        var reader = try ObjectReader(json, nullIsAbsent: nullIsAbsent)
        basics = try CallBasics(&reader)
        flowID = try reader.requiredUUID("flow_id")
        orgID = try reader.requiredUUID("org_id")
        appID = try reader.requiredString("app_id")
        try reader.finish()
    }

    /// The request's body, as it is sent.
    public var json: JSONValue {
        var members = basics.members
        members["flow_id"] = .string(flowID)
        members["org_id"] = .string(orgID)
        members["app_id"] = .string(appID)
        return .object(members)
    }

    /// The same call with one variable more, or with another value for one that it has.
    /// - Throws: ``ValidationError``, field `variables.KEY`, for a key or value that breaks a rule.
    public func with(_ key: String, _ value: VariableValue) throws(ValidationError) -> FlowCall {
        var call = self
        call.basics = try basics.with(key, value)
        return call
    }

    /// What is sent, and where to. It is never repeated when in doubt.
    public var request: APIRequest {
        APIRequest(method: .post, path: "/voice/flow/call", body: json, repeatable: false)
    }
}
