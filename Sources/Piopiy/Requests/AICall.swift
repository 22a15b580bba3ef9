/// A call that an AI agent will hold: `POST /voice/ai/call`.
///
/// A value of this type has passed every rule; there is no other way to make one.
///
/// ```swift
/// let call = try AICall(
///     callerID: "919999999999",
///     toNumber: "918888888888",
///     agentID: "bdd32bcb-767c-40a5-be4a-5f45eeb348a6",
///     options: CallOptions(maxDuration: 600, record: true),
///     variables: ["order": "A-17", "tries": 3]
/// )
/// ```
///
/// With a ``Failover`` it becomes `POST /voice/pcmo/call`, with one `connect` action whose endpoints are the two agents
/// (source: the official SDK).
public struct AICall: Placement, Hashable {
    private var basics: CallBasics
    /// The agent that will talk.
    public let agentID: AgentID
    /// The account's app; there when ``failover`` is.
    public let appID: String?
    /// Who talks when the agent cannot; `nil` for nobody.
    public let failover: Failover?

    /// The number that the called person sees.
    public var callerID: PhoneNumber { basics.callerID }
    /// The number that is rung.
    public var toNumber: PhoneNumber { basics.toNumber }
    /// `nil` leaves all to the platform.
    public var options: CallOptions? { basics.options }
    /// What the agent is told about this call, by key.
    public var variables: Variables? { basics.variables }

    /// - Throws: ``ValidationError`` with the platform's name of the field that is wrong. An app id and a failover need
    ///   each other.
    public init(
        callerID: String,
        toNumber: String,
        agentID: String,
        options: CallOptions? = nil,
        variables: Variables? = nil,
        appID: String? = nil,
        failover: Failover? = nil
    ) throws(ValidationError) {
        try self.init(
            basics: CallBasics(callerID: callerID, toNumber: toNumber, options: options, variables: variables),
            agentID: AgentID(validating: agentID),
            appID: appID,
            failover: failover
        )
    }

    private init(
        basics: CallBasics,
        agentID: AgentID,
        appID: String?,
        failover: Failover?
    ) throws(ValidationError) {
        if let failover {
            if appID == nil { throw ValidationError(field: "app_id", "is missing; a failover needs it") }
            if failover.agentID == agentID {
                throw ValidationError(field: "failover.agent_id", "is the same as the first agent; name another one")
            }
        } else if appID != nil {
            throw ValidationError(field: "app_id", "works only with a failover; leave it out or add a failover")
        }
        self.basics = basics
        self.agentID = agentID
        self.appID = appID
        self.failover = failover
    }

    /// Reads the JSON body of `POST /voice/ai/call`. Unknown keys are refused at every level.
    public init(json: JSONValue) throws(ValidationError) {
        var reader = try ObjectReader(json)
        basics = try CallBasics(&reader)
        agentID = try AgentID(validating: try reader.requiredString("agent_id"))
        appID = nil
        failover = nil
        try reader.finish()
    }

    /// Reads the arguments of the official SDK's `ai.call`, `app_id` and `failover` among them.
    init(arguments: JSONValue) throws(ValidationError) {
        var reader = try ObjectReader(arguments, nullIsAbsent: true)
        let basics = try CallBasics(&reader)
        let agentID = try AgentID(validating: try reader.requiredString("agent_id"))
        let appID = try reader.string("app_id")
        let failover = try reader.value("failover").map { json throws(ValidationError) in try Failover(json: json) }
        try reader.finish()
        try self.init(basics: basics, agentID: agentID, appID: appID, failover: failover)
    }

    /// The request's body, as it is sent.
    public var json: JSONValue {
        var members = basics.members
        if let failover, let appID {
            members["app_id"] = .string(appID)
            members["pipeline"] = [failover.connect(from: callerID, first: agentID)]
        } else {
            members["agent_id"] = .string(agentID.text)
        }
        return .object(members)
    }

    /// The same call with one variable more, or with another value for one that it has.
    /// - Throws: ``ValidationError``, field `variables.KEY`, for a key or value that breaks a rule.
    public func with(_ key: String, _ value: VariableValue) throws(ValidationError) -> AICall {
        var call = self
        call.basics = try basics.with(key, value)
        return call
    }

    /// What is sent, and where to. It is never repeated when in doubt.
    public var request: APIRequest {
        APIRequest(
            method: .post,
            path: failover == nil ? "/voice/ai/call" : "/voice/pcmo/call",
            body: json,
            repeatable: false
        )
    }
}

/// Who talks when the first agent of a call cannot (source of the rules: the official SDK).
public struct Failover: Hashable, Sendable {
    /// Not the first agent's.
    public let agentID: AgentID
    /// How the two agents are asked, and under which options. Empty options are left out.
    public let leg: ConnectLeg

    /// - Throws: ``ValidationError``, field `failover.agent_id`.
    public init(agentID: String, leg: ConnectLeg = ConnectLeg()) throws(ValidationError) {
        self.agentID = try AgentID(validating: agentID, field: "failover.agent_id")
        self.leg = leg
    }

    init(json: JSONValue) throws(ValidationError) {
        var reader = try ObjectReader(json, field: "failover")
        agentID = try AgentID(validating: try reader.requiredString("agent_id"), field: "failover.agent_id")
        // Here the options stand beside the other keys.
        let options = try ConnectOptions(&reader)
        let metadata = try reader.variables("metadata")
        try VariableKey.check(metadata ?? [:], field: "failover.metadata")
        leg = try ConnectLeg(
            strategy: try reader.choice("strategy"),
            options: options.members.isEmpty ? nil : options,
            metadata: metadata
        )
        try reader.finish()
    }

    func connect(from callerID: PhoneNumber, first: AgentID) -> JSONValue {
        var params = leg.members
        if leg.options?.members.isEmpty == true { params["options"] = nil }
        params["caller_id"] = .string(callerID.digits)
        let endpoints = [first, agentID].map { Endpoint(.agent($0)).json }
        return ["action": "connect", "params": .object(params), "endpoints": .array(endpoints)]
    }
}
