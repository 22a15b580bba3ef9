import CallBoard
import GRDB
import Piopiy

/// How calls are read.
extension CallTable {
    /// A call as its row holds it.
    struct HeldCall: Sendable {
        let account: String
        let row: CallLedger.Row
        let id: Int64
        /// When it took place.
        let at: Timestamp

        /// `nil` when the row is none of ours.
        var stored: StoredCall? {
            guard let call = row.call else { return nil }
            return StoredCall(
                account: account,
                call: call,
                request: row.request.flatMap { try? JSONValue(parsing: $0) },
                position: CallPosition(at: at, row: id)
            )
        }

        /// So many are read by one task: fewer are not worth a second.
        private static let portion = 1000

        /// Reads rows, many of them by all processors: a console that starts among ten thousand calls shows them that
        /// much sooner.
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

    /// The rows that a query is for, not yet read: that takes longer than to fetch them, and needs no database.
    /// - Parameter usesSearchIndex: whether the index of texts may be asked.
    static func held(_ query: CallQuery, usesSearchIndex: Bool = true, _ db: Database) throws -> [HeldCall] {
        if query.openOrEndedSince != nil { return try openOrEnded(query, db) }
        guard try CallLookup.isComplete(db) else { return try held(query, in: .calls, db) }
        if let told = query.toNumber, let number = NormalizedNumber(told, plan: query.plan) {
            return try held(query, in: .number("to_key", number), db)
        }
        if let told = query.callerID, let number = NormalizedNumber(told, plan: query.plan) {
            return try held(query, in: .number("from_key", number), db)
        }
        if query.callID != nil { return try held(query, in: .few, db) }
        if usesSearchIndex, let pattern = try pattern(query, db) { return try held(query, in: .found(pattern), db) }
        return try held(query, in: query.account == nil ? .everyAccount : .account, db)
    }

    /// Where rows are read from, and in which order they come.
    enum Source {
        /// The narrow table, by one of its indexes.
        case account, everyAccount
        /// Those with a number that may be this one.
        case number(_ column: String, NormalizedNumber)
        /// Those that the index of texts finds, and those that are not in it.
        case found(_ pattern: String)
        /// The conditions leave few, and find them by themselves.
        case few
        /// The calls alone, where the narrow table does not have all of them yet.
        case calls
        /// A view that has the narrow table's time.
        case view(String)

        fileprivate var table: String {
            let place = "call_lookup AS place"
            func joined(_ index: String) -> String { "\(place) \(index) CROSS JOIN call ON call.id = place.call" }
            return switch self {
            case .account: joined("INDEXED BY call_lookup_by_account")
            case .everyAccount: joined("INDEXED BY call_lookup_by_time")
            case .number("to_key", _): joined("INDEXED BY call_lookup_by_to")
            case .number: joined("INDEXED BY call_lookup_by_from")
            case .found: joined("NOT INDEXED")
            case .few: "call NOT INDEXED JOIN \(place) ON place.call = call.id"
            case .calls: "call"
            case .view(let name): "\(name) AS call"
            }
        }

        /// The columns that a list is ordered by.
        fileprivate var order: (at: String, id: String, account: String) {
            switch self {
            case .calls: ("call.seen_at", "call.id", "call.account")
            case .view: ("call.started_at", "call.id", "call.account")
            default: ("place.started_at", "place.call", "place.account")
            }
        }
    }

    static func held(_ query: CallQuery, in source: Source, _ db: Database) throws -> [HeldCall] {
        var conditions = CallConditions(query)
        let order = source.order
        if let account = query.account { conditions.add("\(order.account) = ?", account) }
        if let from = query.from { conditions.add("\(order.at) >= ?", from.milliseconds) }
        if let to = query.to { conditions.add("\(order.at) <= ?", to.milliseconds) }
        if case .everyAccount = source, query.to == nil { conditions.add("\(order.at) <= ?", Int64.max) }
        if let since = query.openOrEndedSince {
            conditions.add("(state <> 'ended' OR ended_at > ?)", since.milliseconds)
        }
        if let before = query.before {
            let at = before.at.milliseconds
            conditions.add("\(order.at) <= ? AND (\(order.at) < ? OR \(order.id) < ?)", at, at, before.row)
        }
        switch source {
        case .number(let column, let number):
            conditions.add(
                "place.\(column) IS NOT NULL AND substr(place.\(column), -7) = ?",
                String(number.digits.suffix(NumberTail.length))
            )
        case .found(let pattern):
            conditions.add(
                """
                place.call IN (
                    SELECT rowid FROM call_search WHERE call_search MATCH ? UNION ALL
                    SELECT call FROM call_lookup WHERE is_searchable = 0 OR is_ended = 0
                )
                """,
                pattern
            )
        case .account, .everyAccount:
            if CallConditions.isShort(query), let oldest = try oldest(of: query, db) {
                conditions.add("place.started_at >= ?", oldest)
            }
        case .few, .calls, .view: break
        }
        let sql = """
            SELECT \(heldColumns(query)), \(order.at) FROM \(source.table) \(conditions.filter)
            ORDER BY \(order.at) DESC, \(order.id) DESC LIMIT ?
            """
        return try held(sql, StatementArguments(conditions.values + [query.limit]), db)
    }

    /// The ``ledgerColumns``, and two more.
    private static func heldColumns(_ query: CallQuery) -> String {
        let request = query.leavesOutRequests ? "NULL" : "call.request"
        return "call.key, call.seen_at, call.facts, call.operator, \(request), call.account, call.id"
    }

    private static func held(_ sql: String, _ arguments: StatementArguments, _ db: Database) throws -> [HeldCall] {
        let rows = try Row.fetchCursor(db, sql: sql, arguments: arguments)
        var held: [HeldCall] = []
        while let row = try rows.next() {
            held.append(
                HeldCall(
                    account: row[5],
                    row: ledgerRow(row),
                    id: row[6],
                    at: Timestamp(milliseconds: row[7])
                )
            )
        }
        return held
    }

    // MARK: What is up

    /// Calls that have not ended, and those that ended after a moment: each by its own index, however long the journal
    /// is. They are few, and are put in order here.
    private static func openOrEnded(_ query: CallQuery, _ db: Database) throws -> [HeldCall] {
        let accounts =
            try query.account.map { [$0] } ?? String.fetchAll(db, sql: "SELECT DISTINCT account FROM origin")
        let since = query.openOrEndedSince?.milliseconds ?? .max
        var held: [HeldCall] = []
        for account in accounts {
            for (index, condition, order) in [
                ("call_that_is_open", "state <> 'ended'", "seen_at"), ("call_by_end", "state = 'ended'", "ended_at"),
            ] {
                var conditions = CallConditions(query)
                conditions.add("call.account = ? AND \(condition)", account)
                if order == "ended_at" { conditions.add("ended_at > ?", since) }
                let sql = """
                    SELECT \(heldColumns(query)),
                        IFNULL((SELECT started_at FROM call_lookup WHERE call_lookup.call = call.id), seen_at)
                    FROM call INDEXED BY \(index) \(conditions.filter) ORDER BY \(order) DESC LIMIT ?
                    """
                held += try Self.held(sql, StatementArguments(conditions.values + [query.limit]), db)
            }
        }
        func isWanted(_ call: HeldCall) -> Bool {
            if let from = query.from, call.at < from { return false }
            if let to = query.to, call.at > to { return false }
            return query.before.map { (call.at, call.id) < ($0.at, $0.row) } ?? true
        }
        let wanted = held.filter(isWanted).sorted { ($0.at, $0.id) > ($1.at, $1.id) }
        return Array(wanted.prefix(query.limit))
    }

    // MARK: Search

    /// The index of texts is not asked where it finds more: the newest calls that match are then found sooner by
    /// reading them from the newest on.
    private static let mostFound = 10_000

    private static func pattern(_ query: CallQuery, _ db: Database) throws -> String? {
        guard let pattern = CallConditions.pattern(query), try SearchIndex.isThere(db),
            let found = SearchIndex.count(pattern, limit: mostFound + 1, db), found <= mostFound
        else {
            return nil
        }
        let compared = try Int.fetchOne(
            db,
            sql: """
                SELECT COUNT(*) FROM (
                    SELECT call FROM call_lookup WHERE is_searchable = 0 OR is_ended = 0 LIMIT ?
                )
                """,
            arguments: [mostFound + 1]
        )
        return (compared ?? 0) <= mostFound ? pattern : nil
    }

    /// The time of the last call that is looked through for a short text; `nil` when that is all of them.
    private static func oldest(of query: CallQuery, _ db: Database) throws -> Int64? {
        let by = query.account == nil ? "call_lookup_by_time" : "call_lookup_by_account"
        return try Int64.fetchOne(
            db,
            sql: """
                SELECT started_at FROM call_lookup INDEXED BY \(by)
                WHERE \(query.account == nil ? "" : "account = ? AND") started_at <= ?
                ORDER BY started_at DESC LIMIT 1 OFFSET ?
                """,
            arguments: StatementArguments(
                (query.account.map { [$0] } ?? []) as [any DatabaseValueConvertible]
                    + [query.before?.at.milliseconds ?? query.to?.milliseconds ?? .max, CallQuery.reachOfShortText]
            )
        )
    }

    // MARK: What was used

    static func usedValues(account: String?, calls: Int, _ db: Database) throws -> UsedValues {
        let source: Source =
            try CallLookup.isComplete(db) ? (account == nil ? .everyAccount : .account) : .calls
        var used = UsedValues()
        var seen: Set<[String]> = []
        // Only so many are looked at, so that a long journal without a placement is not read to its beginning.
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT caller_id, to_number, agent_id FROM (
                    SELECT caller_id, to_number, agent_id, request IS NOT NULL AS is_ours FROM \(source.table)
                    \(account == nil ? "" : "WHERE \(source.order.account) = ?")
                    ORDER BY \(source.order.at) DESC, \(source.order.id) DESC LIMIT ?
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
