import CallBoard
import Foundation
import GRDB
import Piopiy
import TestSupport

@testable import Journal

/// A process of an older version on a journal: it writes as that did, and knows nothing of what came later.
///
/// It has the file open only while it does something: the journal's opening, in this process, would take its locks
/// away.
struct OlderVersion {
    let path: String
    let account = "test"

    /// Makes a journal of a version, or opens one of any version.
    /// - Parameter step: the last step that the version knows; `nil` leaves the file as it is.
    init(_ path: String, upTo step: String? = nil) throws {
        self.path = path
        try withQueue { queue in
            try queue.writeWithoutTransaction { db in _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") }
            if let step { try Schema.migrator.migrate(queue, upTo: step) }
        }
        try write { db in
            try db.execute(sql: "INSERT OR IGNORE INTO origin VALUES (77, ?, 'older', 0)", arguments: [account])
        }
    }

    private func withQueue<Value>(_ body: (DatabaseQueue) throws -> Value) throws -> Value {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? queue.close() }
        return try body(queue)
    }

    func write(_ body: (Database) throws -> Void) throws { try withQueue { queue in try queue.write(body) } }

    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try withQueue { queue in try queue.read(body) }
    }

    /// Writes lines and adds them up.
    func tell(_ lines: [JournalLine]) throws {
        try write { db in
            for line in lines {
                try db.execute(
                    sql: """
                        INSERT INTO line (at, origin, kind, ref, call_id, request_id, number, body, facts)
                        VALUES (?, 77, ?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        line.at.milliseconds, line.kind.rawValue, line.ref?.text, line.callID?.text,
                        line.requestID?.text, line.number, Data(line.body), line.facts.map { Data($0) },
                    ]
                )
            }
            let from = try CallTable.addedUp(db)
            let (ledger, _) = try CallTable.sums(of: try LineTable.lines(after: from, limit: .max, db), account, db)
            for key in ledger.gone {
                try db.execute(sql: "DELETE FROM call WHERE account = ? AND key = ?", arguments: [account, key])
            }
            for row in ledger.rows() { try write(row, db) }
            try db.execute(
                sql: "UPDATE progress SET value = ? WHERE name = 'added_up'",
                arguments: [LineTable.position(db)]
            )
        }
    }

    private func write(_ row: CallLedger.Row, _ db: Database) throws {
        guard let values = CallTable.values(row, of: account) else {
            throw NeverHappened("the row \(row.key) holds no call")
        }
        let id = try Int64.fetchOne(
            db,
            sql: """
                INSERT INTO call (\(CallTable.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (account, key) DO UPDATE SET
                    seen_at = excluded.seen_at, ended_at = excluded.ended_at, state = excluded.state,
                    ending = excluded.ending, to_number = excluded.to_number, caller_id = excluded.caller_id,
                    agent_id = excluded.agent_id, call_id = excluded.call_id, operator = excluded.operator,
                    search = excluded.search, request = excluded.request, facts = excluded.facts
                RETURNING id
                """,
            arguments: values
        )
        for identity in CallLedger.identities(of: row) {
            try db.execute(
                sql: """
                    INSERT INTO identity (account, text, call) VALUES (?, ?, ?)
                    ON CONFLICT (account, text) DO UPDATE SET call = excluded.call WHERE call <> excluded.call
                    """,
                arguments: [account, identity, id]
            )
        }
    }

    /// All that was in the tables of every version.
    func contents() throws -> [String: [Row]] {
        try read { db in
            var contents: [String: [Row]] = [:]
            let columns = "id, \(CallTable.columns)"
            contents["call"] = try Row.fetchAll(db, sql: "SELECT \(columns) FROM call ORDER BY id")
            for table in ["line", "identity", "slot", "campaign", "campaign_row", "campaign_count", "campaign_event"] {
                contents[table] = []
                guard try db.tableExists(table) else { continue }
                let names = try Self.firstColumns(of: table, db)
                contents[table] = try Row.fetchAll(db, sql: "SELECT \(names) FROM \(table) ORDER BY \(names)")
            }
            return contents
        }
    }

    /// Those that were there before step 5.
    private static func firstColumns(of table: String, _ db: Database) throws -> String {
        try db.columns(in: table).map(\.name).filter { $0 != "admission" }.joined(separator: ", ")
    }
}
