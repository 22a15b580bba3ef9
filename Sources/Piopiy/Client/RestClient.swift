import Logging
import Tracing

/// The platform's API.
///
/// ```swift
/// let client = try RestClient(token: Token(validating: text))
/// ```
///
/// ```swift
/// switch await client.ai.call(call) {
/// case .accepted(let acceptance): print("request \(acceptance.requestID?.text ?? "without an id")")
/// case .unknown(let doubt): print("\(doubt) The call may have been placed: do not place it again.")
/// case .invalid(let error): print("\(error). Nothing was sent.")
/// case .notSent(let reason): print("\(reason)")
/// case .refused(let refusal): print("\(refusal)")
/// }
/// ```
///
/// Requests never throw: what can happen is an ``Outcome``. A placement that may have reached the platform is never sent
/// again; requests that are safe to repeat are, within the ``RetryPolicy``. Cancelling the task cancels the request, and
/// the outcome says whether it had left.
public struct RestClient: Sendable {
    /// All that can be set, with defaults that suit an operator at a terminal.
    public struct Configuration: Sendable {
        /// The REST base, with its version: `https://rest.piopiy.com/v3` (source: the official SDK).
        public var baseURL: String
        /// The base for agents, webhooks, CDRs and recordings (source: the vendor's documentation).
        public var accountURL: String
        /// The base for messages (source: the vendor's documentation).
        public var messagingURL: String
        /// The base for look-ups of single calls and for the balance (source: the vendor's documentation).
        public var lookupURL: String = defaultLookupURL
        /// What messages are sent with; `nil` sends none. The account's token is not good for them, and never goes
        /// there.
        public var messaging: MessagingCredential?
        /// What calls are looked up with; `nil` looks nothing up.
        public var app: AppCredential?
        /// How long one attempt may take; 10 s by default.
        public var timeouts: Timeouts
        /// How often and how long requests that are safe to repeat are tried again; 4 attempts and 15 s by default.
        public var retries: RetryPolicy
        /// The most connections at once to one host, at least 1; 32 by default.
        public var connections: Int
        /// Which proxy leads to which host; by default none. ``ProxyRules/init(environment:)`` reads the usual
        /// variables.
        public var proxies: ProxyRules
        /// Certificates that are trusted beside the system's; by default none.
        public var trustedCertificates: TrustedCertificates?
        /// Whether a token may go in the clear, by plain `http`, to another machine; by default it may not.
        public var allowsPlainHTTP: Bool
        /// Waits between attempts are slept on it.
        public var clock: any Clock<Duration>
        /// Wall-clock time, for a `Retry-After` that is a date.
        public var now: @Sendable () -> Timestamp
        /// Jitter: 0 up to but not including 1.
        public var random: @Sendable () -> Double
        /// Gets no token at any level and no whole phone number at `info` or above. By default nothing is logged.
        public var logger: Logger

        /// Gets a span for each request, with its attempts and its outcome, and nothing that a log may not have. `nil` means
        /// the program's own tracer, if it has bootstrapped one; `NoOpTracer()` means none.
        public var tracer: (any Tracer)?

        /// The platform's own REST base (source: the official SDK).
        public static let defaultBaseURL = "https://rest.piopiy.com/v3"
        /// The platform's own account base (source: the vendor's documentation).
        public static let defaultAccountURL = "https://api.piopiy.com"
        /// The platform's own messaging base (source: the vendor's documentation).
        public static let defaultMessagingURL = "https://rest.telecmi.com"
        /// The platform's own base for look-ups (source: the vendor's documentation).
        public static let defaultLookupURL = "https://piopiy.telecmi.com"

        public init(
            baseURL: String = defaultBaseURL,
            accountURL: String = defaultAccountURL,
            messagingURL: String = defaultMessagingURL,
            timeouts: Timeouts = Timeouts(),
            retries: RetryPolicy = RetryPolicy(),
            connections: Int = 32,
            proxies: ProxyRules = .none,
            trustedCertificates: TrustedCertificates? = nil,
            allowsPlainHTTP: Bool = false,
            clock: any Clock<Duration> = ContinuousClock(),
            now: @escaping @Sendable () -> Timestamp = { .now },
            random: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
            logger: Logger = Logger(label: "piopiy") { _ in SwiftLogNoOpLogHandler() },
            tracer: (any Tracer)? = nil
        ) {
            self.baseURL = baseURL
            self.accountURL = accountURL
            self.messagingURL = messagingURL
            self.timeouts = timeouts
            self.retries = retries
            self.connections = connections
            self.proxies = proxies
            self.trustedCertificates = trustedCertificates
            self.allowsPlainHTTP = allowsPlainHTTP
            self.clock = clock
            self.now = now
            self.random = random
            self.logger = logger
            self.tracer = tracer
        }

        /// The whole address that a request would go to.
        /// - Throws: ``ValidationError``, as ``RestClient/init(token:_:)`` does.
        public func url(of request: APIRequest) throws(ValidationError) -> String {
            try Bases(self)[request.base] + request.path
        }
    }

    var requester: Requester

    /// - Parameter token: the account's; `nil` for a client that only sends messages or looks calls up. What needs the
    ///   token is then ``Outcome/invalid(_:)``.
    /// - Throws: ``ValidationError``, field `base_url`, `account_url`, `messaging_url` or `lookup_url`, for anything but
    ///   an `http` or `https` address without query, and for plain `http` to another machine unless
    ///   ``Configuration/allowsPlainHTTP`` is set.
    public init(token: Token?, _ configuration: Configuration = Configuration()) throws(ValidationError) {
        try self.init(
            token: token,
            configuration,
            transport: AsyncHTTPTransport(
                connections: configuration.connections,
                connectTimeout: configuration.timeouts.connect,
                // A little longer than the deadline of any other request, so that it is never what ends one.
                readTimeout: configuration.timeouts.answer + .seconds(1),
                proxies: configuration.proxies,
                trust: configuration.trustedCertificates,
                now: configuration.now
            )
        )
    }

    init(token: Token?, _ configuration: Configuration, transport: any Transport) throws(ValidationError) {
        requester = Requester(
            bases: try Bases(configuration),
            token: token,
            messaging: configuration.messaging.map { MessagingSession($0, now: configuration.now) },
            configuration: configuration,
            transport: transport,
            tracer: RequestSpan.tracer(configuration.tracer)
        )
    }

    /// Calls that AI agents hold.
    public var ai: AIResource { AIResource(requester: requester) }

    /// Calls without an agent, and what can be done to any call.
    public var voice: VoiceResource { VoiceResource(requester: requester) }

    /// Calls that follow a pipeline.
    public var pcmo: PCMOResource { PCMOResource(requester: requester) }

    /// Calls that follow a flow which the platform keeps.
    public var flow: FlowResource { FlowResource(requester: requester) }

    /// Calls that are up: status, hang-up, warm and blind transfer.
    public var calls: CallsResource { CallsResource(requester: requester) }

    /// Transfers that were asked for.
    public var transfers: TransfersResource { TransfersResource(requester: requester) }

    /// The account's AI agents.
    public var agents: AgentsResource { AgentsResource(requester: requester) }

    /// Where the platform tells of calls.
    public var webhooks: WebhooksResource { WebhooksResource(requester: requester) }

    /// Call detail records.
    public var cdr: CDRResource { CDRResource(requester: requester) }

    /// Recordings of calls.
    public var recordings: RecordingsResource { RecordingsResource(requester: requester) }

    /// Short messages.
    public var messages: MessagesResource { MessagesResource(requester: requester) }

    /// Look-ups of single calls, calls that are up and the balance, by an app's secret.
    public var lookups: LookupsResource { LookupsResource(requester: requester) }

    /// Closes the connections. A client that is let go without it closes them by itself, a little later.
    public func shutdown() async { await requester.transport.shutdown() }
}

/// The addresses of the platform's hosts.
struct Bases: Sendable {
    let rest: String
    let account: String
    let messaging: String
    let lookup: String

    init(_ configuration: RestClient.Configuration) throws(ValidationError) {
        let allows = configuration.allowsPlainHTTP
        rest = try BaseURL.read(configuration.baseURL, field: "base_url", allowsPlainHTTP: allows)
        account = try BaseURL.read(configuration.accountURL, field: "account_url", allowsPlainHTTP: allows)
        messaging = try BaseURL.read(configuration.messagingURL, field: "messaging_url", allowsPlainHTTP: allows)
        lookup = try BaseURL.read(configuration.lookupURL, field: "lookup_url", allowsPlainHTTP: allows)
    }

    subscript(base: APIBase) -> String {
        switch base {
        case .rest: rest
        case .account: account
        case .messaging: messaging
        case .lookup: lookup
        }
    }
}

enum BaseURL {
    /// The base without its trailing slashes.
    static func normalized(_ text: String, field: String = "base_url") throws(ValidationError) -> String {
        try read(text, field: field, allowsPlainHTTP: true)
    }

    /// - Throws: ``ValidationError`` also for an address to which the token would go in the clear, unless that is
    ///   allowed.
    static func read(_ text: String, field: String, allowsPlainHTTP: Bool) throws(ValidationError) -> String {
        let example = RestClient.Configuration.defaultBaseURL
        let address = try WebAddress(validating: text, field: field, example: example)
        guard allowsPlainHTTP || !address.isOpenToOthers else {
            throw ValidationError(
                field: field,
                "is plain http to another machine, where others on the network can read the token; use https"
            )
        }
        var base = address.text[...]
        while base.hasSuffix("/") { base.removeLast() }
        return String(base)
    }
}
