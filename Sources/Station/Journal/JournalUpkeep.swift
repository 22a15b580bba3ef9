import Journal
import Logging
import Piopiy
import ServiceLifecycle

/// Keeps a journal in order for everybody on it: settles what processes that died had begun, keeps the sums near the
/// end, so that whoever starts next starts quickly, puts ended calls into the index that searches use, and forgets what
/// is older than it is to be kept.
///
/// One process at a time needs to do it; that more than one does, does no harm.
package struct JournalUpkeep: Service, Sendable {
    private let journal: SQLiteJournal
    private let history: Duration
    private let logger: Logger

    /// How long lines gather before they are added up.
    private static let pause = Duration.seconds(2)
    /// How often old calls are looked for.
    private static let forgettingPause = Duration.seconds(3600)

    /// - Parameter history: how long ended calls are kept.
    package init(journal: SQLiteJournal, history: Duration, logger: Logger) {
        self.journal = journal
        self.history = history
        self.logger = logger
    }

    /// Goes on until the service is to end.
    package func run() async throws {
        await cancelWhenGracefulShutdown { await keepSums() }
    }

    /// Goes on until the task is cancelled.
    package func keepSums() async {
        var failure: String?
        var forgotten: Timestamp?
        for await _ in FileWatch.shared.looks(at: .journal(journal.path), .members(journal.path)) {
            guard (try? await Task.sleep(for: Self.pause)) != nil else { return }
            do {
                try await journal.settleOrphans(at: .now)
                try await journal.addUp()
                try await journal.indexCalls()
                let now = Timestamp.now
                if forgotten.map({ now - $0 >= Self.forgettingPause }) ?? true {
                    forgotten = now
                    try await journal.forget(before: now + (.zero - history), at: now)
                }
                failure = nil
            } catch is CancellationError {
                return
            } catch {
                // Told once: it is tried again and again.
                if failure != "\(error)" {
                    logger.error("the journal's calls could not be updated", metadata: ["error": "\(error)"])
                }
                failure = "\(error)"
            }
        }
    }
}
