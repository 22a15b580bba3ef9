import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Piopiy
import ServiceLifecycle

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The platform's stand-in: a server that takes calls, lives them through and tells of them, all on this machine.
///
/// ```swift
/// let sandbox = SandboxServer(configuration: .init(port: 0), logger: logger) { base in print(base) }
/// try await sandbox.run()
/// ```
///
/// It validates as the platform does. The last four digits of the number that is called choose what happens (`0001` is
/// busy, `0006` loses its answer, …: the README lists them); any other number rings for two seconds and talks for 20 to
/// 120. Nothing leaves the machine but webhooks, to the one address that is configured.
///
/// `GET /_sandbox/calls` shows the calls it holds, `GET /_sandbox/requests` what it was asked, neither with a token. It
/// keeps the newest 10,000 of each. With 10,000 calls up, a placement is answered 429.
public struct SandboxServer: Service {
    public struct Configuration: Sendable {
        /// The address to listen on, and no other.
        public var host: String
        /// The port, 0…65535; 0 takes any that is free.
        public var port: Int
        /// The bearer token that is asked for; `nil` takes any that is not empty.
        public var token: String?
        /// Where live events and CDRs are posted; `nil` sends none. `http` or `https`.
        public var webhookURL: String?
        /// Ids, talk times and the order of scrambled events follow from it and from the order of the placements alone.
        public var seed: UInt64
        /// What every delay is divided by, greater than 0: at 60 an hour takes a minute. Ringing, talking, the late answer
        /// of `0007` and the repeats of CDRs are all delays; a receiver's five seconds to answer a webhook are not. Times
        /// in events are the wall clock's; the talk time in a CDR is what it would have been at speed 1.
        public var speed: Double

        public init(
            host: String = "127.0.0.1",
            port: Int = 0,
            token: String? = nil,
            webhookURL: String? = nil,
            seed: UInt64 = 1,
            speed: Double = 1
        ) {
            self.host = host
            self.port = port
            self.token = token
            self.webhookURL = webhookURL
            self.seed = seed
            self.speed = speed
        }
    }

    /// The most connections at once; more wait until one closes.
    static let connections = 1024

    private let configuration: Configuration
    private let logger: Logger
    private let onRunning: @Sendable (String) async -> Void

    /// - Parameter onRunning: called once it listens, with the REST base for clients: `http://127.0.0.1:PORT/v3`. It is
    ///   awaited before the first request is served, so it must not wait for an answer of the sandbox.
    public init(
        configuration: Configuration = .init(),
        logger: Logger,
        onRunning: @escaping @Sendable (_ restBase: String) async -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.logger = logger
        self.onRunning = onRunning
    }

    /// Serves until it is cancelled or gracefully shut down, and returns then.
    /// - Throws: ``SandboxError`` when it cannot listen.
    public func run() async throws {
        try configuration.check()
        let poster = configuration.webhookURL.map { WebhookPoster(url: $0, logger: logger) }
        var post: Delivery.Post?
        if let poster { post = { await poster.post($0) } }
        let world = World(
            seed: configuration.seed,
            speed: configuration.speed,
            logger: logger,
            post: post
        )
        let result = await serve(world)
        await poster?.shutdown()
        try result.get()
    }

    private func serve(_ world: World) async -> Result<Void, any Error> {
        let host = configuration.host
        let app = Application(
            responder: SandboxResponder(world: world, token: configuration.token),
            server: .http1(configuration: .init(idleTimeout: .seconds(60))),
            configuration: .init(
                address: .hostname(host, port: configuration.port),
                availableConnectionsDelegate: MaximumAvailableConnections(Self.connections)
            ),
            onServerRunning: { [onRunning] channel in
                await onRunning(Self.restBase(host: host, port: channel.localAddress?.port ?? 0))
            },
            logger: quiet
        )
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { await world.run() }
            defer { group.cancelAll() }
            do {
                try await runUntilCancelled(app, logger: quiet)
                return .success(())
            } catch {
                return .failure(SandboxError(error, configuration))
            }
        }
    }

    /// The server library's own log is about connections: nobody but its developer wants it above `debug`.
    private var quiet: Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .warning)
        return logger
    }

    private static func restBase(host: String, port: Int) -> String {
        let name =
            switch host {
            case "0.0.0.0": "127.0.0.1"
            case "::": "[::1]"
            case _ where host.contains(":"): "[\(host)]"
            default: host
            }
        return "http://\(name):\(port)/v3"
    }
}

extension SandboxServer.Configuration {
    func check() throws(SandboxError) {
        guard speed > 0, speed.isFinite else {
            throw .badConfiguration(
                "speed is \(speed); it takes a number greater than 0, such as 60 for an hour in a minute."
            )
        }
        guard (0...65535).contains(port) else {
            throw .badConfiguration("port is \(port); it takes 0 to 65535, and 0 means any free one.")
        }
        if let webhookURL {
            let lower = webhookURL.lowercased()
            guard lower.hasPrefix("http://") || lower.hasPrefix("https://") else {
                throw .badConfiguration(
                    "the webhook address is no web address; it takes one such as http://127.0.0.1:8787/hooks/SECRET."
                )
            }
        }
    }
}

extension SandboxError {
    init(_ error: any Error, _ configuration: SandboxServer.Configuration) {
        let (host, port) = (configuration.host, configuration.port)
        switch error {
        case let error as SandboxError: self = error
        case let error as IOError where error.errnoCode == EADDRINUSE: self = .portInUse(host: host, port: port)
        case let error as IOError where error.errnoCode == EACCES: self = .notAllowed(host: host, port: port)
        case let error as IOError where error.errnoCode == EADDRNOTAVAIL: self = .noSuchHost(host)
        case is SocketAddressError: self = .noSuchHost(host)
        default: self = .cannotListen(host: host, port: port, why: "\(error)")
        }
    }
}
