/// What messages are sent with. It is not the account's token (source: the vendor's documentation).
public enum MessagingCredential: Sendable {
    /// A user's token of the messaging service. It is good for 30 days from the login that gave it.
    case token(Token)
    /// A login, which is done when a token is needed.
    /// - store: where the token is kept for the next client; in memory alone unless you say otherwise.
    case login(MessagingLogin, store: any MessagingTokenStore = NoTokenStore())
}

/// The login of a user of the messaging service: `POST /v2/user/login` under the messaging base (source: the vendor's
/// documentation). Whatever prints it gets the user id alone.
public struct MessagingLogin: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The user's id.
    public let userID: String
    let password: Token

    /// - Throws: ``ValidationError``, field `user_id` or `password`, for an empty one or one with a line break or a
    ///   control character. The error does not repeat the password.
    public init(userID: String, password: String) throws(ValidationError) {
        for (field, text) in [("user_id", userID), ("password", password)] {
            if text.isEmpty { throw ValidationError(field: field, "is empty") }
            guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
                throw ValidationError(field: field, "has a line break or a control character")
            }
        }
        self.userID = userID
        self.password = Token(unchecked: password)
    }

    public var description: String { "\(userID), •••••" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }

    var request: APIRequest {
        // It changes nothing but that there is one more token, so it may be repeated.
        APIRequest(
            method: .post,
            base: .messaging,
            path: "/v2/user/login",
            body: ["id": .string(userID)],
            repeatable: true,
            credential: .login
        )
    }
}

/// A messaging token, and when a login gave it. Whatever prints it gets five dots.
public struct KeptMessagingToken: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text of the token, a secret.
    public let text: String
    /// By this machine's clock.
    public let since: Timestamp

    /// A token as a login gave it.
    public init(text: String, since: Timestamp) {
        self.text = text
        self.since = since
    }

    public var description: String { "•••••" }
    public var debugDescription: String { "•••••" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Keeps the token of a login for the next client.
public protocol MessagingTokenStore: Sendable {
    /// The token that was kept last; `nil` when there is none.
    func load() async -> KeptMessagingToken?
    /// Keeps a token in the place of the one before. That it cannot be kept is no reason not to use it.
    func save(_ token: KeptMessagingToken) async
}

/// Keeps nothing: the token lives as long as its client.
public struct NoTokenStore: MessagingTokenStore {
    /// A store that keeps nothing.
    public init() {}
    /// None was kept.
    public func load() async -> KeptMessagingToken? { nil }
    /// Lets it go.
    public func save(_ token: KeptMessagingToken) async {}
}

/// The messaging token of one client. Several that want one at once wait for one login.
actor MessagingSession {
    private let credential: MessagingCredential
    private let now: @Sendable () -> Timestamp
    private var held: KeptMessagingToken?
    private var hasLoaded = false
    private var login: Task<Outcome<Token>, Never>?

    /// How long a token is used: a day less than the 30 that it is good for, by a clock that may differ from the
    /// platform's.
    static let lifetime = Duration.seconds(29 * 86_400)

    init(_ credential: MessagingCredential, now: @escaping @Sendable () -> Timestamp) {
        self.credential = credential
        self.now = now
    }

    /// Whether a token that is not valid can be replaced.
    nonisolated var canLogIn: Bool {
        if case .login = credential { true } else { false }
    }

    /// What no answer may show, beside the token of its request: the login's password.
    nonisolated var secrets: [Token] {
        if case .login(let user, _) = credential { [user.password] } else { [] }
    }

    /// - Parameter bad: a token that the platform no longer takes.
    /// - Returns: the token; or why there is none, in which case no message was sent.
    func token(_ requester: Requester, insteadOf bad: Token? = nil) async -> Outcome<Token> {
        guard case .login(let user, let store) = credential else {
            if case .token(let token) = credential { return .accepted(token) }
            return .notSent(NotSent(reason: .cancelled, attempts: 0))
        }
        if !hasLoaded {
            let kept = await store.load()
            // Another may have loaded it, or logged in, meanwhile.
            if !hasLoaded, held == nil { held = kept }
            hasLoaded = true
        }
        if let token = usable(), token.secret != bad?.secret { return .accepted(token) }
        if let login { return await login.value }
        let task = Task { await logIn(user, store, requester) }
        login = task
        let outcome = await task.value
        login = nil
        return outcome
    }

    private func usable() -> Token? {
        guard let held, let token = try? Token(validating: held.text) else { return nil }
        let age = now() - held.since
        return age >= .zero && age < Self.lifetime ? token : nil
    }

    private func logIn(
        _ user: MessagingLogin,
        _ store: any MessagingTokenStore,
        _ requester: Requester
    ) async -> Outcome<Token> {
        let outcome: Outcome<Token> = await requester.perform(
            user.request,
            name: "messages.login",
            secrets: ["password": user.password]
        ) { answer, now in
            AnswerReader.value(answer, now: now) { body in
                body["token"]?.string.flatMap { try? Token(validating: $0) }
            }
        }
        switch outcome {
        case .accepted(let token):
            let kept = KeptMessagingToken(text: token.secret, since: now())
            held = kept
            await store.save(kept)
            return outcome
        case .refused(let refusal): return .refused(MessagingCode.loginRefused.refusal(refusal))
        // Whatever became of the login, no message was sent.
        case .unknown(let doubt):
            if doubt.reason == .cancelled { return .notSent(NotSent(reason: .cancelled, attempts: 1)) }
            return .notSent(NotSent(reason: .cannotConnect("the login for messages: \(doubt)"), attempts: 1))
        case .invalid, .notSent: return outcome
        }
    }
}
