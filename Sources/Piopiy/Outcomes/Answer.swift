#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An HTTP answer, whole.
struct Answer: Sendable, Equatable {
    var status: Int
    /// The `Retry-After` header as it came; several in one, parted by commas.
    var retryAfter: String? = nil
    var location: String? = nil
    var body: [UInt8]
    /// A coding that could not be undone, such as `br`, or a `gzip` that is broken. The body is left out then.
    var unreadCoding: String? = nil

    /// The body as JSON; `nil` when it is not JSON.
    var json: JSONValue? { unreadCoding == nil ? try? JSONValue(parsing: body) : nil }

    /// The answer without the token, should it repeat it: what an answer says goes to screens, logs and files.
    ///
    /// A token of fewer than 8 characters is no secret but a word of a test, and might be any word of an answer.
    func hiding(_ token: Token) -> Answer {
        guard token.secret.utf8.count >= 8 else { return self }
        var forms = [Array(token.secret.utf8)]
        if forms[0].contains(UInt8(ascii: "/")) {
            forms.append(Array(token.secret.replacing("/", with: #"\/"#).utf8))
        }
        // Nearly no answer has it, and every answer is looked through: the search is a plain loop over bytes.
        guard forms.contains(where: { Self.holds($0, in: body) }) else { return self }
        var answer = self
        for form in forms { answer.body = answer.body.replacing(form, with: Array(token.description.utf8)) }
        return answer
    }

    private static func holds(_ needle: [UInt8], in bytes: [UInt8]) -> Bool {
        guard let first = needle.first, needle.count <= bytes.count else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            needle.withUnsafeBufferPointer { needle in
                var start = 0
                while start <= bytes.count - needle.count {
                    if bytes[start] == first {
                        var length = 1
                        while length < needle.count, bytes[start + length] == needle[length] { length += 1 }
                        if length == needle.count { return true }
                    }
                    start += 1
                }
                return false
            }
        }
    }
}

/// What one attempt came to.
enum Attempt<Value: Sendable>: Sendable {
    case accepted(Value)
    case refused(Refusal)
    /// The platform certainly did not act.
    case notActed(NotSent.Reason, retryAfter: RetryAfter?)
    /// The platform may have acted. The wait is for requests that are safe to repeat.
    case doubtful(Doubt, retryAfter: RetryAfter? = nil)
}

extension Attempt: Equatable where Value: Equatable {}

/// What an answer means. The rules are those of the table in ``Outcome``.
enum AnswerReader {
    /// The answer to a placement.
    static func placement(_ answer: Answer, now: Date) -> Attempt<Acceptance> {
        common(answer, now: now) { body in
            // A 2xx that nobody can read may be a proxy's page or the platform's: the call may ring.
            guard let body, body.object != nil else {
                return .doubtful(Doubt(.unreadableAnswer(status: answer.status)))
            }
            return .accepted(
                Acceptance(
                    status: answer.status,
                    requestID: (body["request"]?.looseText ?? body["request_id"]?.looseText).map { RequestID($0) },
                    callID: body["call_id"]?.looseText.map { CallID($0) },
                    otherID: body["id"]?.looseText,
                    message: body["message"]?.looseText
                )
            )
        }
    }

    /// The answer to a hang-up: 404 means that the call has ended, and so does the code `CALL_NOT_FOUND`.
    static func hangUp(_ answer: Answer, now: Date) -> Attempt<ActionReceipt> {
        if saysCallEnded(answer) { return .accepted(ActionReceipt(status: answer.status, alreadyEnded: true)) }
        return action(answer, now: now)
    }

    /// The answer to an action of which nothing but success is told.
    static func action(_ answer: Answer, now: Date) -> Attempt<ActionReceipt> {
        common(answer, now: now) { body in
            .accepted(
                ActionReceipt(
                    status: answer.status,
                    alreadyEnded: false,
                    requestID: body.flatMap(requestID)
                )
            )
        }
    }

    /// The answer to a transfer: 409 `transfer_in_progress` names the one that runs, and joins it.
    static func transfer(_ answer: Answer, now: Date) -> Attempt<TransferReceipt> {
        if answer.status == 409, let body = answer.json, body["error"]?.looseText == "transfer_in_progress" {
            return .accepted(
                TransferReceipt(
                    status: 409,
                    requestID: requestID(body),
                    callID: body["call_id"]?.looseText.map { CallID($0) },
                    joined: true
                )
            )
        }
        return common(answer, now: now) { body in
            .accepted(
                TransferReceipt(
                    status: answer.status,
                    requestID: body.flatMap(requestID),
                    callID: body?["call_id"]?.looseText.map { CallID($0) }
                )
            )
        }
    }

    /// The answer to a question.
    /// - Parameter read: makes a value of the body; `nil` when it is none.
    static func value<Value>(_ answer: Answer, now: Date, read: (JSONValue) -> Value?) -> Attempt<Value> {
        common(answer, now: now) { body in
            guard let value = body.flatMap(read) else {
                return .doubtful(Doubt(.unreadableAnswer(status: answer.status)))
            }
            return .accepted(value)
        }
    }

    /// The elements of a list that may be the body itself or stand under one of a few names.
    static func list(_ body: JSONValue, under names: [String]) -> [JSONValue]? {
        if let elements = body.array { return elements }
        for name in names {
            if let elements = body[name]?.array { return elements }
            if let inner = body[name], inner.object != nil { return list(inner, under: names) }
        }
        return nil
    }

    /// The platform says that a call has ended, or never was: by 404, or by the code `CALL_NOT_FOUND` with any 4xx or in
    /// a 2xx that is a refusal (source of the code: PyPI piopiy-agent 1.2.1, which does not tell its status).
    ///
    /// A 404 that is a web page is a wrong address, not an ended call: taking it for success would leave the call up.
    static func saysCallEnded(_ answer: Answer) -> Bool {
        if answer.status == 404, answer.unreadCoding == nil, answer.body.isEmpty || answer.json != nil { return true }
        guard let body = answer.json else { return false }
        switch answer.status {
        case 200..<300: return isRefusal(body) && refusal(answer, body).isCallGone
        case 400..<500: return refusal(answer, body).isCallGone
        default: return false
        }
    }

    private static func requestID(_ body: JSONValue) -> RequestID? {
        (body["request_id"]?.looseText ?? body["request"]?.looseText).map { RequestID($0) }
    }

    private static func common<Value>(
        _ answer: Answer,
        now: Date,
        success: (JSONValue?) -> Attempt<Value>
    ) -> Attempt<Value> {
        let body = answer.json
        lazy var retryAfter = answer.retryAfter.map { RetryAfter($0, now: now) }
        switch StatusMeaning(answer.status) {
        case .taken:
            if let body, isRefusal(body) { return .refused(refusal(answer, body)) }
            // What it says may be a refusal.
            if answer.unreadCoding != nil { return .doubtful(Doubt(.unreadableAnswer(status: answer.status))) }
            return success(body)
        case .comeAgain: return .notActed(.rateLimited, retryAfter: retryAfter)
        case .refused: return .refused(refusal(answer, body))
        case .open: return .doubtful(Doubt(.serverError(status: answer.status)), retryAfter: retryAfter)
        }
    }

    /// Whether a 2xx body says no (source: public integrations that run against the live platform).
    static func isRefusal(_ body: JSONValue) -> Bool {
        switch body["error"] {
        case nil, .null, .string(""), .bool(false), .integer(0), .object([:]), .array([]): break
        default: return true
        }
        if body["success"] == .bool(false) { return true }
        for key in ["code", "cmi_code"] {
            guard let code = body[key], code != .null, let text = code.looseText else { continue }
            if text != "200", text != "cmi-200" { return true }
        }
        return false
    }

    private static func refusal(_ answer: Answer, _ body: JSONValue?) -> Refusal {
        let error = body?["error"]
        let code =
            error?.looseText ?? error?["code"]?.looseText ?? body?["code"]?.looseText ?? body?["cmi_code"]?.looseText
        let words =
            body?["message"]?.looseText ?? error?["message"]?.looseText ?? body?["msg"]?.looseText ?? error?.looseText
        return Refusal(
            status: answer.status,
            code: code.map { String($0.prefix(wordLimit)) },
            message: words.map { String($0.prefix(wordLimit)) } ?? plainText(answer) ?? noWords(answer)
        )
    }

    private static func noWords(_ answer: Answer) -> String {
        answer.unreadCoding.map { "the reason was compressed (\($0)) and could not be read" } ?? "no reason was given"
    }

    /// The most characters of the platform's words that are kept: an error is read by a person.
    private static let wordLimit = 500

    /// The start of a body that is no JSON object, for an error that must be useful all the same.
    private static func plainText(_ answer: Answer) -> String? {
        let text = String(decoding: answer.body.prefix(200), as: UTF8.self)
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return text.isEmpty ? nil : text
    }
}
