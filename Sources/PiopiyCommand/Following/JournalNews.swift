import CallBoard
import Journal
import Piopiy

/// Brings what other processes of this host write into the journal to who follows one call.
struct JournalNews: Sendable {
    let journal: SQLiteJournal
    let news: CallNews

    /// How often the journal is looked at while nothing comes.
    private static let glance = Duration.milliseconds(100)
    private static let portion = 2000

    /// Reads until the task is cancelled.
    /// - Parameter start: the position after which to begin.
    func read(from start: Int64) async {
        var position = start
        var failure: String?
        while !Task.isCancelled {
            do {
                let lines = try await journal.lines(after: position, limit: Self.portion)
                position = lines.last?.position ?? position
                for line in lines
                where line.origin.account == journal.origin.account && line.origin.id != journal.origin.id {
                    await news.read(line.line)
                }
                failure = nil
                if !lines.isEmpty { continue }
            } catch is CancellationError {
                return
            } catch {
                // Told once: a journal that cannot be read is looked at again and again.
                if failure != "\(error)" { Streams.error("The journal cannot be followed: \(error)") }
                failure = "\(error)"
            }
            try? await Task.sleep(for: Self.glance)
        }
    }
}
