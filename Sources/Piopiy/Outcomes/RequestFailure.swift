/// Any outcome but an accepted one, as an error: what happened, what it means, and what to do.
///
/// For programs that throw, and for logs. Who decides by the outcome itself switches over ``Outcome``.
///
/// ```swift
/// let outcome = await client.ai.call(call)
/// if let failure = outcome.failure(of: call.request) {
///     logger.error("\(failure)", metadata: failure.metadata.mapValues { .string($0) })
/// }
/// ```
public struct RequestFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The outcome's name: `invalid`, `notSent`, `refused` or `unknown`.
    public let outcome: String
    /// The HTTP status, when there was an answer.
    public let status: Int?
    /// A word for programs: the platform's own, or ours, such as `timed_out`.
    public let code: String?
    /// What happened.
    public let message: String
    /// Whether the platform may have done what was asked.
    public let platformMayHaveActed: Bool
    /// What to do.
    public let advice: String
    /// The request without token, whole phone numbers and texts, when it was given.
    public let request: JSONValue?

    public var description: String { "\(message) \(advice)" }

    /// Everything but the message, by key: for the metadata of a log line.
    public var metadata: [String: String] {
        var metadata = ["outcome": outcome, "may_have_acted": "\(platformMayHaveActed)"]
        metadata["status"] = status.map { "\($0)" }
        metadata["code"] = code.map { Redaction.numbersMasked($0) }
        metadata["request"] = request.flatMap { try? $0.text() }
        return metadata
    }
}

extension RequestFailure {
    init(_ error: ValidationError, _ request: APIRequest?) {
        outcome = "invalid"
        status = nil
        code = "invalid"
        message = "\(error)."
        platformMayHaveActed = false
        advice = "Nothing was sent. Correct it and try again."
        self.request = request?.redacted
    }

    init(_ reason: NotSent, _ request: APIRequest?) {
        outcome = "notSent"
        status = nil
        code = reason.code
        message = "\(reason)"
        platformMayHaveActed = false
        advice = "It is safe to try again later."
        self.request = request?.redacted
    }

    init(_ refusal: Refusal, _ request: APIRequest?) {
        outcome = "refused"
        status = refusal.status
        code = refusal.code
        message = "\(refusal)."
        platformMayHaveActed = false
        advice = refusal.isBadToken ? "Check the token." : "Trying again will not help until the cause is removed."
        self.request = request?.redacted
    }

    init(_ doubt: Doubt, _ request: APIRequest?) {
        outcome = "unknown"
        status = doubt.status
        code = doubt.code
        message = "\(doubt)"
        platformMayHaveActed = true
        advice =
            request?.isRepeatableAnytime == true
            ? "It may have been done. Repeating it is safe."
            : "It may have been done. Find out before you repeat it."
        self.request = request?.redacted
    }
}

extension Outcome {
    /// The outcome as an error; `nil` when it is accepted.
    /// - Parameter request: what was asked; its redacted form is kept, and the advice is about it.
    public func failure(of request: APIRequest? = nil) -> RequestFailure? {
        switch self {
        case .accepted: nil
        case .invalid(let error): RequestFailure(error, request)
        case .notSent(let reason): RequestFailure(reason, request)
        case .refused(let refusal): RequestFailure(refusal, request)
        case .unknown(let doubt): RequestFailure(doubt, request)
        }
    }

    /// The value of an accepted outcome.
    /// - Throws: ``RequestFailure`` for any other.
    public func get(_ request: APIRequest? = nil) throws(RequestFailure) -> Value {
        switch self {
        case .accepted(let value): return value
        case .invalid(let error): throw RequestFailure(error, request)
        case .notSent(let reason): throw RequestFailure(reason, request)
        case .refused(let refusal): throw RequestFailure(refusal, request)
        case .unknown(let doubt): throw RequestFailure(doubt, request)
        }
    }
}
