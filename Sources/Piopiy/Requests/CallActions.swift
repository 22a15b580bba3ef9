/// The end of a call that is up: `POST /calls/{call_id}/actions/hangup` (source: PyPI piopiy-agent 1.2.1).
///
/// It does what ``HangUp`` does, by the newer path. Safe to repeat: a call that has ended answers 404.
public struct CallHangUp: Hashable, Sendable {
    /// A UUID.
    public let callID: CallID
    /// The hangup cause, 1…64 characters.
    public let cause: String
    /// A reason in words for the platform's records, 1…256 characters.
    public let reason: String?

    /// What is sent when no cause is named (source: PyPI piopiy-agent 1.2.1).
    public static let defaultCause = "normal"

    /// - Throws: ``ValidationError``, fields `call_id`, `cause`, `reason`.
    public init(callID: CallID, cause: String? = nil, reason: String? = nil) throws(ValidationError) {
        // The rules for the words are those of the older path: nothing public says others.
        let checked = try HangUp(callID: callID, cause: cause ?? Self.defaultCause, reason: reason)
        self.callID = callID
        self.cause = checked.cause
        self.reason = checked.reason
    }

    /// Reads the request's JSON body. Unknown keys are refused.
    public init(callID: CallID, json: JSONValue) throws(ValidationError) {
        var reader = try ObjectReader(json)
        let cause = try reader.string("cause")
        let reason = try reader.string("reason")
        try reader.finish()
        try self.init(callID: callID, cause: cause, reason: reason)
    }

    /// The request's body, as it is sent.
    public var json: JSONValue {
        var members: [String: JSONValue] = ["cause": .string(cause)]
        members["reason"] = reason.map { .string($0) }
        return .object(members)
    }

    /// What is sent, and where to.
    public var request: APIRequest {
        APIRequest(method: .post, path: "/calls/\(callID)/actions/hangup", body: json, repeatable: true)
    }
}

/// The caller is handed over at once and the agent leaves: `POST /calls/{call_id}/actions/transfer` with a pipeline alone
/// (source: PyPI piopiy-agent 1.2.1).
public struct BlindTransfer: Hashable, Sendable {
    /// A UUID.
    public let callID: CallID
    /// What happens from now on. A `connect` in it may do without caller id.
    public let pipeline: Pipeline

    /// - Throws: ``ValidationError``, field `call_id`.
    public init(callID: CallID, pipeline: Pipeline) throws(ValidationError) {
        if let problem = UUIDText.problem(with: callID.text) { throw ValidationError(field: "call_id", problem) }
        self.callID = callID
        self.pipeline = pipeline
    }

    /// To one phone or SIP address.
    /// - Parameters:
    ///   - callID: a UUID.
    ///   - endpoint: who gets the caller.
    ///   - callerID: the number that the rung person sees; `nil` leaves it to the platform.
    /// - Throws: ``ValidationError``, fields `call_id`, `caller_id`.
    public init(callID: CallID, to endpoint: Endpoint, callerID: String? = nil) throws(ValidationError) {
        var number: PhoneNumber?
        if let callerID { number = try PhoneNumber(validating: callerID, field: "caller_id") }
        let connect = try ConnectAction(callerID: number, endpoints: [endpoint])
        try self.init(callID: callID, pipeline: try Pipeline([.connect(connect)]))
    }

    /// Reads the request's JSON body. Unknown keys are refused at every level.
    public init(callID: CallID, json: JSONValue) throws(ValidationError) {
        var reader = try ObjectReader(json)
        guard let pipeline = reader.value("pipeline") else {
            throw reader.missing("pipeline", takes: "an array of actions")
        }
        try reader.finish()
        try self.init(callID: callID, pipeline: try Pipeline(json: pipeline, needsCallerID: false))
    }

    /// The request's body, as it is sent.
    public var json: JSONValue { ["pipeline": pipeline.json] }

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
