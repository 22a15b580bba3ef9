/// How a request ended. Every request ends in exactly one of these, and a `switch` has to face each.
///
/// What separates them is one question: **may the platform have acted?** Placing a call is not idempotent, so a placement
/// whose answer was lost must never be sent again by a machine.
///
/// | outcome | did the platform act? | what to do |
/// |---|---|---|
/// | ``invalid(_:)`` | no, nothing was sent | correct the field that the error names |
/// | ``notSent(_:)`` | no | it was retried within the budget; try again later |
/// | ``accepted(_:)`` | yes | keep the ids |
/// | ``refused(_:)`` | no, and it said so | read code and message |
/// | ``unknown(_:)`` | perhaps | find out (event, CDR, the called person) before doing it again |
public enum Outcome<Value: Sendable>: Sendable {
    /// The request breaks a rule; nothing was sent.
    case invalid(ValidationError)
    /// The platform did not act: no connection, a proxy's own answer, or 429, on every attempt.
    case notSent(NotSent)
    /// 2xx with a body that is no refusal.
    case accepted(Value)
    /// A 4xx other than 408, 429 and 499, or a 2xx whose body is a refusal.
    case refused(Refusal)
    /// The request may have reached the platform, and no answer says what came of it.
    case unknown(Doubt)
}

extension Outcome: Equatable where Value: Equatable {}

extension Outcome {
    /// The same outcome with another value.
    public func map<Other: Sendable>(_ transform: (Value) -> Other) -> Outcome<Other> {
        switch self {
        case .invalid(let error): .invalid(error)
        case .notSent(let reason): .notSent(reason)
        case .accepted(let value): .accepted(transform(value))
        case .refused(let refusal): .refused(refusal)
        case .unknown(let doubt): .unknown(doubt)
        }
    }

    /// The outcome's name in output that scripts read: `invalid`, `notSent`, `accepted`, `refused` or `unknown`.
    public var name: String {
        switch self {
        case .invalid: "invalid"
        case .notSent: "notSent"
        case .accepted: "accepted"
        case .refused: "refused"
        case .unknown: "unknown"
        }
    }
}

/// The ids and words of an accepted placement. Whichever ids came are kept, each under its own meaning.
public struct Acceptance: Hashable, Sendable {
    /// The HTTP status, 200…299.
    public let status: Int
    /// From `request` or `request_id`.
    public let requestID: RequestID?
    /// From `call_id`. Usually absent: it arrives later in an event.
    public let callID: CallID?
    /// From `id`, whose meaning the platform does not tell.
    public let otherID: String?
    /// Such as `call_queued`.
    public let message: String?

    public init(
        status: Int,
        requestID: RequestID? = nil,
        callID: CallID? = nil,
        otherID: String? = nil,
        message: String? = nil
    ) {
        self.status = status
        self.requestID = requestID
        self.callID = callID
        self.otherID = otherID
        self.message = message
    }
}

/// The answer to an action on a call, such as a hang-up.
public struct ActionReceipt: Hashable, Sendable {
    /// The HTTP status; 404 or another 4xx when the call had ended before.
    public let status: Int
    /// The call had ended before the action arrived. For a hang-up that is success.
    public let alreadyEnded: Bool
    /// The id under which the platform keeps the action, when it told one.
    public let requestID: RequestID?

    public init(status: Int, alreadyEnded: Bool, requestID: RequestID? = nil) {
        self.status = status
        self.alreadyEnded = alreadyEnded
        self.requestID = requestID
    }
}

/// Why the platform did not get, or did not take, a request.
public struct NotSent: Error, Hashable, Sendable, CustomStringConvertible {
    /// What stood in the way.
    public enum Reason: Hashable, Sendable {
        /// No connection could be made, or a proxy did not pass the request on; the text says why.
        case cannotConnect(String)
        /// 429.
        case rateLimited
        /// The task was cancelled before the request left.
        case cancelled
        /// The time in which it had to leave was over before it could; nothing left.
        case expired
        /// It may not be placed now, as its number is busy or for another rule; the code is for scripts.
        case notAdmitted(code: String, String)
        /// What must be on disk before a request leaves could not be written; the text says why.
        case notRecorded(String)
        /// What was to be saved could not be; the text says why.
        case cannotWrite(String)
    }

    /// What stood in the way of the last attempt.
    public let reason: Reason
    /// How often it was tried, 0 when it was given up before the first.
    public let attempts: Int
    /// How long the platform asked to wait, when it did.
    public let retryAfter: Duration?

    public init(reason: Reason, attempts: Int, retryAfter: Duration? = nil) {
        self.reason = reason
        self.attempts = attempts
        self.retryAfter = retryAfter
    }

    /// A word for scripts.
    public var code: String {
        switch reason {
        case .cannotConnect: "cannot_connect"
        case .rateLimited: "rate_limited"
        case .cancelled: "cancelled"
        case .expired: "expired"
        case .notAdmitted(let code, _): code
        case .notRecorded: "not_recorded"
        case .cannotWrite: "cannot_write"
        }
    }

    public var description: String {
        let tries = attempts > 1 ? " (tried \(attempts) times)" : ""
        let wait = retryAfter.map { " The platform asks to wait \($0.inSeconds) s." } ?? ""
        return switch reason {
        case .cannotConnect(let why): "No connection: \(why)\(tries). Nothing was sent."
        case .rateLimited: "The platform received too many requests (429)\(tries). Nothing was done.\(wait)"
        case .cancelled: "Cancelled before it was sent."
        case .expired: "It could not be sent in time. Nothing was sent."
        case .notAdmitted(_, let why): "\(why)\(why.hasSuffix(".") ? "" : ".") Nothing was sent."
        case .notRecorded(let why):
            "The journal could not record it: \(why)\(why.hasSuffix(".") ? "" : ".") Nothing was sent."
        case .cannotWrite(let why): "The file could not be saved: \(why)."
        }
    }
}

/// Why nobody can say whether the platform acted.
public struct Doubt: Error, Hashable, Sendable, CustomStringConvertible {
    /// What became of the answer.
    public enum Reason: Hashable, Sendable {
        /// No answer in time. The duration is what was waited.
        case timedOut(Duration)
        /// The connection broke after the request may have left; the text says how.
        case connectionLost(String)
        /// A 5xx, 408 or 499, which a proxy may have said after the platform had the request, or a status that has no
        /// place here, such as a redirect.
        case serverError(status: Int)
        /// A redirect (3xx) that was not followed; the text says where it leads, without a query.
        case redirected(status: Int, to: String)
        /// An answer that cannot be read: no JSON, cut short, too long, or in a coding that nobody asked for.
        case unreadableAnswer(status: Int)
        /// An answer that did not tell its length and ended with its connection: it may have been cut off.
        case endUnknown(status: Int)
        /// The task was cancelled after the request may have left.
        case cancelled
        /// This program ended while the request was leaving.
        case interrupted
    }

    /// What became of the answer that should have come.
    public let reason: Reason
    /// How long the answer asked to wait, when what was asked for is safe to repeat.
    public let retryAfter: Duration?

    /// - Parameters:
    ///   - reason: what became of the answer.
    ///   - retryAfter: how long the answer asked to wait; for requests that are safe to repeat.
    public init(_ reason: Reason, retryAfter: Duration? = nil) {
        self.reason = reason
        self.retryAfter = retryAfter
    }

    /// A word for scripts.
    public var code: String {
        switch reason {
        case .timedOut: "timed_out"
        case .connectionLost: "connection_lost"
        case .serverError: "server_error"
        case .redirected: "redirected"
        case .unreadableAnswer: "unreadable_answer"
        case .endUnknown: "end_unknown"
        case .cancelled: "cancelled"
        case .interrupted: "interrupted"
        }
    }

    /// The HTTP status, when there was an answer at all.
    public var status: Int? {
        switch reason {
        case .serverError(let status), .unreadableAnswer(let status), .endUnknown(let status),
            .redirected(let status, _):
            status
        default: nil
        }
    }

    /// What happened, without what it means: that depends on what was asked.
    public var description: String {
        let wait = retryAfter.map { " The platform asks to wait \($0.inSeconds) s." } ?? ""
        return switch reason {
        case .timedOut(let waited): "No answer came within \(waited.inSeconds) s."
        case .connectionLost(let how): "The connection was lost before the answer: \(how)."
        case .serverError(let status): "The answer was \(status), which does not say whether the platform acted.\(wait)"
        case .redirected(let status, let target):
            "The platform answered \(status) and redirected to \(target). The redirect was not followed. Check the "
                + "address."
        case .unreadableAnswer(let status): "The answer (\(status)) could not be read."
        case .endUnknown(let status): "The answer (\(status)) had no length, so it may be incomplete."
        case .cancelled: "It was cancelled after the request had left."
        case .interrupted: "The program ended while the request was being sent."
        }
    }
}

extension Duration {
    /// Seconds with as many decimals as it takes: 10, 0.5.
    var inSeconds: String {
        let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000)" : "\(Double(milliseconds) / 1000)"
    }
}
