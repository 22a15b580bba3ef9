import CallBoard
import GRDB
import Piopiy

@testable import Journal

extension SQLiteJournal {
    /// Fills and indexes all that there is to do.
    func indexAll() async throws { while try await indexCalls(for: .seconds(60)) {} }

    /// The rows of the calls that hold a text, as they are found.
    func rows(holding text: String) async throws -> [Int64] {
        try await read { [usesSearchIndex] db in
            var query = CallQuery(limit: .max)
            query.text = text
            return try CallTable.held(query, usesSearchIndex: usesSearchIndex, db).map(\.id)
        }
    }

    /// The same by comparing the text of every call.
    func comparedRows(holding text: String) async throws -> [Int64] {
        try await read { db in
            var query = CallQuery(limit: .max)
            query.text = text
            return try CallTable.held(query, in: .calls, db).map(\.id).sorted()
        }
    }

    /// Texts that calls hold, and some that none does: parts of any length, at any place.
    func texts() async throws -> [String] {
        let all = try await read { db in try String.fetchAll(db, sql: "SELECT search FROM call ORDER BY id") }
        var texts = ["zanzibar", "91", "9", "\"", "a\"b", "000000000000", "ü", "  "]
        // Enough of them, of calls all over the journal.
        for index in stride(from: 0, to: all.count, by: max(1, all.count / 40)) {
            let text = all[index]
            for line in text.split(separator: "\n").dropFirst(index % 3).prefix(2) {
                let start = (index * 7) % max(1, line.count - 2)
                texts.append(String(line.dropFirst(start).prefix(3 + index % 20)))
            }
        }
        return texts
    }
}
