import Dispatch
import GRDB

/// While it is there, its process neither reads nor writes the journal: one that is stopped in the middle of a transaction,
/// by Ctrl-Z for instance, would keep all others from writing for as long as it stays stopped.
public final class JournalHold: Sendable {
    private let isOver = DispatchSemaphore(value: 0)

    /// Waits on this thread, which must not be one of the tasks' own.
    fileprivate init?(_ database: DatabasePool, patience: Duration) {
        let isHeld = DispatchSemaphore(value: 0)
        let isOver = isOver
        DispatchQueue.global().async {
            // A database that fails has nothing to be held.
            try? database.barrierWriteWithoutTransaction { _ in
                isHeld.signal()
                isOver.wait()
            }
            isHeld.signal()
        }
        let milliseconds = Int(patience / .milliseconds(1))
        guard isHeld.wait(timeout: .now() + .milliseconds(milliseconds)) == .success else {
            isOver.signal()
            return nil
        }
    }

    deinit { isOver.signal() }
}

extension SQLiteJournal {
    /// Waits until nothing is being read or written, and keeps it so while what it returns is there.
    ///
    /// It blocks the thread, which must not be one of the tasks' own.
    /// - Returns: `nil` when it took longer than was to be waited.
    public func hold(patience: Duration = .seconds(1)) -> JournalHold? { JournalHold(database, patience: patience) }
}
