import Piopiy

extension World {
    /// How long a messaging token is good, in the sandbox's time (source: the vendor's documentation).
    static let messagingTokenLifetime: Duration = .seconds(30 * 86_400)

    /// `POST /v2/user/login`, after id and password were found right: a new token.
    func logIn(_ user: String) -> Reply {
        var generator = SeededGenerator(seed: seed &+ 2, number: logins.count + 1)
        let token = generator.token(length: 40)
        logins.add(token, at: now())
        return .json(status: 200, ["code": 200, "msg": "user login", "token": .string(token)])
    }

    /// Whether a login gave this token, and not too long ago.
    func isMessagingToken(_ token: String) -> Bool {
        guard let since = logins[token] else { return false }
        return (now() - since) / .seconds(1) * speed < Self.messagingTokenLifetime / .seconds(1)
    }

    /// `POST /v2/messages`, after the request was found valid.
    func send(_ message: TextMessage) -> Reply {
        let ending = MessageEnding(message.to)
        switch ending {
        case .refusedWith200: return .code(402, "insufficient balance")
        case .forbidden: return .json(status: 403, ["error": "app_not_active"])
        case .notAllowed: return .code(401, "you are not allowed to send US SMS")
        case .invalidSender: return .code(407, "invalid sender id")
        default: break
        }
        messages.add(message, at: now())
        switch ending {
        case .closesConnection: return .closed
        case .badGateway: return .html(status: 502, "<html><body><h1>502 Bad Gateway</h1></body></html>\n")
        case .unavailable: return .unavailable
        default: return .code(200, "message sent")
        }
    }

    /// `GET /_sandbox/messages`, outside the actor.
    nonisolated var messageList: JSONValue {
        get async { await messages.json }
    }
}

/// What the last four digits of a message's number choose to happen.
enum MessageEnding: String, CaseIterable, Sendable {
    /// HTTP 200 with a code that says no.
    case refusedWith200 = "0004"
    /// HTTP 403.
    case forbidden = "0005"
    /// It is sent, and the connection closed without an answer.
    case closesConnection = "0006"
    /// It is sent, and answered with 502.
    case badGateway = "0009"
    /// It is sent, and answered with a cache's 503.
    case unavailable = "0010"
    /// Code 401.
    case notAllowed = "0015"
    /// Code 407.
    case invalidSender = "0016"

    init?(_ number: PhoneNumber) { self.init(rawValue: String(number.digits.suffix(4))) }
}

/// The messaging tokens that were given, the newest so many.
struct LoginStore: Sendable {
    private(set) var count = 0
    private var since: [String: Timestamp] = [:]
    private var order: [String] = []
    private static let limit = 1000

    subscript(token: String) -> Timestamp? { since[token] }

    mutating func add(_ token: String, at: Timestamp) {
        count += 1
        since[token] = at
        order.append(token)
        if order.count > Self.limit { since[order.removeFirst()] = nil }
    }
}
