import CallBoard
import GRDB
import Piopiy

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The narrow table by which calls are found: their own times, and their numbers as they are compared.
///
/// Whoever writes a call writes its entry in the same transaction. Two kinds of calls have none yet: those from before
/// the table was made, and those that a process of an older version has written since. They are filled in portions:
///
///     while let filling = try reader.read({ try CallLookup.next(limit: 200, plan: plan, $0) }) {
///         try writer.write { try CallLookup.write(filling, $0) }
///     }
///
/// Ask ``isComplete(_:)`` in the transaction that reads the table: until it holds, calls are missing.
enum CallLookup {
    /// The columns of one call in the table of look-ups.
    struct Entry: Sendable {
        let account: String
        let startedAt: Timestamp
        let isEnded: Bool
        let toKey: String?
        let fromKey: String?

        /// - Parameters:
        ///   - call: the row as it was read; `nil` when it is none of ours.
        ///   - plan: in which country numbers are told that have no country code.
        init(_ row: CallLedger.Row, _ call: Call?, account: String, plan: NumberPlan) {
            self.account = account
            startedAt = call?.startedAt ?? row.seenAt
            isEnded = call?.isEnded ?? true
            toKey = call?.to.flatMap { CallLookup.key($0, plan) }
            fromKey = call?.from.flatMap { CallLookup.key($0, plan) }
        }
    }

    /// The digits by which a number is looked up; `nil` for what is nobody's number. In whatever country it is read,
    /// its last seven are the same.
    private static func key(_ told: String, _ plan: NumberPlan) -> String? {
        if let number = NormalizedNumber(told, plan: plan) { return number.digits }
        guard NumberTail(told) != nil else { return nil }
        return NormalizedNumber.isPlain(told) ? told : NormalizedNumber.digits(of: told)
    }

    /// Whether every call has its entry.
    static func isComplete(_ db: Database) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                SELECT NOT EXISTS (SELECT 1 FROM call_to_fill)
                    AND NOT EXISTS (SELECT 1 FROM progress WHERE name = 'not_filled_in' AND value > 0)
                """
        )
        return try Bool.fetchOne(statement) ?? false
    }

    static func write(_ entry: Entry, of call: Int64, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO call_lookup (call, account, started_at, is_ended, to_key, from_key) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (call) DO UPDATE SET
                    account = excluded.account, started_at = excluded.started_at, is_ended = excluded.is_ended,
                    to_key = excluded.to_key, from_key = excluded.from_key
                """
        ).execute(arguments: [
            call, entry.account, entry.startedAt.milliseconds, entry.isEnded, entry.toKey, entry.fromKey,
        ])
        try db.cachedStatement(sql: "DELETE FROM call_to_fill WHERE call = ?").execute(arguments: [call])
    }

    // MARK: Filling

    /// The next calls without an entry, read and not yet written.
    struct Filling: Sendable {
        fileprivate struct Row: Sendable {
            let call: Int64
            let facts: Data
            let entry: Entry
        }

        fileprivate var rows: [Row] = []
        /// Up to which id calls were not filled in, before and after; `nil` for calls of older versions.
        fileprivate var progress: (from: Int64, to: Int64)?
    }

    /// - Returns: `nil` when there are none.
    static func next(limit: Int, plan: NumberPlan, _ db: Database) throws -> Filling? {
        let select = "SELECT \(CallTable.ledgerColumns), account, call.id FROM"
        func rows(_ sql: String, _ arguments: StatementArguments) throws -> [Filling.Row] {
            try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments).map { row in
                let held = CallTable.ledgerRow(row)
                return Filling.Row(
                    call: row[6],
                    facts: row[2],
                    entry: Entry(held, held.call, account: row[5], plan: plan)
                )
            }
        }
        var filling = Filling()
        filling.rows = try rows(
            "\(select) call_to_fill CROSS JOIN call ON call.id = call_to_fill.call ORDER BY call_to_fill.call DESC LIMIT ?",
            [limit]
        )
        if !filling.rows.isEmpty { return filling }
        let from = try Int64.fetchOne(db, sql: "SELECT value FROM progress WHERE name = 'not_filled_in'") ?? 0
        guard from > 0 else { return nil }
        filling.rows = try rows("\(select) call WHERE id <= ? ORDER BY id DESC LIMIT ?", [from, limit])
        filling.progress = (from, filling.rows.count < limit ? 0 : (filling.rows.last?.call ?? 1) - 1)
        return filling
    }

    /// Writes entries, but for calls that have changed since they were read: those are noted as changed, or have their
    /// entry from whoever changed them.
    static func write(_ filling: Filling, _ db: Database) throws {
        let isSame = try db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM call WHERE id = ? AND facts = ?)")
        for row in filling.rows {
            guard try Bool.fetchOne(isSame, arguments: [row.call, row.facts]) == true else { continue }
            try write(row.entry, of: row.call, db)
        }
        guard let progress = filling.progress else { return }
        try db.execute(
            sql: "UPDATE progress SET value = ? WHERE name = 'not_filled_in' AND value = ?",
            arguments: [progress.to, progress.from]
        )
    }
}
