import CallBoard
import Foundation
import GRDB
import Journal
import Piopiy

/// Writes past calls into a journal's file, by the columns that every version of it has: quickly, and without a net.
///
/// The file must be there, made by whichever version is measured, and nobody may have it open. What this version keeps
/// beside the calls is left to be filled in, as after an upgrade.
struct PastJournal {
    let queue: DatabaseQueue
    let account: String
    private let origin: Int64 = 4711

    init(path: String) throws {
        var configuration = Configuration()
        // One transaction for all of it.
        configuration.allowsUnsafeTransactions = true
        queue = try DatabaseQueue(path: path, configuration: configuration)
        let account = try queue.read { db in
            try String.fetchOne(db, sql: "SELECT account FROM origin WHERE account <> 'reader' ORDER BY opened_at DESC")
        }
        guard let account else { throw Program.Failure(description: "nobody has opened the journal") }
        self.account = account
    }

    /// - Returns: how many lines were written.
    func write(_ calls: PastCalls) async throws -> Int {
        try await queue.writeWithoutTransaction { [origin, account] db in
            try db.execute(
                sql: """
                    PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
                    PRAGMA cache_size = -1500000; PRAGMA foreign_keys = OFF;
                    BEGIN;
                    INSERT INTO origin VALUES (\(origin), '\(account)', 'anna@desk pts/3', 0);
                    DROP INDEX line_by_digest; DROP INDEX line_by_ref; DROP INDEX line_by_call; DROP INDEX line_by_origin;
                    CREATE TEMP TABLE told (text TEXT, call INTEGER);
                    """
            )
        }
        var lines = 0
        let portion = 4000
        let starts = Array(stride(from: 0, to: calls.count, by: portion))
        try await withThrowingTaskGroup(of: (Int, [Made]).self) { group in
            // Made by all processors, written in order by this task.
            var (next, ahead) = (0, 0)
            var ready: [Int: [Made]] = [:]
            while next < starts.count {
                while ahead < starts.count, ahead < next + 4 {
                    let (number, start) = (ahead, starts[ahead])
                    group.addTask {
                        let end = min(start + portion, calls.count)
                        return (number, try (start..<end).map { try Made(calls.call($0)) })
                    }
                    ahead += 1
                }
                while ready[next] == nil, let (number, made) = try await group.next() { ready[number] = made }
                guard let made = ready.removeValue(forKey: next) else { break }
                lines += try await write(made)
                next += 1
            }
        }
        try await queue.writeWithoutTransaction { [account] db in
            try db.execute(
                sql: """
                    INSERT OR IGNORE INTO identity (account, text, call) SELECT '\(account)', text, call FROM told ORDER BY text;
                    CREATE INDEX line_by_digest ON line(digest) WHERE digest IS NOT NULL;
                    CREATE INDEX line_by_ref ON line(ref) WHERE ref IS NOT NULL;
                    CREATE INDEX line_by_call ON line(call_id) WHERE call_id IS NOT NULL;
                    CREATE INDEX line_by_origin ON line(origin);
                    UPDATE progress SET value = (SELECT MAX(position) FROM line) WHERE name = 'added_up';
                    COMMIT;
                    """
            )
            if try db.tableExists("call_to_fill") {
                try db.execute(
                    sql: """
                        UPDATE progress SET value = (SELECT MAX(id) FROM call) WHERE name = 'not_filled_in';
                        DELETE FROM call_to_fill;
                        """
                )
            }
        }
        try queue.close()
        return lines
    }

    /// What one call's rows hold.
    private struct Made: Sendable {
        let past: PastCalls.Past
        let rows: [CallLedger.Row]

        init(_ past: PastCalls.Past) {
            self.past = past
            var ledger = CallLedger()
            for line in past.lines { ledger.add(line, operator: "anna@desk pts/3") }
            rows = ledger.rows()
        }
    }

    private func write(_ made: [Made]) async throws -> Int {
        try await queue.writeWithoutTransaction { [origin, account] db in
            let hasAdmission = try db.columns(in: "line").contains { $0.name == "admission" }
            let line = try db.cachedStatement(
                sql: """
                    INSERT INTO line (at, origin, kind, ref, call_id, request_id, number, body, facts, digest\
                    \(hasAdmission ? ", admission" : "")) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?\(hasAdmission ? ", ?" : ""))
                    """
            )
            let columns = CallTable.columns
            let places = columns.split(separator: ",").map { _ in "?" }.joined(separator: ", ")
            let call = try db.cachedStatement(sql: "INSERT INTO call (\(columns)) VALUES (\(places)) RETURNING id")
            let name = try db.cachedStatement(sql: "INSERT INTO told VALUES (?, ?)")
            var count = 0
            for made in made {
                for (index, told) in made.past.lines.enumerated() {
                    var values: StatementArguments = [
                        told.at.milliseconds, origin, told.kind.rawValue, told.ref?.text, told.callID?.text,
                        told.requestID?.text, told.number, Data(told.body), told.facts.map { Data($0) },
                        made.past.webhooks[index] ? LineTable.digest(told.body) : nil,
                    ]
                    if hasAdmission { values += [told.kind == .intent ? 1 : nil] as StatementArguments }
                    try line.execute(arguments: values)
                    count += 1
                }
                for row in made.rows {
                    guard let values = CallTable.values(row, of: account) else { continue }
                    guard let id = try Int64.fetchOne(call, arguments: values) else { continue }
                    for identity in CallLedger.identities(of: row) { try name.execute(arguments: [identity, id]) }
                }
            }
            return count
        }
    }
}
