import CallBoard
import Journal
import Piopiy

/// Brings what other processes of this host write into the journal to who follows one call.
struct JournalNews: Sendable {
    let journal: SQLiteJournal
    let news: CallNews

    /// Reads until the task is cancelled.
    /// - Parameter start: the position after which to begin.
    func read(from start: Int64) async {
        for await portion in journal.follow(from: start) {
            switch portion {
            case .success(let lines):
                for line in lines
                where line.origin.account == journal.origin.account && line.origin.id != journal.origin.id {
                    await news.read(line.line)
                }
            case .failure(let error): Streams.error("The journal cannot be followed: \(error)")
            }
        }
    }
}
