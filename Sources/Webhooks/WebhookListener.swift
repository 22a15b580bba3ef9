import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Piopiy
import ServiceLifecycle
import Synchronization

/// Receives the platform's webhooks: HTTP on one port, one path, one secret.
///
/// ```swift
/// let listener = WebhookListener(configuration: .init(secret: secret), logger: logger) { url in
///     print(url)
/// } sink: { delivery in
///     await board.receive(delivery.payload)
/// }
/// try await listener.run()
/// ```
///
/// | request | answer |
/// |---|---|
/// | `POST /hooks/<secret>` | 200 once the sink has the delivery, 503 if it throws; both whatever the body says |
/// | another path, or a wrong secret | 404, always the same one, and the body is not read |
/// | the path with another method | 405 |
/// | no `Host`, or two | 400 |
/// | `Expect: 100-continue` | `100 Continue` once the body will be read; another expectation 417 |
/// | a body over the limit, as it comes or unpacked | 413; what is over it is not read |
/// | a body that is not complete in time | 408 |
///
/// A body in gzip or deflate is unpacked. A body that cannot be read as a webhook is answered 200 as well, or the
/// platform would send it for ever; the log tells of it, and the sink gets it as ``WebhookPayload/unreadable(_:)``.
public struct WebhookListener: Service {
    public struct Configuration: Sendable {
        /// A name or an address of this machine. Behind a proxy that faces the internet, the default is right.
        public var host: String
        /// 0 takes any port that is free.
        public var port: Int
        public var secret: WebhookSecret
        /// The longest body that is read, in bytes.
        public var bodyLimit: Int
        /// The most connections at once; more wait in the system's queue until one is closed. At most half of them, and
        /// 16 at least, are ones that have not shown the secret; the oldest of those makes room for the next.
        public var maxConnections: Int
        /// How long a body may take, from its first byte to its last, and the head of who has shown the secret before.
        public var bodyTimeout: Duration
        /// How long a connection may take to show the secret: to send its first head. At most ``bodyTimeout``.
        public var headTimeout: Duration
        /// How long webhooks that are being answered may hold up the end; after it they are cut off.
        public var grace: Duration

        public init(
            host: String = "127.0.0.1",
            port: Int = 8787,
            secret: WebhookSecret,
            bodyLimit: Int = 65_536,
            maxConnections: Int = 256,
            bodyTimeout: Duration = .seconds(10),
            headTimeout: Duration = .seconds(3),
            grace: Duration = .seconds(2)
        ) {
            self.host = host
            self.port = port
            self.secret = secret
            self.bodyLimit = bodyLimit
            self.maxConnections = max(1, maxConnections)
            self.bodyTimeout = bodyTimeout
            self.headTimeout = headTimeout
            self.grace = grace
        }
    }

    private let configuration: Configuration
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    private let metrics = WebhookMetrics()
    private let onRunning: @Sendable (String) async -> Void
    private let sink: @Sendable (WebhookDelivery) async throws -> Void

    /// - Parameters:
    ///   - now: the time of what does not tell its own.
    ///   - logger: never gets the secret.
    ///   - onRunning: called once with the URL, secret included, when the port is open. Webhooks wait until it returns.
    ///   - sink: takes a delivery. The platform is answered when it returns, so it should be quick; several run at once.
    public init(
        configuration: Configuration,
        now: @escaping @Sendable () -> Timestamp = { .now },
        logger: Logger,
        onRunning: @escaping @Sendable (_ url: String) async -> Void = { _ in },
        sink: @escaping @Sendable (WebhookDelivery) async throws -> Void
    ) {
        self.configuration = configuration
        self.now = now
        self.logger = logger
        self.onRunning = onRunning
        self.sink = sink
    }

    /// Listens until the task is cancelled, or shut down gracefully: then what has come is answered first.
    /// - Throws: ``WebhookListenerError`` when the port cannot be had, or is lost.
    public func run() async throws {
        // Only a start that failed says whether the port was the reason.
        let isRunning = Mutex(false)
        do {
            let silent = Logger(label: "piopiy.webhooks.lifecycle") { _ in SwiftLogNoOpLogHandler() }
            let application = application { isRunning.withLock { $0 = true } }
            try await runUntilCancelled(application, grace: configuration.grace, logger: silent)
            logger.info("the webhook listener ended")
        } catch {
            if Task.isCancelled { return }
            if isRunning.withLock({ $0 }) { throw WebhookListenerError.stopped }
            throw WebhookListenerError.binding(error, host: configuration.host, port: configuration.port)
        }
    }

    private func application(started: @escaping @Sendable () -> Void) -> some Service {
        let limits = ConnectionGuard.Limits(
            request: TimeAmount(configuration.bodyTimeout),
            stranger: TimeAmount(configuration.headTimeout)
        )
        let gate = WebhookGate(secret: configuration.secret, bodyLimit: configuration.bodyLimit)
        // Half of the places: the others are for who knows the secret. With very few places nobody is turned out.
        let strangers = StrangerLimit(limit: max(16, configuration.maxConnections / 2))
        // Hummingbird's own log could hold a request's path, which is the secret.
        let silent = Logger(label: "piopiy.webhooks.http") { _ in SwiftLogNoOpLogHandler() }
        return Application(
            responder: WebhookResponder(
                gate: gate,
                now: now,
                logger: logger,
                metrics: metrics,
                sink: sink
            ),
            server: HTTPServerBuilder { responder in
                GuardedHTTP(responder: responder) {
                    ConnectionGuard(limits: limits, gate: gate, strangers: strangers)
                }
            },
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.maxConnections, logger: silent)
            ),
            onServerRunning: { channel in
                started()
                await self.opened(channel)
            },
            logger: silent
        )
    }

    private func opened(_ channel: any Channel) async {
        // One at a time: a batch of accepts would go over the limit, which is looked at between batches.
        try? await channel.setOption(.maxMessagesPerRead, value: 1).get()
        try? await channel.pipeline.addHandler(AcceptErrors(logger: logger), position: .first).get()
        let port = channel.localAddress?.port ?? configuration.port
        logger.info("listening for webhooks", metadata: ["host": "\(configuration.host)", "port": "\(port)"])
        await onRunning(url(port: port))
    }

    private func url(port: Int) -> String {
        let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        return "http://\(host):\(port)\(WebhookGate.path)\(configuration.secret.text)"
    }
}
