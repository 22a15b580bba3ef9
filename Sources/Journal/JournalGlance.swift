import CallBoard
import GRDB
import Piopiy

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What can be read of a journal that cannot be opened for writing, on a full or read-only disk for instance.
public struct JournalGlance: Sendable {
    /// The calls that were asked for, the newest first.
    public let calls: [StoredCall]
    /// How many lines they lack, as there were too many to be added up on the way.
    public let lacking: Int

    /// How many lines are added up on the way; the sums in the file are seldom more than seconds behind.
    static let limit = 50_000
}

extension SQLiteJournal {
    /// Reads without opening for writing; nothing in the file changes.
    /// - Throws: ``JournalError`` when the file is no journal, is damaged where it was read, or is of a newer version.
    public static func glance(path: String, _ query: CallQuery) throws(JournalError) -> JournalGlance {
        try look(path) { db in try glance(db, path, query) }
    }

    /// Reads by a connection that cannot write, of the file itself or, where SQLite would have to make a file beside
    /// it, of a copy.
    static func look<Value>(_ path: String, _ body: (Database) throws -> Value) throws(JournalError) -> Value {
        do {
            do {
                return try FileLook.read(path, body)
            } catch let error as DatabaseError where JournalError(error, path: path).isAboutWriting {
                return try FileLook.readCopy(of: path, body)
            }
        } catch {
            throw JournalError(error, path: path)
        }
    }

    private static func glance(_ db: Database, _ path: String, _ query: CallQuery) throws -> JournalGlance {
        try FileLook.checkContents(db, path)
        NumberSQL.prepare(db, query.plan)
        guard try db.tableExists("progress") else { return JournalGlance(calls: [], lacking: 0) }
        let lines = try LineTable.lines(after: CallTable.addedUp(db), limit: JournalGlance.limit, db)
        // A journal of an older version has no times of the calls' own.
        let startedAt =
            try db.tableExists("call_lookup")
            ? "IFNULL((SELECT started_at FROM call_lookup WHERE call_lookup.call = call.id), seen_at)" : "seen_at"
        // In tables that only this connection sees, and that are nowhere on disk.
        try db.execute(
            sql: """
                PRAGMA temp_store = MEMORY;
                CREATE TEMP TABLE replaced (id INTEGER PRIMARY KEY);
                CREATE TEMP TABLE added (\(CallTable.columns), started_at);
                CREATE TEMP VIEW call_now AS
                    SELECT id, \(CallTable.columns), \(startedAt) AS started_at FROM call
                    WHERE id NOT IN (SELECT id FROM replaced) UNION ALL
                    SELECT (SELECT COALESCE(MAX(id), 0) FROM call) + rowid, \(CallTable.columns), started_at FROM added;
                """
        )
        for (account, lines) in Dictionary(grouping: lines, by: \.origin.account) {
            let (ledger, loaded) = try CallTable.sums(of: lines, account, db)
            for id in loaded { try db.execute(sql: "INSERT OR IGNORE INTO replaced VALUES (?)", arguments: [id]) }
            for row in ledger.rows() {
                guard let values = CallTable.values(row, of: account) else { continue }
                let startedAt = (row.call?.startedAt ?? row.seenAt).milliseconds
                try db.execute(
                    sql: "INSERT INTO added VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    arguments: values + [startedAt]
                )
            }
        }
        let end = lines.last?.position ?? .max
        let lacking =
            lines.count < JournalGlance.limit
            ? 0 : try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM line WHERE position > ?", arguments: [end]) ?? 0
        let held = try CallTable.held(query, in: .view("call_now"), db)
        return JournalGlance(calls: held.compactMap(\.stored), lacking: lacking)
    }
}

extension JournalError {
    /// Whether it could be read if only something could be written.
    fileprivate var isAboutWriting: Bool {
        switch self {
        case .full, .readOnly, .cannotOpen, .busy: true
        case .damaged, .newer, .failed: false
        }
    }
}

extension FileLook {
    /// Reads a copy that is made for that, where there is room for one, and taken away after.
    static func readCopy<Value>(of path: String, _ body: (Database) throws -> Value) throws -> Value {
        let files = FileManager.default
        var failure: (any Error)?
        for place in ["/dev/shm", files.temporaryDirectory.path] where files.fileExists(atPath: place) {
            let directory = "\(place)/piopiy-\(UUID().uuidString)"
            do {
                try files.createDirectory(
                    atPath: directory,
                    withIntermediateDirectories: false,
                    attributes: [.posixPermissions: 0o700]
                )
                defer { try? files.removeItem(atPath: directory) }
                for end in ["", "-wal"] where files.fileExists(atPath: path + end) {
                    try files.copyItem(atPath: path + end, toPath: "\(directory)/journal\(end)")
                }
                var configuration = Configuration()
                configuration.prepareDatabase { db in NumberSQL.prepare(db) }
                return try DatabaseQueue(path: "\(directory)/journal", configuration: configuration).read(body)
            } catch {
                failure = failure ?? error
            }
        }
        throw failure ?? JournalError.cannotOpen(path: path, why: "there is no room for a copy to read from")
    }
}
