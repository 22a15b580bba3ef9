/// A call to one number without an agent: `POST /voice/pcmo/call` with one `connect` action whose only endpoint is the
/// number that is called (source: the official SDK's `voice.call`).
public struct VoiceCall: Placement, Hashable {
    private var basics: CallBasics
    /// The account's app.
    public let appID: String
    /// How the number is rung. Without a strategy it is `sequential`.
    public let leg: ConnectLeg

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
        leg: ConnectLeg = ConnectLeg(),
        options: CallOptions? = nil,
        variables: Variables? = nil
    ) throws(ValidationError) {
        basics = try CallBasics(callerID: callerID, toNumber: toNumber, options: options, variables: variables)
        self.appID = appID
        self.leg = leg
    }

    /// Reads the arguments of the official SDK's `voice.call`. Its two ways to give the options and the leg are taken, but
    /// not both at once.
    init(arguments: JSONValue) throws(ValidationError) {
        var reader = try ObjectReader(arguments, nullIsAbsent: true)
        let callOptions = reader.value("call_options")
        if callOptions != nil, reader.value("options") != nil {
            throw ValidationError(field: "call_options", "is given together with options; give only one of them")
        }
        basics = try CallBasics(&reader, optionsKey: callOptions == nil ? "options" : "call_options")
        appID = try reader.requiredString("app_id")

        let older = ["strategy", "connect_options", "metadata"].filter { reader.value($0) != nil }
        if let connect = reader.value("connect") {
            if let key = older.first {
                throw ValidationError(field: "connect", "is given together with \(key); put \(key) inside connect")
            }
            var connectReader = try ObjectReader(connect, field: "connect")
            leg = try ConnectLeg(&connectReader)
            try connectReader.finish()
        } else {
            let metadata = try reader.variables("metadata")
            var options: ConnectOptions?
            if let json = reader.value("connect_options") {
                options = try ConnectOptions(json: json, field: "connect_options")
            }
            leg = try ConnectLeg(strategy: try reader.choice("strategy"), options: options, metadata: metadata)
        }
        try reader.finish()
    }

    /// The request's body, as it is sent.
    public var json: JSONValue {
        var members = basics.members
        var params = leg.members
        params["caller_id"] = .string(callerID.digits)
        params["strategy"] = .string((leg.strategy ?? .sequential).rawValue)
        members["app_id"] = .string(appID)
        members["pipeline"] = [
            ["action": "connect", "params": .object(params), "endpoints": [Endpoint(.pstn(toNumber)).json]]
        ]
        return .object(members)
    }

    /// The same call with one variable more, or with another value for one that it has.
    /// - Throws: ``ValidationError``, field `variables.KEY`, for a key or value that breaks a rule.
    public func with(_ key: String, _ value: VariableValue) throws(ValidationError) -> VoiceCall {
        var call = self
        call.basics = try basics.with(key, value)
        return call
    }

    /// What is sent, and where to. It is never repeated when in doubt.
    public var request: APIRequest {
        APIRequest(method: .post, path: "/voice/pcmo/call", body: json, repeatable: false)
    }
}
