/// A call that an AI agent will hold: `POST /voice/ai/call`.
///
/// A value of this type has passed every rule; there is no other way to make one.
///
/// ```swift
/// let call = try AICall(
///     callerID: "919999999999", toNumber: "918888888888", agentID: "bdd32bcb-767c-40a5-be4a-5f45eeb348a6",
///     options: CallOptions(maxDuration: 600, record: true), variables: ["order": .text("A-17")])
/// ```
public struct AICall: Hashable, Sendable {
    /// The number that the called person sees.
    public let callerID: PhoneNumber
    /// The number that is rung.
    public let toNumber: PhoneNumber
    /// The agent that will talk.
    public let agentID: AgentID
    /// `nil` leaves all to the platform.
    public let options: CallOptions?
    /// What the agent is told about this call, by key.
    public private(set) var variables: Variables?

    /// - Throws: ``ValidationError`` with the platform's name of the field that is wrong.
    public init(
        callerID: String,
        toNumber: String,
        agentID: String,
        options: CallOptions? = nil,
        variables: Variables? = nil
    ) throws(ValidationError) {
        self.callerID = try PhoneNumber(validating: callerID, field: "caller_id")
        self.toNumber = try PhoneNumber(validating: toNumber, field: "to_number")
        self.agentID = try AgentID(validating: agentID)
        try options?.check(field: "options")
        try VariableKey.check(variables ?? [:], field: "variables")
        self.options = options
        self.variables = variables
    }

    /// Reads the request's JSON body. Unknown keys are refused at every level.
    public init(json: JSONValue) throws(ValidationError) {
        var reader = try ObjectReader(json)
        let callerID = try reader.requiredString("caller_id")
        let toNumber = try reader.requiredString("to_number")
        let agentID = try reader.requiredString("agent_id")
        let options: CallOptions? =
            if let json = reader.value("options") { try CallOptions(json, field: "options") } else { nil }
        let variables = try reader.variables("variables")
        try reader.finish()
        try self.init(
            callerID: callerID,
            toNumber: toNumber,
            agentID: agentID,
            options: options,
            variables: variables
        )
    }

    /// The request's body, as it is sent.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "caller_id": .string(callerID.digits),
            "to_number": .string(toNumber.digits),
            "agent_id": .string(agentID.text),
        ]
        members["options"] = options?.json
        members["variables"] = variables.map { .object($0.mapValues(\.json)) }
        return .object(members)
    }

    /// The same call with one variable more.
    /// - Throws: ``ValidationError`` for a key or value that breaks a rule.
    public func with(_ key: String, _ value: VariableValue) throws(ValidationError) -> AICall {
        try VariableKey.check([key: value], field: "variables")
        var call = self
        call.variables = (variables ?? [:]).merging([key: value]) { _, new in new }
        return call
    }

    /// What is sent, and where to.
    public var request: APIRequest {
        APIRequest(method: .post, path: "/voice/ai/call", body: json, repeatable: false)
    }
}
