/// The end of a call that is up: `POST /voice/call/hangup`. Safe to repeat: a call that has ended answers 404.
public struct HangUp: Hashable, Sendable {
    /// A UUID.
    public let callID: CallID
    /// The hangup cause, 1…64 characters.
    public let cause: String
    /// A reason in words for the platform's records, 1…256 characters.
    public let reason: String?

    /// What is sent when no cause is named (source: the official SDK).
    public static let defaultCause = "NORMAL_CLEARING"

    /// - Throws: ``ValidationError``, fields `call_id`, `cause`, `reason`.
    public init(callID: CallID, cause: String? = nil, reason: String? = nil) throws(ValidationError) {
        if let problem = UUIDText.problem(with: callID.text) { throw ValidationError(field: "call_id", problem) }
        try Self.check(cause, limit: 64, field: "cause")
        try Self.check(reason, limit: 256, field: "reason")
        self.callID = callID
        self.cause = cause ?? Self.defaultCause
        self.reason = reason
    }

    /// Reads the request's JSON body. Unknown keys are refused.
    public init(json: JSONValue) throws(ValidationError) {
        var reader = try ObjectReader(json)
        let callID = try reader.requiredString("call_id")
        let cause = try reader.string("cause")
        let reason = try reader.string("reason")
        try reader.finish()
        try self.init(callID: CallID(callID), cause: cause, reason: reason)
    }

    /// Characters are counted as the official SDK counts them: code points.
    private static func check(_ text: String?, limit: Int, field: String) throws(ValidationError) {
        guard let text else { return }
        let count = text.unicodeScalars.count
        if count == 0 { throw ValidationError(field: field, "is empty; leave it out or give 1 to \(limit) characters") }
        if count > limit { throw ValidationError(field: field, "has \(count) characters; it must have 1 to \(limit)") }
    }

    /// The request's body, as it is sent.
    public var json: JSONValue {
        var members: [String: JSONValue] = ["call_id": .string(callID.text), "cause": .string(cause)]
        members["reason"] = reason.map { .string($0) }
        return .object(members)
    }

    /// What is sent, and where to.
    public var request: APIRequest {
        APIRequest(method: .post, path: "/voice/call/hangup", body: json, repeatable: true)
    }
}
