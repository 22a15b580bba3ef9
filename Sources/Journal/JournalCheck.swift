import CallBoard
import GRDB
import Piopiy
import SystemPackage

/// What a look at a journal tells: whether it is sound, how big it is, and of which version.
public struct JournalCheck: Hashable, Sendable {
    /// Where the file is.
    public let path: String
    /// What is wrong with it, in SQLite's words or ours; empty when nothing is.
    public internal(set) var problems: [String] = []
    /// The file's size in bytes; `nil` when there is none.
    public internal(set) var fileBytes: Int64?
    /// What has been written and not been moved into the file yet, in bytes; 0 when there is nothing.
    public internal(set) var walBytes: Int64 = 0
    /// Who may read and write it, such as `0600`.
    public internal(set) var mode: String?
    /// How many lines there are; `nil` when they could not be counted.
    public internal(set) var lines: Int?
    /// How many calls the lines add up to.
    public internal(set) var calls: Int?
    /// Placements that are under way, or were when their process ended.
    public internal(set) var pending: Int?
    /// How many webhooks came that could not be read, repeated ones each time; `nil` when they could not be counted.
    public internal(set) var unreadableWebhooks: Int?
    /// When the last of them came for the first time.
    public internal(set) var lastUnreadable: Timestamp?
    /// When the oldest line was written.
    public internal(set) var oldestLine: Timestamp?
    /// When the newest line was written.
    public internal(set) var newestLine: Timestamp?
    /// The steps that brought the tables to where they are, sorted.
    public internal(set) var appliedSteps: [String] = []
    /// The steps that this version knows, in order.
    public let knownSteps: [String]
    /// SQLite's version, such as `3.40.1`.
    public let sqliteVersion: String

    /// Whether nothing is wrong with it.
    public var isSound: Bool { problems.isEmpty }
    /// Whether a newer version of the program has written it.
    public var isNewer: Bool { appliedSteps.contains { !knownSteps.contains($0) } }

    init(path: String) {
        self.path = path
        knownSteps = Schema.known
        let version = try? DatabaseQueue().read { db in try String.fetchOne(db, sql: "SELECT sqlite_version()") }
        sqliteVersion = (version ?? nil) ?? "unknown"
        do throws(Errno) {
            let status = try Stat(path)
            fileBytes = status.size
            let bits = String(status.permissions.rawValue, radix: 8)
            mode = String(repeating: "0", count: max(0, 4 - bits.count)) + bits
            if !status.permissions.isDisjoint(with: [.groupReadWriteExecute, .otherReadWriteExecute]) {
                problems.append("others than its owner can read or write it")
            }
        } catch {
            problems.append("the file does not exist: \(error)")
        }
        if let log = try? Stat(path + "-wal") { walBytes = log.size }
    }

    /// Asks the file. Each question is for itself, so that a damaged file still tells what it can.
    mutating func ask(_ db: Database) {
        appliedSteps = asked([]) { try Schema.migrator.appliedIdentifiers(db).sorted() }
        let found = asked([]) { try String.fetchAll(db, sql: "PRAGMA integrity_check(50)") }
        problems += found.filter { $0 != "ok" }
        let strays = asked(0) { try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").count }
        if strays > 0 { problems.append("\(strays) rows refer to missing rows") }
        lines = asked(nil) { try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM line") }
        calls = asked(nil) { try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM call") }
        pending = asked(nil) { try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM pending") }
        let unread = asked(nil) {
            try Row.fetchOne(
                db,
                sql: "SELECT COALESCE(SUM(copies), 0), MAX(at) FROM line WHERE kind = ?",
                arguments: [JournalLine.Kind.unreadable.rawValue]
            )
        }
        unreadableWebhooks = unread?[0]
        lastUnreadable = (unread?[1] as Int64?).map { Timestamp(milliseconds: $0) }
        let times = asked(nil) { try Row.fetchOne(db, sql: "SELECT MIN(at), MAX(at) FROM line") }
        oldestLine = (times?[0] as Int64?).map { Timestamp(milliseconds: $0) }
        newestLine = (times?[1] as Int64?).map { Timestamp(milliseconds: $0) }
        if isNewer { problems.append("it was written by a newer piopiy") }
    }

    private mutating func asked<Value>(_ otherwise: Value, _ question: () throws -> Value) -> Value {
        do { return try question() } catch {
            note(error)
            return otherwise
        }
    }

    mutating func note(_ error: any Error) {
        let words = (error as? DatabaseError)?.message ?? "\(error)"
        if !problems.contains(words) { problems.append(words) }
    }
}

extension SQLiteJournal {
    /// Looks a journal through without opening it for writing: nothing in it changes, so that it is fit for a file that
    /// is damaged, newer, or may not be written.
    ///
    /// It reads the whole file, and returns whatever it finds; nothing is thrown.
    public static func check(path: String) -> JournalCheck {
        var check = JournalCheck(path: path)
        guard check.fileBytes != nil else { return check }
        do { try FileLook.read(path) { db in check.ask(db) } } catch { check.note(error) }
        return check
    }

    /// Looks this journal through while it is in use.
    public func check() async -> JournalCheck {
        let path = path
        do {
            return try await database.read { db in
                var check = JournalCheck(path: path)
                check.ask(db)
                return check
            }
        } catch {
            var check = JournalCheck(path: path)
            check.note(error)
            return check
        }
    }
}
