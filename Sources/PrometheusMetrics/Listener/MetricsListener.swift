import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import Webhooks

/// Serves a process' figures to Prometheus: HTTP on a port of its own, one path.
///
/// ```swift
/// let listener = MetricsListener(configuration: .init(), registry: registry, logger: logger) { url in print(url) }
/// try await listener.run()
/// ```
///
/// | request | answer |
/// |---|---|
/// | `GET /metrics`, `HEAD /metrics` | 200 with the figures |
/// | the path with another method | 405 |
/// | another path | 404 |
///
/// It asks nobody who they are. On an address that other machines reach, everybody there can read the figures.
public struct MetricsListener: Service {
    public struct Configuration: Sendable {
        /// A name or an address of this machine.
        public var host: String
        /// 0 takes any port that is free.
        public var port: Int
        /// The most connections at once; more wait in the system's queue until one is closed.
        public var maxConnections: Int
        /// How long a connection may say nothing. Short, so that those that never ask keep nobody out for long;
        /// Prometheus opens a new one for its next scrape.
        public var idleTimeout: Duration

        public init(
            host: String = "127.0.0.1",
            port: Int = 9464,
            maxConnections: Int = 64,
            idleTimeout: Duration = .seconds(10)
        ) {
            self.host = host
            self.port = port
            self.maxConnections = max(1, maxConnections)
            self.idleTimeout = idleTimeout
        }
    }

    private let configuration: Configuration
    private let registry: PrometheusRegistry
    private let logger: Logger
    private let onRunning: @Sendable (String) async -> Void

    /// How long scrapes that are being answered may hold up the end.
    private static let grace = Duration.milliseconds(500)

    /// - Parameter onRunning: called once with the URL when the port is open. Scrapes wait until it returns.
    public init(
        configuration: Configuration,
        registry: PrometheusRegistry,
        logger: Logger,
        onRunning: @escaping @Sendable (_ url: String) async -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.registry = registry
        self.logger = logger
        self.onRunning = onRunning
    }

    /// Serves until the task is cancelled, or shut down gracefully.
    /// - Throws: ``MetricsListenerError`` when the port cannot be had, or is lost.
    public func run() async throws {
        // Only a start that failed says whether the port was the reason.
        let isRunning = Mutex(false)
        do {
            let application = application { isRunning.withLock { $0 = true } }
            try await runUntilCancelled(application, grace: Self.grace, logger: Self.silent)
        } catch {
            if Task.isCancelled { return }
            if isRunning.withLock({ $0 }) { throw MetricsListenerError.stopped }
            throw MetricsListenerError.binding(error, host: configuration.host, port: configuration.port)
        }
    }

    private static let silent = Logger(label: "piopiy.metrics.http") { _ in SwiftLogNoOpLogHandler() }

    private func application(started: @escaping @Sendable () -> Void) -> some Service {
        let channel = HTTP1Channel.Configuration(
            idleTimeout: TimeAmount(configuration.idleTimeout),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 8192,
                maxHeaderListSize: 16_384,
                maxHeaderFieldCount: 100
            )
        )
        return Application(
            responder: MetricsResponder(registry: registry),
            server: .http1(configuration: channel),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: MaximumAvailableConnections(
                    configuration.maxConnections,
                    logger: Self.silent
                )
            ),
            onServerRunning: { channel in
                started()
                await self.opened(channel)
            },
            logger: Self.silent
        )
    }

    private func opened(_ channel: any Channel) async {
        // One at a time: a batch of accepts would go over the limit, which is looked at between batches.
        try? await channel.setOption(.maxMessagesPerRead, value: 1).get()
        try? await channel.pipeline.addHandler(AcceptErrors(logger: logger), position: .first).get()
        let port = channel.localAddress?.port ?? configuration.port
        let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        await onRunning("http://\(host):\(port)\(MetricsResponder.path)")
    }
}
