import GRDB

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Tells other processes of each commit once it can be read, by setting the time of the write-ahead log.
///
/// SQLite writes a commit's pages first, waits for the disk, and then publishes the commit in shared memory, of which
/// no file system tells. Whoever follows the journal would look too early.
final class CommitBell: TransactionObserver {
    private let log: String
    private var changes: Int?

    /// - Parameter path: the journal's.
    init(path: String) { log = path + "-wal" }

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { false }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseDidRollback(_ db: Database) {}

    func databaseDidCommit(_ db: Database) {
        // A transaction that wrote nothing is not worth a look.
        let now = db.totalChangesCount
        guard now != changes else { return }
        changes = now
        // Without the log nobody else has the journal open.
        _ = utimensat(AT_FDCWD, log, nil, AT_SYMLINK_NOFOLLOW)
    }
}
