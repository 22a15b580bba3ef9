import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// The platform's stand-in: a server that takes calls, lives them through and tells of them, all on this machine.
///
/// ```swift
/// let sandbox = SandboxServer(configuration: .init(port: 0), logger: logger) { base in print(base) }
/// try await sandbox.run()
/// ```
///
/// It answers requests that name this machine in their `Host` header, and in their `Origin` if they have one; others
/// get 421 or 403. It validates as the platform does. Nothing leaves the machine but webhooks, to the one address
/// that is configured. The last four digits of `to_number` choose what happens; any other number rings for two
/// seconds and talks for 20 to 120:
///
/// | ends in | happens |
/// |---|---|
/// | `0001` | busy |
/// | `0002` | never answered: it rings for its `ring_timeout_sec`, 30 s without one |
/// | `0003` | fails after ringing |
/// | `0004` | HTTP 200 with an `error` body |
/// | `0005` | HTTP 403 `{"error":"app_not_active"}` |
/// | `0006` | accepted, then the connection is closed without an answer |
/// | `0007` | accepted, answered after 30 s |
/// | `0008` | 429 with `Retry-After: 1`, once a number, then accepted |
/// | `0009` | accepted, then 502 |
/// | `0010` | accepted, then 503 with `Retry-After: 1`, as a proxy before the platform would |
/// | `0011` | accepted; events arrive twice and out of order |
/// | `0012` | accepted; no events at all, only a CDR a minute after the end |
/// | `0013` | accepted with 200 and a body that is not JSON |
/// | `0014` | as any other; its recording breaks off half-way when it is fetched for the first time |
/// | `0015` | accepted, then the connection is closed without an answer; no events and no CDR, ever |
///
/// A transfer rings for two seconds and completes, unless its target ends in one of these:
///
/// | target ends in | the transfer |
/// |---|---|
/// | `0001` | fails: `busy` |
/// | `0002` | fails: `no_answer`, after its `timeout_sec`, 30 s without one |
/// | `0003` | fails: `network_error` |
/// | `0005` | fails: `rejected` |
/// | `0006` | begins, but the connection is closed without an answer |
/// | `0009` | begins, but is answered 502 |
/// | `0015`, `0016`, `0017` | fails: `invalid_number`, `unreachable`, `call_barred` |
///
/// When the caller hangs up while it rings it fails as `unreachable`. Of messages `0004`, `0005`, `0006`, `0009` and
/// `0010` mean what they mean for calls; `0015` is a number to which the user may not send (code 401), `0016` has the
/// user's sender id refused (code 407).
///
/// Messages take a token of their own, which a login gives: `POST /v2/user/login` takes any user id and any password
/// but `wrong`. The token is good for 30 days of the sandbox's time.
///
/// The REST base is under `/v3`, the account, messaging and look-up bases are the root of the same port. Calls that
/// name no app belong to ``appID``. A call that was answered and asked for a recording has one: `CALL_ID.wav`, with
/// three seconds of a ring tone.
///
/// `GET /_sandbox/calls`, `/_sandbox/transfers` and `/_sandbox/messages` show what it holds, `GET /_sandbox/requests` what
/// it was asked, none with a token. It keeps the newest 10,000 of each. With 10,000 calls up, a placement is answered 429.
public struct SandboxServer: Service {
    /// How long a request that is being read or answered may hold up the end.
    static let grace: Duration = .seconds(2)
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
        let limits = Limits()
        let directory = WebhookDirectory(url: configuration.webhookURL, limit: limits.receivers, logger: logger)
        let world = World(
            seed: configuration.seed,
            speed: configuration.speed,
            limits: limits,
            logger: logger,
            hasReceivers: configuration.webhookURL != nil,
            receivers: { await directory.posts(for: $0) }
        )
        let result = await serve(world, directory)
        await directory.shutdown()
        try result.get()
    }

    private func serve(_ world: World, _ directory: WebhookDirectory) async -> Result<Void, any Error> {
        let host = configuration.host
        let app = Application(
            responder: SandboxResponder(
                world: world,
                directory: directory,
                token: configuration.token,
                appSecret: configuration.appSecret,
                gate: LoopbackGate(host: host)
            ),
            server: HTTPServerBuilder { RuledHTTP(responder: $0, idleTimeout: .seconds(60)) },
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
                try await runUntilCancelled(app, grace: Self.grace, logger: quiet)
                return .success(())
            } catch is CancellationError {
                // Somebody did not end within the grace, and was cut off.
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
