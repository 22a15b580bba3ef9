import CallBoard
import Foundation
import GRDB
import Piopiy
import Testing

@testable import Journal

@Suite("Journals of older versions")
struct MigrationTests {
    private static let steps = ["3 calls by account", "4 campaigns", "5 attempts"]

    private static func lines(_ seed: UInt64, _ calls: Int) throws -> [JournalLine] {
        var told = try ToldCalls(seed: seed, calls: calls)
        // An older version takes each line once.
        return told.shuffled().filter { $0.kind != .intent }
    }

    /// The calls, each where it took place, by what their facts say.
    private static func told(_ journal: SQLiteJournal) async throws -> [Int64] {
        try await journal.read { db in
            try Row.fetchAll(db, sql: "SELECT \(CallTable.ledgerColumns), id FROM call")
                .map { row in (CallTable.ledgerRow(row).call?.startedAt ?? Timestamp(milliseconds: 0), row[5] as Int64)
                }
                .sorted { $0 > $1 }
                .map(\.1)
        }
    }

    private static func expectWhole(
        _ journal: SQLiteJournal,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let isComplete = try await journal.read { db in try CallLookup.isComplete(db) }
        #expect(isComplete, sourceLocation: sourceLocation)
        let rows = try await journal.calls(CallQuery(limit: .max)).compactMap(\.position?.row)
        let told = try await told(journal)
        #expect(rows == told, sourceLocation: sourceLocation)
        for text in try await journal.texts() {
            let found = try await journal.rows(holding: text).sorted()
            let compared = try await journal.comparedRows(holding: text)
            #expect(found == compared, "\(text)", sourceLocation: sourceLocation)
        }
        #expect(await journal.check().problems == [], sourceLocation: sourceLocation)
    }

    @Test("All of it is kept; queries are right before the calls are filled in, and after", arguments: steps)
    func kept(step: String) async throws {
        try await TemporaryJournal.with { files in
            let older = try OlderVersion(files.path, upTo: step)
            try older.tell(try Self.lines(21, 200))
            let before = try older.read { db in try Row.fetchAll(db, sql: "SELECT * FROM line ORDER BY position")
            }
            let calls = try older.read { db in
                try Row.fetchAll(db, sql: "SELECT id, \(CallTable.columns) FROM call ORDER BY id")
            }
            #expect(calls.count > 150)
            let journal = try files.open()
            let count = try await journal.calls(CallQuery(limit: .max)).count
            #expect(count == calls.count)
            for text in try await journal.texts().prefix(50) {
                let found = try await journal.rows(holding: text).sorted()
                #expect(try await journal.comparedRows(holding: text) == found)
            }
            #expect(try await journal.fillIn(limit: 100))
            #expect(try await journal.calls(CallQuery(limit: .max)).count == calls.count)
            try await journal.indexAll()
            try await Self.expectWhole(journal)
            let after = try older.read { db in
                try Row.fetchAll(db, sql: "SELECT id, \(CallTable.columns) FROM call ORDER BY id")
            }
            #expect(after == calls)
            #expect(try await journal.lines(after: 0, limit: .max).count == before.count)
        }
    }

    @Test("Killed at any moment, it goes on the next time and loses nothing", arguments: steps)
    func killed(step: String) async throws {
        try await TemporaryJournal.with { files in
            let older = try OlderVersion(files.path, upTo: step)
            try older.tell(try Self.lines(22, 500))
            let before = try older.contents()
            var id = 100
            /// - Parameter lines: it is killed when it has printed so many.
            /// - Returns: how many it has printed.
            func kill(afterLines lines: Int, _ probe: Probe) async throws -> Int {
                let count = try await probe.lines(lines)
                await probe.kill()
                #expect(try older.contents() == before)
                id += 1
                return count
            }
            // After ever more portions: it waits there.
            for portions in [1, 2, 4] {
                let probe = try Probe("index", files.path, "\(id)", "\(portions)")
                #expect(try await kill(afterLines: portions + 2, probe) == portions + 2)
            }
            let left = try older.read { db in
                try Int64.fetchOne(db, sql: "SELECT value FROM progress WHERE name = 'not_filled_in'")
            }
            // Some was done and some was not: else nothing was killed in the middle.
            #expect(try #require(left) > 0)
            // And wherever it happens to be: while it opens the journal, and in the middle of a portion.
            for lines in [1, 1, 2, 3, 4] {
                _ = try await kill(afterLines: lines, try Probe("index", files.path, "\(id)"))
            }
            let journal = try files.open(2)
            #expect(try await journal.calls(CallQuery(limit: .max)).count == before["call"]?.count)
            let last = try Probe("index", files.path, "3")
            #expect(try await last.end().output.hasSuffix("done"))
            try await Self.expectWhole(journal)
            #expect(try older.contents() == before)
        }
    }

    @Test("A process of an older version that still runs writes on, and what it writes is found at once and filled in")
    func olderRuns() async throws {
        try await TemporaryJournal.with { files in
            let older = try OlderVersion(files.path, upTo: "5 attempts")
            let lines = try Self.lines(23, 120)
            try older.tell(Array(lines[..<300]))
            let journal = try files.open()
            try await journal.indexAll()
            try await Self.expectWhole(journal)
            for start in stride(from: 300, to: lines.count, by: 200) {
                try older.tell(Array(lines[start..<min(start + 200, lines.count)]))
                let count = try older.read { db in try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM call") }
                #expect(try await journal.calls(CallQuery(limit: .max)).count == count)
                for text in try await journal.texts().suffix(40) {
                    let found = try await journal.rows(holding: text).sorted()
                    #expect(try await journal.comparedRows(holding: text) == found)
                }
                try await journal.indexAll()
                try await Self.expectWhole(journal)
            }
            // It forgets, too; ids are given out again.
            try older.write { db in
                try db.execute(sql: "DELETE FROM call WHERE id > (SELECT MAX(id) - 20 FROM call)")
            }
            var more = try ToldCalls(seed: 24, calls: 30)
            try older.tell(more.shuffled().filter { $0.kind != .intent })
            try await journal.indexAll()
            try await Self.expectWhole(journal)
        }
    }
}
