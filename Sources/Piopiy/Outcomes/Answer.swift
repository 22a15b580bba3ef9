#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An HTTP answer, whole.
struct Answer: Sendable, Equatable {
    var status: Int
    var retryAfter: String? = nil
    var location: String? = nil
    var body: [UInt8]

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
    case notActed(NotSent.Reason, retryAfter: Duration?)
    /// The platform may have acted.
    case doubtful(Doubt)
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

    /// The answer to a hang-up: 404 means that the call has ended.
    static func hangUp(_ answer: Answer, now: Date) -> Attempt<ActionReceipt> {
        if isPlatformsNotFound(answer) { return .accepted(ActionReceipt(status: 404, alreadyEnded: true)) }
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
        if answer.status == 409, let body = try? JSONValue(parsing: answer.body),
            body["error"]?.looseText == "transfer_in_progress"
        {
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

    /// A 404 that the platform says. One that is a web page is a wrong address, not an ended call: taking it for success
    /// would leave the call up.
    static func isPlatformsNotFound(_ answer: Answer) -> Bool {
        answer.status == 404 && (answer.body.isEmpty || (try? JSONValue(parsing: answer.body)) != nil)
    }

    private static func requestID(_ body: JSONValue) -> RequestID? {
        (body["request_id"]?.looseText ?? body["request"]?.looseText).map { RequestID($0) }
    }

    private static func common<Value>(
        _ answer: Answer,
        now: Date,
        success: (JSONValue?) -> Attempt<Value>
    ) -> Attempt<Value> {
        let body = try? JSONValue(parsing: answer.body)
        switch answer.status {
        case 200..<300:
            if let body, isRefusal(body) { return .refused(refusal(answer, body)) }
            return success(body)
        case 429:
            return .notActed(.rateLimited, retryAfter: answer.retryAfter.flatMap { seconds($0, now: now) })
        case 503:
            guard let retryAfter = answer.retryAfter else { return .doubtful(Doubt(.serverError(status: 503))) }
            return .notActed(.unavailable, retryAfter: seconds(retryAfter, now: now))
        case 400..<500:
            return .refused(refusal(answer, body))
        default:
            // A redirect is here too: following it would send a placement twice.
            return .doubtful(Doubt(.serverError(status: answer.status)))
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
            message: words.map { String($0.prefix(wordLimit)) } ?? plainText(answer) ?? "no reason was given"
        )
    }

    /// The most characters of the platform's words that are kept: an error is read by a person.
    private static let wordLimit = 500

    /// The start of a body that is no JSON object, for an error that must be useful all the same.
    private static func plainText(_ answer: Answer) -> String? {
        let text = String(decoding: answer.body.prefix(200), as: UTF8.self)
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return text.isEmpty ? nil : text
    }

    /// `Retry-After`: seconds, or an HTTP date. `nil` when it is neither.
    static func seconds(_ header: String, now: Date) -> Duration? {
        let text = header.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if let seconds = Int(text) { return seconds >= 0 ? .seconds(min(seconds, 86_400)) : nil }
        guard let date = HTTPDate.parse(text, now: now) else { return nil }
        return .seconds(max(0, min(86_400, date.timeIntervalSince(now).rounded(.up))))
    }
}

/// The date of HTTP headers, in the form that is sent today and in the two older ones that a reader must take (RFC 9110):
/// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov 6 08:49:37 1994`.
enum HTTPDate {
    /// - Parameter now: tells the century of a year of two digits, which is none more than 50 years ahead.
    static func parse(_ text: String, now: Date) -> Date? {
        let parts = text.split { $0 == " " || $0 == "-" }.map(String.init)
        switch (parts.count, parts.last) {
        // A date with a dash in another place would have been cut into other parts.
        case (6, "GMT") where !text.contains("-"):
            guard parts[3].utf8.count == 4 else { return nil }
            return date(year: Int(parts[3]), parts[2], day: parts[1], time: parts[4])
        case (6, "GMT"):
            guard parts[3].utf8.count == 2, let short = Int(parts[3]) else { return nil }
            let year = 1970 + Int(now.timeIntervalSince1970 / 31_556_952)
            let near = year - year % 100 + short
            return date(year: near > year + 50 ? near - 100 : near, parts[2], day: parts[1], time: parts[4])
        case (5, let year?) where !text.contains("-"):
            return date(year: Int(year), parts[1], day: parts[2], time: parts[3])
        default:
            return nil
        }
    }

    private static func date(year: Int?, _ month: String, day: String, time: String) -> Date? {
        guard let year, (1970...9999).contains(year), let month = months.firstIndex(of: month), let day = Int(day),
            (1...31).contains(day)
        else { return nil }
        let time = time.split(separator: ":").compactMap { Int($0) }
        guard time.count == 3, (0..<24).contains(time[0]), (0..<60).contains(time[1]), (0...60).contains(time[2]) else {
            return nil
        }
        let days = daysSince1970(year: year, month: month + 1, day: day)
        return Date(timeIntervalSince1970: Double(days * 86_400 + time[0] * 3600 + time[1] * 60 + time[2]))
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Days from a civil date, Gregorian, counting years from March so that the leap day comes last.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let era = y / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
