import ArgumentParser
import CallBoard
import Journal
import Logging
import Piopiy
import ServiceLifecycle
import Station
import UnixSignals
import Webhooks

/// `piopiy listen`.
struct ListenCommand: ExitStatusCommand {
    static let configuration = CommandConfiguration(
        commandName: "listen",
        abstract: "Receive the platform's webhooks without a screen.",
        discussion: """
            The first line of output is its URL, secret included. Each webhook is in the journal before it is \
            answered; consoles on this host follow the journal, and one of them takes over when this command ends.

            Each account has one listener per host: while another one runs, this command ends with exit code 78.
            """
    )

    @Option(
        help: ArgumentHelp(
            "The port; 0 is any free port. (default: webhook_port of the configuration, else 8787)",
            valueName: "p"
        )
    )
    var port: Int?

    @Option(
        help: "The address of this machine to listen on. Behind a public proxy keep the default."
    )
    var host = "127.0.0.1"

    @Option(
        help: ArgumentHelp(
            """
            Serve metrics for Prometheus on this address, such as 127.0.0.1:9464. (default: the configuration's, \
            else off)
            """,
            valueName: "address"
        )
    )
    var metrics: String?

    @OptionGroup var client: ClientOptions

    func validate() throws {
        if let port, !(0...65_535).contains(port) {
            throw ValidationError("--port is \(port); it must be 0 to 65535.")
        }
        try MetricsOption.check(metrics)
        guard !host.isEmpty else { throw ValidationError("--host is empty; it must be an address such as 127.0.0.1.") }
    }

    /// Another may have the lock for a moment, to look whether somebody has it.
    private static func lock(_ account: String, _ folder: String) async throws -> HostLock? {
        for _ in 0..<5 {
            if let lock = try HostLock(.listener, account: account, folder: folder) { return lock }
            try await Task.sleep(for: .milliseconds(100))
        }
        return nil
    }

    func perform() async throws -> ExitStatus {
        var flags: [Setting: [String]] = [:]
        if let port { flags[.webhookPort] = ["\(port)"] }
        if let metrics = self.metrics { flags[.metrics] = [metrics] }
        let context = try CommandContext(client, flags: flags)
        let metrics = try MetricsService.begin(context.settings)
        let account = Account.name(baseURL: context.settings.addresses.rest, token: try context.token().token)
        let folder = try context.places.makeState()
        guard let lock = try await Self.lock(account, folder) else {
            let path = HostLock.path(.listener, account: account, folder: folder)
            throw CommandFailure(
                status: .badConfiguration,
                message: "A console or another piopiy listen already receives this account's webhooks (it holds "
                    + "\(path))."
            )
        }
        defer { withExtendedLifetime(lock) {} }
        let journal = try JournalPlace(context: context).open(account: account, as: .listener)
        journal.tell { $0.duties.insert(.listener) }
        let format = context.settings.logFormat
        let logger = Logger(label: "piopiy.listen") {
            LineLog(label: $0, format: format, descriptor: 2, level: .notice)
        }
        let first = FirstLine()
        let listener = WebhookListener(
            configuration: .init(
                host: host,
                port: context.settings.webhookPort,
                secret: try WebhookSecretFile.secret(context.places)
            ),
            logger: logger,
            onRunning: { url in
                lock.tell(isListening: true)
                first.print(url)
            },
            sink: { delivery in
                let line = JournalLine.webhook(delivery.payload, body: delivery.body, at: delivery.receivedAt)
                _ = try await journal.take([line])
            }
        )
        let upkeep = JournalUpkeep(journal: journal, history: context.settings.history, logger: logger)
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
            .init(service: listener), .init(service: upkeep),
            .init(service: first, failureTerminationBehavior: .gracefullyShutdownGroup),
        ]
        if let metrics {
            services.append(.init(service: MetricsDuty(metrics: metrics, journal: journal, logger: logger)))
        }
        let group = ServiceGroup(
            configuration: .init(
                services: services,
                gracefulShutdownSignals: ProcessSignals.heeded(.sigterm, .sigint, .sighup),
                logger: logger
            )
        )
        try await group.run()
        return .done
    }
}
