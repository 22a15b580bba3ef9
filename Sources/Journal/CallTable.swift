import CallBoard
import GRDB
import Piopiy

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The calls that the lines add up to. The sums are kept together with how far they go, in one transaction, so that
/// they are never half of something; whoever comes first adds, and nothing is added twice.
package enum CallTable {
    static func addedUp(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT value FROM progress WHERE name = 'added_up'") ?? 0
    }

    /// The next lines, added up and not yet written.
    struct Portion: Sendable {
        fileprivate let from: Int64
        fileprivate let upTo: Int64
        fileprivate var gone: [(account: String, key: String)] = []
        fileprivate var rows: [Row] = []

        fileprivate struct Row: Sendable {
            let account: String
            let values: StatementArguments
            let identities: [String]
            let lookup: CallLookup.Entry
            let mayHaveRung: Bool
        }
    }

    /// Adds the next lines up. That takes most of the time, and is done by a reader, so that no writer is held up for
    /// it.
    /// - Parameter plan: in which country numbers are told that have no country code.
    static func portion(_ db: Database, limit: Int, plan: NumberPlan = .international) throws -> Portion {
        let from = try addedUp(db)
        let lines = try LineTable.lines(after: from, limit: limit, db)
        // Fewer than were asked for are the last. Lines of a kind that is not known are passed over, and count as
        // added.
        let upTo = lines.count < limit ? try LineTable.position(db) : lines.last?.position ?? from
        var portion = Portion(from: from, upTo: max(from, upTo))
        for (account, lines) in Dictionary(grouping: lines, by: \.origin.account) {
            let ledger = try sums(of: lines, account, db).ledger
            portion.gone += ledger.gone.map { (account, $0) }
            for row in ledger.rows() {
                // Read once: that takes most of the time.
                guard let call = row.call else { continue }
                portion.rows.append(
                    Portion.Row(
                        account: account,
                        values: values(row, call, of: account),
                        identities: CallLedger.identities(of: call),
                        lookup: CallLookup.Entry(row, call, account: account, plan: plan),
                        mayHaveRung: call.mayHaveRung
                    )
                )
            }
        }
        return portion
    }

    /// Writes what was added up, unless another has added the same lines meanwhile.
    static func write(_ portion: Portion, at boot: BootTime = .now, _ db: Database) throws {
        guard try addedUp(db) == portion.from else { return }
        for (account, key) in portion.gone {
            try db.cachedStatement(sql: "DELETE FROM call WHERE account = ? AND key = ?")
                .execute(arguments: [account, key])
        }
        let hasCampaigns = try CampaignTable.isUsed(db)
        for row in portion.rows {
            let id = try write(row.values, row.identities, of: row.account, at: boot, db)
            try CallLookup.write(row.lookup, of: id, db)
            guard hasCampaigns else { continue }
            try CampaignTable.note(row.identities, mayHaveRung: row.mayHaveRung, of: row.account, db)
        }
        try db.execute(sql: "UPDATE progress SET value = ? WHERE name = 'added_up'", arguments: [portion.upTo])
    }

    /// The calls that lines are about, with the lines added; nothing is written.
    /// - Returns: them, and the ids of the rows that they take the place of.
    static func sums(
        of lines: [RecordedLine],
        _ account: String,
        _ db: Database
    ) throws -> (ledger: CallLedger, loaded: Set<Int64>) {
        var ledger = CallLedger()
        var loaded: Set<Int64> = []
        let find = try db.cachedStatement(sql: "SELECT call FROM identity WHERE account = ? AND text = ?")
        for identity in Set(lines.flatMap { CallLedger.identities(of: $0.line) }) {
            guard let id = try Int64.fetchOne(find, arguments: [account, identity]), loaded.insert(id).inserted else {
                continue
            }
            if let row = try row(id, db) { ledger.load(row) }
        }
        for line in lines { ledger.add(line.line, operator: line.origin.operator) }
        return (ledger, loaded)
    }

    private static func row(_ id: Int64, _ db: Database) throws -> CallLedger.Row? {
        let statement = try db.cachedStatement(
            sql: "SELECT \(ledgerColumns) FROM call WHERE id = ?"
        )
        return try Row.fetchOne(statement, arguments: [id]).map(ledgerRow)
    }

    /// What ``ledgerRow(_:)`` reads, in its order.
    static let ledgerColumns = "key, seen_at, facts, operator, request"

    static func ledgerRow(_ row: Row) -> CallLedger.Row {
        // By their place: to look ten thousand times five names up takes as long as to fetch them.
        let facts: Data = row[2]
        let request: Data? = row[4]
        return CallLedger.Row(
            key: row[0],
            seenAt: Timestamp(milliseconds: row[1]),
            facts: Array(facts),
            operator: row[3],
            request: request.map { Array($0) }
        )
    }

    /// The columns of a call, in the order of ``values(_:of:)``.
    package static let columns =
        "account, key, seen_at, ended_at, state, ending, to_number, caller_id, agent_id, call_id, operator, search, request, facts"

    /// Values of the ``columns``; `nil` when the row is none of ours.
    package static func values(_ row: CallLedger.Row, of account: String) -> StatementArguments? {
        row.call.map { values(row, $0, of: account) }
    }

    private static func values(_ row: CallLedger.Row, _ call: Call, of account: String) -> StatementArguments {
        let told = call.toldNumbers
        // Beside the told form the one that people look for.
        let keys = told.filter { !NormalizedNumber.isPlain($0) }.compactMap { NormalizedNumber.digits(of: $0) }
        let search =
            (told + keys).map { Optional($0) } + [
                call.agentID, call.callID?.text, call.requestID?.text, call.ref?.text, call.variables, row.operator,
            ]
        return [
            account, row.key, row.seenAt.milliseconds,
            call.isEnded ? (call.endedAt ?? row.seenAt).milliseconds : nil, call.stage.word, call.ending,
            call.to, call.from, call.agentID, call.callID?.text, row.operator,
            search.compactMap(\.self).joined(separator: "\n").lowercased(), row.request.map { Data($0) },
            Data(row.facts),
        ]
    }

    private static func write(
        _ values: StatementArguments,
        _ identities: [String],
        of account: String,
        at boot: BootTime,
        _ db: Database
    ) throws -> Int64 {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO call (\(columns), ended_boot, ended_boot_ms)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,
                    CASE WHEN ?5 = 'ended' THEN ?15 END, CASE WHEN ?5 = 'ended' THEN ?16 END)
                ON CONFLICT (account, key) DO UPDATE SET
                    seen_at = excluded.seen_at, ended_at = excluded.ended_at, state = excluded.state,
                    ending = excluded.ending, to_number = excluded.to_number, caller_id = excluded.caller_id,
                    agent_id = excluded.agent_id, call_id = excluded.call_id, operator = excluded.operator,
                    search = excluded.search, request = excluded.request, facts = excluded.facts,
                    ended_boot = CASE WHEN call.state = 'ended' THEN call.ended_boot ELSE excluded.ended_boot END,
                    ended_boot_ms = CASE WHEN call.state = 'ended' THEN call.ended_boot_ms ELSE excluded.ended_boot_ms END
                RETURNING id
                """
        )
        guard let id = try Int64.fetchOne(statement, arguments: values + [boot.boot, boot.milliseconds]) else {
            throw DatabaseError(resultCode: .SQLITE_INTERNAL, message: "a call was written and has no row")
        }
        let name = try db.cachedStatement(
            sql: """
                INSERT INTO identity (account, text, call) VALUES (?, ?, ?)
                ON CONFLICT (account, text) DO UPDATE SET call = excluded.call WHERE call <> excluded.call
                """
        )
        for identity in identities { try name.execute(arguments: [account, identity, id]) }
        return id
    }
}
