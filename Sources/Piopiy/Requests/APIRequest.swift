/// A request to the platform: what it is, apart from how it is sent.
public struct APIRequest: Hashable, Sendable {
    /// The HTTP method.
    public enum Method: String, Sendable {
        /// Reads.
        case get = "GET"
        /// Does something, or reads by a query in the body.
        case post = "POST"
    }

    /// The HTTP method.
    public let method: Method
    /// Which of the platform's hosts it goes to.
    public let base: APIBase
    /// The path under the base, with its leading slash.
    public let path: String
    /// The JSON body; `nil` for none.
    public let body: JSONValue?
    /// Whether sending it twice does no more than sending it once. A placement is not repeatable.
    public let repeatable: Bool
    /// How long after it was first sent a repeatable request may be sent again in doubt; `nil` for any time.
    ///
    /// A transfer is safe to repeat while the first one runs, because that answers 409. Once it may have failed, as when
    /// nobody answered, a second one would ring the same person again. A repeat that is refused leaves the first one in doubt:
    /// the call may have ended, or have gone over, by it.
    public let repeatWithin: Duration?
    /// Whether it can be sent again in doubt, however much later.
    var isRepeatableAnytime: Bool { repeatable && repeatWithin == nil }
    /// The secret that is sent along, and its place.
    public let credential: Credential

    /// The secret that a request carries. Each is for its own host, and goes nowhere else.
    public enum Credential: Hashable, Sendable {
        /// The account's token, in the `Authorization` header.
        case bearer
        /// A user's token of the messaging service, in the body under `token`.
        case messagingToken
        /// The secret of an app, in the body under this key.
        case appSecret(key: String)
        /// User id and password, in the body.
        case login
    }

    public init(
        method: Method,
        base: APIBase = .rest,
        path: String,
        body: JSONValue? = nil,
        repeatable: Bool,
        repeatWithin: Duration? = nil,
        credential: Credential = .bearer
    ) {
        self.method = method
        self.base = base
        self.path = path
        self.body = body
        self.repeatable = repeatable
        self.repeatWithin = repeatWithin
        self.credential = credential
    }
}

extension APIRequest {
    /// ``repeatWithin`` of a transfer: nobody lets a phone ring for less before the platform calls it unanswered (source: the
    /// smallest ring timeout that it takes).
    static let transferWindow: Duration = .seconds(5)
}

/// The platform's hosts.
public enum APIBase: String, Hashable, Sendable, CaseIterable {
    /// Calls and transfers: `https://rest.piopiy.com/v3` (source: the official SDK).
    case rest
    /// Agents, webhooks, CDRs and recordings: `https://api.piopiy.com` (source: the vendor's documentation).
    case account
    /// SMS, and calls that are up: `https://rest.telecmi.com` (source: the vendor's documentation).
    case messaging
    /// Look-ups of single calls, and the balance: `https://piopiy.telecmi.com` (source: the vendor's documentation).
    case lookup
}

extension APIRequest {
    /// The request for logs and reports: no token, no whole phone number, and of free text only how long it is.
    public var redacted: JSONValue {
        var members: [String: JSONValue] = ["method": .string(method.rawValue), "path": .string(path)]
        members["body"] = body.map { Redaction.of($0) }
        return .object(members)
    }
}

/// Hides what must not be in a log.
enum Redaction {
    private static let numbers: Set<String> = ["caller_id", "to_number", "number", "to"]
    private static let plain: Set<String> = [
        "action", "agent_id", "app_id", "call_id", "cause", "channels", "flow_id", "format", "id", "method", "org_id",
        "strategy", "type",
    ]

    /// A text of the platform's in which whatever may be a phone number is masked: 7 digits or more with no letter beside
    /// them, so that most ids stay whole.
    static func numbersMasked(_ text: String) -> String {
        var masked = ""
        var rest = text[...]
        while let first = rest.first {
            guard first.isASCII, first.isLetter || first.isNumber else {
                masked.append(rest.removeFirst())
                continue
            }
            let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }
            masked += word.count >= 7 && word.allSatisfy(\.isNumber) ? PhoneNumber.masked(String(word)) : String(word)
            rest = rest[word.endIndex...]
        }
        return masked
    }

    static func of(_ value: JSONValue, key: String = "") -> JSONValue {
        switch value {
        case .object(let members):
            .object(Dictionary(uniqueKeysWithValues: members.map { ($0.key, of($0.value, key: $0.key)) }))
        case .array(let elements): .array(elements.map { of($0, key: key) })
        case .string(let text):
            if plain.contains(key) {
                value
            } else if numbers.contains(key) {
                .string(PhoneNumber.masked(text))
            } else {
                .string("(\(text.unicodeScalars.count) characters)")
            }
        case .integer, .bigInteger, .number:
            if numbers.contains(key), let text = value.looseText { .string(PhoneNumber.masked(text)) } else { value }
        default: value
        }
    }
}
