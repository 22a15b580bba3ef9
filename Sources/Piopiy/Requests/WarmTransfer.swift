/// A person is rung while the caller stays with the agent, and joined when they answer: the human handoff.
/// `POST /calls/{call_id}/actions/transfer` (source: PyPI piopiy-agent 1.2.1).
///
/// When nobody answers, nothing changes for the caller. A second transfer while one rings answers 409; it counts as
/// accepted, with the running transfer's id.
public struct WarmTransfer: Hashable, Sendable {
    /// Who is rung.
    public enum Target: Hashable, Sendable {
        /// A phone.
        case number(PhoneNumber)
        /// An address of your own phone system. Not empty.
        case sip(uri: String)
    }

    /// What the caller hears while the person is rung.
    public enum HoldAudio: Hashable, Sendable {
        /// The platform's music.
        case standard
        /// The name of a file of the account, or an `http` or `https` address.
        case audio(String)
    }

    /// A UUID.
    public let callID: CallID
    /// Who is rung.
    public let target: Target
    /// The number that the rung person sees. Needed for calls of a phone system that was connected to the platform.
    public let callerID: PhoneNumber?
    /// Seconds it may ring, 5…120 (the range of the other ring timeouts: nothing public says another).
    public let ringTimeout: Int?
    /// Whether the person must press 1 before the caller is handed over.
    public let confirm: Bool?
    /// `nil`: the caller goes on talking with the agent.
    public let holdAudio: HoldAudio?
    /// What the person who picks up is told.
    public let summary: String?
    /// Sent along to your own phone system; only with a SIP target.
    public let sipHeaders: [String: String]?
    /// Attached to the events and the CDR of the leg.
    public let variables: Variables?

    /// Allowed seconds of ``ringTimeout``.
    public static let ringTimeoutRange = 5...120

    /// - Throws: ``ValidationError`` with the platform's name of the field that is wrong.
    public init(
        callID: CallID,
        target: Target,
        callerID: String? = nil,
        ringTimeout: Int? = nil,
        confirm: Bool? = nil,
        holdAudio: HoldAudio? = nil,
        summary: String? = nil,
        sipHeaders: [String: String]? = nil,
        variables: Variables? = nil
    ) throws(ValidationError) {
        if let problem = UUIDText.problem(with: callID.text) { throw ValidationError(field: "call_id", problem) }
        if case .sip(let uri) = target, uri.isEmpty {
            throw ValidationError(field: "sip_uri", "is empty; it must be an address such as sip:desk@example.com")
        }
        if let callerID {
            self.callerID = try PhoneNumber(validating: callerID, field: "caller_id")
        } else {
            self.callerID = nil
        }
        if let ringTimeout, let problem = CallOptions.problem(with: ringTimeout, in: Self.ringTimeoutRange) {
            throw ValidationError(field: "timeout_sec", problem)
        }
        if case .audio("") = holdAudio {
            throw ValidationError(field: "hold_audio", "is empty; it must be true, a file name or a web address")
        }
        if sipHeaders != nil, case .number = target {
            throw ValidationError(field: "sip_headers", "works only with sip_uri; leave it out")
        }
        try VariableKey.check(variables ?? [:], field: "variables")
        self.callID = callID
        self.target = target
        self.ringTimeout = ringTimeout
        self.confirm = confirm
        self.holdAudio = holdAudio
        self.summary = summary
        self.sipHeaders = sipHeaders
        self.variables = variables
    }

    /// Reads the request's JSON body. Unknown keys are refused.
    public init(callID: CallID, json: JSONValue) throws(ValidationError) {
        var reader = try ObjectReader(json)
        try self.init(callID: callID, &reader)
    }

    init(callID: CallID, _ reader: inout ObjectReader) throws(ValidationError) {
        let number = try reader.string("to_number")
        let uri = try reader.string("sip_uri")
        let target: Target
        switch (number, uri) {
        case (let number?, nil): target = .number(try PhoneNumber(validating: number, field: "to_number"))
        case (nil, let uri?): target = .sip(uri: uri)
        case (nil, nil): throw ValidationError(field: "to_number", "is missing; give a number here, or a sip_uri")
        case (_?, _?):
            throw ValidationError(
                field: "sip_uri",
                "is given together with to_number; give only one of them"
            )
        }
        let callerID = try reader.string("caller_id")
        let ringTimeout = try reader.integer("timeout_sec")
        let confirm = try reader.bool("confirm")
        let holdAudio = try Self.holdAudio(&reader)
        let summary = try reader.string("transfer_summary")
        let sipHeaders = try Self.sipHeaders(&reader)
        let variables = try reader.variables("variables")
        try reader.finish()
        try self.init(
            callID: callID,
            target: target,
            callerID: callerID,
            ringTimeout: ringTimeout,
            confirm: confirm,
            holdAudio: holdAudio,
            summary: summary,
            sipHeaders: sipHeaders,
            variables: variables
        )
    }

    private static func holdAudio(_ reader: inout ObjectReader) throws(ValidationError) -> HoldAudio? {
        switch reader.value("hold_audio") {
        case nil: nil
        case .bool(true): .standard
        case .string(let name): .audio(name)
        default: throw ValidationError(field: "hold_audio", "must be true, a file name or a web address")
        }
    }

    private static func sipHeaders(_ reader: inout ObjectReader) throws(ValidationError) -> [String: String]? {
        guard let value = reader.value("sip_headers") else { return nil }
        guard let members = value.object else {
            throw ValidationError(field: "sip_headers", "is \(value.kind); it must be an object")
        }
        var headers: [String: String] = [:]
        for (name, member) in members {
            guard let text = member.string else {
                throw ValidationError(field: "sip_headers.\(name)", "is \(member.kind); it must be a string")
            }
            headers[name] = text
        }
        return headers
    }

    /// The request's body, as it is sent.
    public var json: JSONValue {
        var members: [String: JSONValue] = [:]
        switch target {
        case .number(let number): members["to_number"] = .string(number.digits)
        case .sip(let uri): members["sip_uri"] = .string(uri)
        }
        members["caller_id"] = callerID.map { .string($0.digits) }
        members["timeout_sec"] = ringTimeout.map { .integer($0) }
        members["confirm"] = confirm.map { .bool($0) }
        switch holdAudio {
        case nil: break
        case .standard: members["hold_audio"] = true
        case .audio(let name): members["hold_audio"] = .string(name)
        }
        members["transfer_summary"] = summary.map { .string($0) }
        members["sip_headers"] = sipHeaders.map { .object($0.mapValues { .string($0) }) }
        members["variables"] = variables.map { .object($0.mapValues(\.json)) }
        return .object(members)
    }

    /// What is sent, and where to.
    public var request: APIRequest {
        APIRequest(
            method: .post,
            path: "/calls/\(callID)/actions/transfer",
            body: json,
            repeatable: true,
            repeatWithin: APIRequest.transferWindow
        )
    }
}
