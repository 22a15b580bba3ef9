import CallBoard
import Journal
import Logging
import Metrics
import Piopiy
import PrometheusMetrics
import ServiceLifecycle

/// Serves this process' figures to Prometheus, where `metrics` is set.
///
/// ```swift
/// let metrics = try MetricsService.begin(context.settings)
/// …
/// await metrics?.serve(board, journal, logger: logger)
/// ```
///
/// Metrics never stop a person from calling: where the address cannot be had, that is said once and tried again.
struct MetricsService: Sendable {
    private let address: MetricsAddress
    private let registry: PrometheusRegistry

    /// How long to wait before an address that could not be had is tried again.
    private static let pause = Duration.seconds(5)

    /// Chooses the backend of this process' metrics. To be called once, before anything is made that counts: a journal,
    /// a dialer, a listener.
    /// - Returns: `nil` where no metrics are asked for; then counting goes nowhere.
    /// - Throws: ``CommandFailure`` where the address is the webhooks' own.
    static func begin(_ settings: SettingValues) throws(CommandFailure) -> MetricsService? {
        guard let address = try settings.metricsAddress() else { return nil }
        let registry = PrometheusRegistry(describing: MetricFamily.emitted)
        registry.collect { BuildReadings.readings(version: PiopiyVersion.current) + ProcessReadings.readings() }
        MetricsSystem.bootstrap(registry)
        return MetricsService(address: address, registry: registry)
    }

    /// Serves the figures of a board, and of its journal where there is one, until the task is cancelled.
    func serve(_ board: CallBoard, _ journal: SQLiteJournal?, logger: Logger) async {
        registry.collect { BoardReadings.readings(of: await board.snapshot) }
        await serve(journal.map { JournalReadings($0, countsCalls: false, logger: logger) }, logger: logger) {
            await board.note($0, $1)
        }
    }

    /// Serves the figures of a process without a board, until the task is cancelled.
    func serve(_ journal: SQLiteJournal, logger: Logger) async {
        await serve(JournalReadings(journal, countsCalls: true, logger: logger), logger: logger) { _, _ in }
    }

    private func serve(
        _ readings: JournalReadings?,
        logger: Logger,
        tell: @escaping @Sendable (BoardMessage.Level, String) async -> Void
    ) async {
        if let readings { registry.collect { await readings.readings } }
        await withTaskGroup(of: Void.self) { group in
            if let readings { group.addTask { await readings.run() } }
            group.addTask { await listen(logger, tell) }
        }
    }

    private func listen(
        _ logger: Logger,
        _ tell: @escaping @Sendable (BoardMessage.Level, String) async -> Void
    ) async {
        var told: String?
        while !Task.isCancelled {
            let wasTold = told != nil
            do {
                try await MetricsListener(
                    configuration: .init(host: address.host, port: address.port),
                    registry: registry,
                    logger: logger,
                    onRunning: { url in
                        let words = "metrics are served on \(url)"
                        logger.notice("\(words)")
                        // Whoever has set the port knows it already.
                        if wasTold || address.port == 0 { await tell(.info, words) }
                    }
                ).run()
                told = nil
            } catch {
                if told != "\(error)" {
                    logger.warning("no metrics are served: \(error)")
                    await tell(.warning, "no metrics are served: \(error)")
                }
                told = "\(error)"
            }
            try? await Task.sleep(for: Self.pause)
        }
    }
}

/// The same beside other services of a process without a board.
struct MetricsDuty: Service {
    let metrics: MetricsService
    let journal: SQLiteJournal
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown { await metrics.serve(journal, logger: logger) }
    }
}
