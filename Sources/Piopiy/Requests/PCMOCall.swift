/// A call that follows a pipeline: `POST /voice/pcmo/call`.
public struct PCMOCall: Placement, Hashable {
    private var basics: CallBasics
    /// The account's app.
    public let appID: String
    /// What happens in the call.
    public let pipeline: Pipeline
    /// An agent that the call belongs to; `nil` for none.
    public let agentID: AgentID?

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
        callerID: String,
        toNumber: String,
        appID: String,
        pipeline: Pipeline,
        agentID: String? = nil,
        options: CallOptions? = nil,
        variables: Variables? = nil
    ) throws(ValidationError) {
        basics = try CallBasics(callerID: callerID, toNumber: toNumber, options: options, variables: variables)
        self.appID = appID
        self.pipeline = pipeline
        if let agentID { self.agentID = try AgentID(validating: agentID) } else { self.agentID = nil }
    }

    /// Reads the request's JSON body. Unknown keys are refused at every level.
    public init(json: JSONValue) throws(ValidationError) { try self.init(json, nullIsAbsent: false) }

    init(arguments: JSONValue) throws(ValidationError) { try self.init(arguments, nullIsAbsent: true) }

    private init(_ json: JSONValue, nullIsAbsent: Bool) throws(ValidationError) {
        var reader = try ObjectReader(json, nullIsAbsent: nullIsAbsent)
        basics = try CallBasics(&reader)
        appID = try reader.requiredString("app_id")
        guard let pipeline = reader.value("pipeline") else {
            throw reader.missing("pipeline", takes: "an array of actions")
        }
        self.pipeline = try Pipeline(json: pipeline)
        if let agentID = try reader.string("agent_id") {
            self.agentID = try AgentID(validating: agentID)
        } else {
            agentID = nil
        }
        try reader.finish()
    }

    /// The request's body, as it is sent.
    public var json: JSONValue {
        var members = basics.members
        members["app_id"] = .string(appID)
        members["pipeline"] = pipeline.json
        members["agent_id"] = agentID.map { .string($0.text) }
        return .object(members)
    }

    /// The same call with one variable more, or with another value for one that it has.
    /// - Throws: ``ValidationError``, field `variables.KEY`, for a key or value that breaks a rule.
    public func with(_ key: String, _ value: VariableValue) throws(ValidationError) -> PCMOCall {
        var call = self
        call.basics = try basics.with(key, value)
        return call
    }

    /// What is sent, and where to. It is never repeated when in doubt.
    public var request: APIRequest {
        APIRequest(method: .post, path: "/voice/pcmo/call", body: json, repeatable: false)
    }
}
