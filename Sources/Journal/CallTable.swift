import CallBoard
import GRDB
import Piopiy

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The calls that the lines add up to. The sums are kept together with how far they go, in one transaction, so that they are
/// never half of something; whoever comes first adds, and nothing is added twice.
enum CallTable {
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
            let mayHaveRung: Bool
        }
    }

    /// Adds the next lines up. That takes most of the time, and is done by a reader, so that no writer is held up for it.
    static func portion(_ db: Database, limit: Int) throws -> Portion {
        let from = try addedUp(db)
        let lines = try LineTable.lines(after: from, limit: limit, db)
        // Fewer than were asked for are the last. Lines of a kind that is not known are passed over, and count as added.
        let upTo = lines.count < limit ? try LineTable.position(db) : lines.last?.position ?? from
        var portion = Portion(from: from, upTo: max(from, upTo))
        for (account, lines) in Dictionary(grouping: lines, by: \.origin.account) {
            let ledger = try sums(of: lines, account, db).ledger
            portion.gone += ledger.gone.map { (account, $0) }
            for row in ledger.rows() {
                guard let values = values(row, of: account) else { continue }
                portion.rows.append(
                    Portion.Row(
                        account: account,
                        values: values,
                        identities: CallLedger.identities(of: row),
                        mayHaveRung: row.call?.mayHaveRung ?? false
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
            try write(row.values, row.identities, of: row.account, at: boot, db)
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

    static let columns =
        "account, key, seen_at, ended_at, state, ending, to_number, caller_id, agent_id, call_id, operator, search, request, facts"

    /// Values of the ``columns``; `nil` when the row is none of ours.
    static func values(_ row: CallLedger.Row, of account: String) -> StatementArguments? {
        guard let call = row.call else { return nil }
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
    ) throws {
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
        let id = try Int64.fetchOne(statement, arguments: values + [boot.boot, boot.milliseconds])
        let name = try db.cachedStatement(
            sql: """
                INSERT INTO identity (account, text, call) VALUES (?, ?, ?)
                ON CONFLICT (account, text) DO UPDATE SET call = excluded.call WHERE call <> excluded.call
                """
        )
        for identity in identities { try name.execute(arguments: [account, identity, id]) }
    }

    // MARK: Asking

    /// - Parameter table: the calls' table, or one like it.
    static func calls(_ query: CallQuery, from table: String = "call", _ db: Database) throws -> [StoredCall] {
        try held(query, from: table, db).compactMap(\.stored)
    }

    /// The rows that a query is for, not yet read: that takes longer than to fetch them, and needs no database.
    /// - Parameter table: as in ``calls(_:from:_:)``.
    static func held(_ query: CallQuery, from table: String = "call", _ db: Database) throws -> [HeldCall] {
        var conditions: [String] = []
        var values: [(any DatabaseValueConvertible)?] = []
        func add(_ condition: String, _ more: (any DatabaseValueConvertible)?...) {
            conditions.append(condition)
            values.append(contentsOf: more)
        }
        func add(_ column: String, among words: Set<String>) {
            guard !words.isEmpty else { return }
            conditions.append("\(column) IN (\(words.map { _ in "?" }.joined(separator: ", ")))")
            values.append(contentsOf: words.sorted())
        }
        if let account = query.account {
            // A number or an id finds fewer calls than the account does: the plus keeps its index out of it.
            let isRare = query.callID != nil || query.toNumber.map { !$0.hasSuffix("*") } ?? false
            add(isRare ? "+account = ?" : "account = ?", account)
        }
        if let from = query.from { add("seen_at >= ?", from.milliseconds) }
        if let to = query.to { add("seen_at <= ?", to.milliseconds) }
        func add(_ condition: NumberSQL.Condition) {
            conditions.append(condition.sql)
            values.append(contentsOf: condition.values)
        }
        if let number = query.toNumber {
            add(
                number.hasSuffix("*")
                    ? NumberSQL.isTold("to_number", beginning: number, query.plan)
                    : NumberSQL.isCalled(number, in: table, query.plan)
            )
        }
        if let number = query.callerID {
            add(
                number.hasSuffix("*")
                    ? NumberSQL.isTold("caller_id", beginning: number, query.plan)
                    : NumberSQL.isTold("caller_id", number, query.plan)
            )
        }
        if let agent = query.agentID { add("agent_id = ?", agent) }
        if let id = query.callID { add("call_id = ?", id) }
        add("state", among: query.states)
        add("ending", among: query.ends)
        if let text = query.text, !text.isEmpty {
            let digits = NumberPattern(text, plan: query.plan)?.searchDigits
            let (either, more) = Self.either(CallQuery.Condition(text: text, digits: digits))
            conditions.append(either)
            values.append(contentsOf: more)
        }
        if let since = query.openOrEndedSince { add("(state <> 'ended' OR ended_at > ?)", since.milliseconds) }
        for condition in query.conditions {
            let (either, more) = Self.either(condition)
            conditions.append(either)
            values.append(contentsOf: more)
        }
        if let before = query.before {
            let at = before.seenAt.milliseconds
            add("seen_at <= ? AND (seen_at < ? OR id < ?)", at, at, before.row)
        }
        let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT \(ledgerColumns), account, id FROM \(table) \(filter) ORDER BY seen_at DESC, id DESC LIMIT ?
                """,
            arguments: StatementArguments(values + [query.limit])
        )
        var held: [HeldCall] = []
        while let row = try rows.next() {
            held.append(HeldCall(account: row[5], row: ledgerRow(row), id: row[6]))
        }
        return held
    }

    /// A call as its row holds it.
    struct HeldCall: Sendable {
        let account: String
        let row: CallLedger.Row
        let id: Int64

        /// `nil` when the row is none of ours.
        var stored: StoredCall? {
            guard let call = row.call else { return nil }
            return StoredCall(
                account: account,
                call: call,
                request: row.request.flatMap { try? JSONValue(parsing: $0) },
                position: CallPosition(seenAt: row.seenAt, row: id)
            )
        }

        /// So many are read by one task: fewer are not worth a second.
        private static let portion = 1000

        /// Reads rows, many of them by all processors: a console that starts among ten thousand calls shows them that much
        /// sooner.
        static func read(_ held: [HeldCall]) async -> [StoredCall] {
            guard held.count > portion else { return held.compactMap(\.stored) }
            let portions = stride(from: 0, to: held.count, by: portion).map { held[$0..<min($0 + portion, held.count)] }
            return await withTaskGroup(of: (Int, [StoredCall]).self) { group in
                for (index, portion) in portions.enumerated() {
                    group.addTask { (index, portion.compactMap(\.stored)) }
                }
                var read = Array(repeating: [StoredCall](), count: portions.count)
                for await (index, calls) in group { read[index] = calls }
                return read.flatMap(\.self)
            }
        }
    }

    private static func either(
        _ condition: CallQuery.Condition
    ) -> (sql: String, values: [(any DatabaseValueConvertible)?]) {
        var parts: [String] = []
        var values: [(any DatabaseValueConvertible)?] = []
        func add(_ column: String, among words: [String]) {
            guard !words.isEmpty else { return }
            parts.append("\(column) IN (\(words.map { _ in "?" }.joined(separator: ", ")))")
            values.append(contentsOf: words)
        }
        add("state", among: condition.states.sorted())
        add("ending", among: condition.ends.sorted())
        add("lower(agent_id)", among: condition.agentIDs.map { $0.lowercased() }.sorted())
        if let text = condition.text {
            parts.append("instr(search, ?) > 0")
            values.append(text.lowercased())
        }
        if let digits = condition.digits {
            if digits != condition.text {
                parts.append("instr(search, ?) > 0")
                values.append(digits)
            }
            for column in ["to_number", "caller_id"] {
                let (sql, more) = NumberSQL.isTold(column, having: digits)
                parts.append(sql)
                values.append(contentsOf: more)
            }
        }
        return (parts.isEmpty ? "0" : "(\(parts.joined(separator: " OR ")))", values)
    }

    static func usedValues(account: String?, calls: Int, _ db: Database) throws -> UsedValues {
        var used = UsedValues()
        var seen: Set<[String]> = []
        // Only so many are looked at, so that a long journal without a placement is not read to its beginning.
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT caller_id, to_number, agent_id FROM (
                    SELECT caller_id, to_number, agent_id, request IS NOT NULL AS is_ours FROM call
                    \(account == nil ? "" : "WHERE account = ?") ORDER BY seen_at DESC, id DESC LIMIT ?
                ) WHERE is_ours
                """,
            arguments: StatementArguments((account.map { [$0] } ?? []) as [any DatabaseValueConvertible] + [calls])
        )
        while let row = try rows.next() {
            func take(_ column: String, _ values: inout [String]) {
                guard let value: String = row[column], seen.insert([column, value]).inserted else { return }
                values.append(value)
            }
            take("caller_id", &used.callers)
            take("to_number", &used.destinations)
            take("agent_id", &used.agents)
        }
        return used
    }
}
