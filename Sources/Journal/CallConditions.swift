import CallBoard
import GRDB
import Piopiy

/// The conditions of a query as SQL on the columns of `call`.
struct CallConditions {
    typealias Values = [(any DatabaseValueConvertible)?]

    private(set) var sql: [String] = []
    private(set) var values: Values = []

    mutating func add(_ condition: String, _ more: (any DatabaseValueConvertible)?...) {
        sql.append(condition)
        values.append(contentsOf: more)
    }

    private mutating func add(_ condition: NumberSQL.Condition) {
        sql.append(condition.sql)
        values.append(contentsOf: condition.values)
    }

    private mutating func add(_ column: String, among words: Set<String>) {
        guard !words.isEmpty else { return }
        sql.append("\(column) IN (\(words.map { _ in "?" }.joined(separator: ", ")))")
        values.append(contentsOf: words.sorted())
    }

    var filter: String { sql.isEmpty ? "" : "WHERE " + sql.joined(separator: " AND ") }

    /// All that a query asks, but for the account, the time and the place in the list.
    init(_ query: CallQuery) {
        if let number = query.toNumber { add(Self.number(number, "to_number", query.plan)) }
        if let number = query.callerID { add(Self.number(number, "caller_id", query.plan)) }
        if let agent = query.agentID { add("agent_id = ?", agent) }
        if let id = query.callID {
            // Several ids can be one call's, and are kept; the one that is shown is asked for.
            add(
                """
                call.id IN (
                    SELECT call FROM identity WHERE account IN (SELECT account FROM origin) AND text = ?
                ) AND call_id = ?
                """,
                "c \(id)",
                id
            )
        }
        add("state", among: query.states)
        add("ending", among: query.ends)
        for condition in Self.all(of: query) {
            let (either, more) = Self.either(condition)
            sql.append(either)
            values.append(contentsOf: more)
        }
    }

    private static func number(_ told: String, _ column: String, _ plan: NumberPlan) -> NumberSQL.Condition {
        told.hasSuffix("*")
            ? NumberSQL.isTold(column, beginning: told, plan) : NumberSQL.isTold(column, told, plan)
    }

    /// A query's conditions, its text among them.
    static func all(of query: CallQuery) -> [CallQuery.Condition] {
        guard let text = query.text, !text.isEmpty else { return query.conditions }
        let digits = NumberPattern(text, plan: query.plan)?.searchDigits
        return query.conditions + [CallQuery.Condition(text: text, digits: digits)]
    }

    private static func either(_ condition: CallQuery.Condition) -> (sql: String, values: Values) {
        var parts: [String] = []
        var values: Values = []
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

    // MARK: Search

    /// The pattern that finds ended calls for a query in the index of texts. It may find more calls than the query
    /// wants.
    ///
    /// The pattern has only those conditions that the index knows. The others are compared call by call afterwards.
    /// - Returns: `nil` when the index knows none of the conditions.
    static func pattern(_ query: CallQuery) -> String? {
        let patterns = all(of: query).compactMap(pattern)
        return patterns.isEmpty ? nil : patterns.joined(separator: " AND ")
    }

    private static func pattern(_ condition: CallQuery.Condition) -> String? {
        guard condition.ends.isEmpty, !condition.states.contains("ended") else { return nil }
        let texts = [condition.text, condition.digits].compactMap(\.self) + condition.agentIDs.sorted()
        let patterns = texts.map { SearchIndex.pattern($0) }
        let known = patterns.compactMap(\.self)
        guard !known.isEmpty, known.count == patterns.count else { return nil }
        return "(" + known.joined(separator: " OR ") + ")"
    }

    /// Whether a query looks for a text that is too short for any index.
    static func isShort(_ query: CallQuery) -> Bool {
        all(of: query).contains { condition in
            condition.text.map { (1..<SearchIndex.shortest).contains($0.unicodeScalars.count) } ?? false
        }
    }
}
