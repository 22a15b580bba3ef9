import CallBoard
import Campaigns
import Journal
import Logging

/// What the journal says at a scrape.
///
/// It is read from time to time and not at each scrape: a scrape must be quick, and the disk may be slow.
public actor JournalReadings {
    private let journal: SQLiteJournal
    private let countsCalls: Bool
    private let logger: Logger
    private var figures: JournalFigures?

    /// How old the figures can be.
    private static let interval = Duration.seconds(5)

    /// - Parameter countsCalls: whether calls are counted too, for a process that has no board.
    public init(_ journal: SQLiteJournal, countsCalls: Bool, logger: Logger) {
        self.journal = journal
        self.countsCalls = countsCalls
        self.logger = logger
    }

    /// Reads the journal until the task is cancelled.
    public func run() async {
        var failure: String?
        while !Task.isCancelled {
            do {
                figures = try await journal.figures(countsCalls: countsCalls)
                failure = nil
            } catch is CancellationError {
                return
            } catch {
                // Figures that are out of date would look as if all were well.
                figures = nil
                if failure != "\(error)" {
                    logger.warning("the journal's figures could not be read", metadata: ["error": "\(error)"])
                }
                failure = "\(error)"
            }
            try? await Task.sleep(for: Self.interval)
        }
    }

    /// None where the journal could not be read.
    public var readings: [MetricReading] { figures.map(Self.readings) ?? [] }

    static func readings(of figures: JournalFigures) -> [MetricReading] {
        var readings = [MetricReading(.pendingLines, [:], Double(figures.pendingLines))]
        if let open = figures.openCalls {
            readings += ["placing", "queued", "ringing", "talking"].map { state in
                MetricReading(.openCalls, ["state": state], open[state] ?? 0)
            }
            readings.append(MetricReading(.doubts, [:], open["unknown"] ?? 0))
        }
        readings += Campaign.State.allCases.map { state in
            MetricReading(.campaigns, ["state": state.rawValue], figures.campaigns[state] ?? 0)
        }
        readings += figures.campaignRows.map { rows in
            let row = rows.row == .notDialed ? "not_dialed" : rows.row.rawValue
            return MetricReading(
                .campaignRows,
                ["campaign_state": rows.campaign.rawValue, "state": row],
                rows.count
            )
        }
        return readings
    }
}
