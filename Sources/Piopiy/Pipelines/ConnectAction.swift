/// Rings people, or brings one or two agents in.
public struct ConnectAction: Hashable, Sendable {
    /// The number that the rung person sees; `nil` only in a blind transfer.
    public let callerID: PhoneNumber?
    /// Who is rung, in this order: people first, then at most two agents.
    public let endpoints: [Endpoint]
    /// How they are rung, and what is told about it.
    public let leg: ConnectLeg

    /// - Throws: ``ValidationError`` when there is no endpoint, there are more than two agents, or somebody comes after an
    ///   agent.
    public init(
        callerID: PhoneNumber?,
        endpoints: [Endpoint],
        leg: ConnectLeg = ConnectLeg()
    ) throws(ValidationError) {
        try Self.check(endpoints, field: "endpoints")
        self.callerID = callerID
        self.endpoints = endpoints
        self.leg = leg
    }

    init(_ reader: inout ObjectReader, needsCallerID: Bool) throws(ValidationError) {
        guard let params = reader.value("params") else { throw reader.missing("params", takes: "an object") }
        var paramsReader = try ObjectReader(params, field: reader.path("params"))
        let callerID =
            needsCallerID
            ? try paramsReader.requiredString("caller_id") : try paramsReader.string("caller_id")
        if let callerID {
            self.callerID = try PhoneNumber(validating: callerID, field: paramsReader.path("caller_id"))
        } else {
            self.callerID = nil
        }
        leg = try ConnectLeg(&paramsReader)
        try paramsReader.finish()

        let elements = try reader.requiredArray("endpoints")
        let field = reader.path("endpoints")
        var endpoints: [Endpoint] = []
        for (index, element) in elements.enumerated() {
            endpoints.append(try Endpoint(json: element, field: "\(field)[\(index)]"))
        }
        try Self.check(endpoints, field: field)
        self.endpoints = endpoints
    }

    private static func check(_ endpoints: [Endpoint], field: String) throws(ValidationError) {
        if endpoints.isEmpty { throw ValidationError(field: field, "is empty; it must have at least one endpoint") }
        var agents = 0
        for (index, endpoint) in endpoints.enumerated() {
            if case .agent = endpoint.target {
                agents += 1
                if agents > 2 {
                    throw ValidationError(field: "\(field)[\(index)]", "is a third agent; at most two are allowed")
                }
            } else if agents > 0 {
                throw ValidationError(
                    field: "\(field)[\(index)]",
                    "comes after an agent; agents must be the last endpoints"
                )
            }
        }
    }

    var members: [String: JSONValue] {
        var params = leg.members
        params["caller_id"] = callerID.map { .string($0.digits) }
        return ["params": .object(params), "endpoints": .array(endpoints.map(\.json))]
    }
}

/// How the endpoints of a `connect` are rung.
public struct ConnectLeg: Hashable, Sendable {
    /// `nil` leaves it to the platform.
    public var strategy: ConnectStrategy?
    /// `nil` leaves all to the platform.
    public var options: ConnectOptions?
    /// What is told about the leg, by key.
    public private(set) var metadata: Variables?

    /// Everything is left to the platform.
    public init() {}

    /// - Throws: ``ValidationError`` for a key or value of `metadata` that breaks a rule.
    public init(
        strategy: ConnectStrategy? = nil,
        options: ConnectOptions? = nil,
        metadata: Variables? = nil
    ) throws(ValidationError) {
        try VariableKey.check(metadata ?? [:], field: "metadata")
        self.strategy = strategy
        self.options = options
        self.metadata = metadata
    }

    /// Reads `strategy`, `options` and `metadata` where they stand beside other keys.
    init(_ reader: inout ObjectReader) throws(ValidationError) {
        strategy = try reader.choice("strategy")
        if let json = reader.value("options") {
            options = try ConnectOptions(json: json, field: reader.path("options"))
        }
        metadata = try reader.variables("metadata")
        try VariableKey.check(metadata ?? [:], field: reader.path("metadata"))
    }

    var members: [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        members["strategy"] = strategy.map { .string($0.rawValue) }
        members["options"] = options.map { .object($0.members) }
        members["metadata"] = metadata.map { .object($0.mapValues(\.json)) }
        return members
    }
}

/// In which order several endpoints are rung.
public enum ConnectStrategy: String, CaseIterable, Sendable {
    /// All at once; who answers first has the call.
    case simultaneous
    /// One after the other.
    case sequential
}
