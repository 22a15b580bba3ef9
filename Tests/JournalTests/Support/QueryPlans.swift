import GRDB
import Synchronization

/// How SQLite would answer what is asked in a body, a line for each step of each statement.
///
/// - Parameter body: the statements that it runs are the ones that are explained.
func plans(_ db: Database, _ body: () throws -> Void) throws -> [String] {
    let asked = Mutex<[String]>([])
    db.trace { event in
        if case .statement(let statement) = event { asked.withLock { $0.append(statement.expandedSQL) } }
    }
    do {
        defer { db.trace(nil) }
        try body()
    }
    let statements = asked.withLock { $0 }.filter { sql in
        ["SELECT", "INSERT", "UPDATE", "DELETE"].contains { sql.hasPrefix($0) }
    }
    return try statements.flatMap { sql in
        try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(sql)").map { $0["detail"] as String }
    }
}

extension [String] {
    /// Steps that read all of a long table, or sort what they have read.
    var long: [String] {
        let tables = ["call", "place", "line", "identity", "call_lookup", "campaign_row", "attempt", "call_search"]
        return filter { step in
            step.hasPrefix("USE TEMP B-TREE FOR ORDER BY")
                || tables.contains { step == "SCAN \($0)" || step.hasPrefix("SCAN \($0) ") }
        }
    }
}
