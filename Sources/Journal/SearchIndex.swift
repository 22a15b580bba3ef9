import CallBoard
import GRDB

/// The index of ended calls' texts by trigrams (FTS5): finds the few calls that may hold a text.
///
/// It narrows, and never decides: whoever asks compares the text of each call that it names, and of those that are not
/// in it (calls that are up, and those that ended a moment ago). Where SQLite has no FTS5 with trigrams (before 3.34,
/// or built without), there is no index and all calls are compared.
///
/// It keeps no text, so what is taken out must be told as it was put in: triggers put that into `search_gone`.
enum SearchIndex {
    /// Whether this SQLite can have one.
    static let isPossible: Bool = {
        let hasMade = try? DatabaseQueue().write { db in
            try db.execute(sql: "CREATE VIRTUAL TABLE t USING fts5(\(options))")
            return true
        }
        return hasMade ?? false
    }()

    private static let options =
        "text, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1'"

    /// Whether a file has one that this SQLite can read.
    static func isThere(_ db: Database) throws -> Bool {
        // Asked of the file each time: another process may have made it.
        guard isPossible else { return false }
        let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'call_search')"
        return try Bool.fetchOne(db.cachedStatement(sql: sql)) ?? false
    }

    // MARK: Writing

    /// Takes out what is gone, then puts calls in that have ended, the newest first.
    /// - Parameter limit: the most calls that are put in.
    /// - Returns: whether there may be more to do.
    static func update(limit: Int, _ db: Database) throws -> Bool {
        guard isPossible else { return false }
        try db.execute(sql: "CREATE VIRTUAL TABLE IF NOT EXISTS call_search USING fts5(\(options))")
        // An id can be given out again: its old text goes before its new one comes.
        if try takeOut(limit: limit * 2, db) { return true }
        let calls = try Int64.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT call FROM call_lookup
                    WHERE (is_searchable = 0 OR is_ended = 0) AND is_ended = 1 AND is_searchable = 0
                    ORDER BY started_at DESC LIMIT ?
                    """
            ),
            arguments: [limit]
        )
        let put = try db.cachedStatement(
            sql: "INSERT INTO call_search (rowid, text) SELECT call, text FROM call_text WHERE call = ?"
        )
        let mark = try db.cachedStatement(sql: "UPDATE call_lookup SET is_searchable = 1 WHERE call = ?")
        // In the order of ids, which is that of the index.
        for call in calls.sorted() {
            try put.execute(arguments: [call])
            try mark.execute(arguments: [call])
        }
        return calls.count == limit
    }

    private static func takeOut(limit: Int, _ db: Database) throws -> Bool {
        let gone = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT id, call, text FROM search_gone ORDER BY id LIMIT ?"),
            arguments: [limit]
        )
        guard let last = gone.last else { return false }
        let take = try db.cachedStatement(
            sql: "INSERT INTO call_search (call_search, rowid, text) VALUES ('delete', ?, ?)"
        )
        for row in gone { try take.execute(arguments: [row[1] as Int64, row[2] as String]) }
        try db.execute(sql: "DELETE FROM search_gone WHERE id <= ?", arguments: [last[0] as Int64])
        return gone.count == limit
    }

    // MARK: Asking

    /// The fewest characters of a text that the index can look for.
    static let shortest = 3
    /// More parts of a long text find no fewer calls, and take longer.
    private static let mostParts = 8

    /// What the index is asked for calls that may hold a text; `nil` for one that it cannot look for.
    static func pattern(_ text: String) -> String? {
        var scalars = Array(text.lowercased().unicodeScalars)
        guard scalars.count >= shortest, !scalars.contains("\0") else { return nil }
        // Numbers begin alike: to look for what half of all calls have takes long and tells nothing.
        if scalars.allSatisfy({ ("0"..."9").contains($0) }) {
            scalars = Array(scalars.suffix(NumberTail.length))
        }
        let last = scalars.count - shortest
        let starts =
            last < mostParts ? Array(0...last) : (0..<mostParts).map { $0 * last / (mostParts - 1) }
        let parts = starts.map { start in
            let part = String(String.UnicodeScalarView(scalars[start..<start + shortest]))
            return "\"" + part.replacing("\"", with: "\"\"") + "\""
        }
        return "(" + parts.joined(separator: " AND ") + ")"
    }

    /// How many calls a pattern finds, up to a limit; `nil` where the index cannot be read.
    static func count(_ pattern: String, limit: Int, _ db: Database) -> Int? {
        try? Int.fetchOne(
            db,
            sql: "SELECT COUNT(*) FROM (SELECT rowid FROM call_search WHERE call_search MATCH ? LIMIT ?)",
            arguments: [pattern, limit]
        )
    }
}
