import Foundation
import GRDB
import Piopiy
import Testing

@testable import CallBoard
@testable import Journal

@Suite("Lines in any order")
struct OrderTests {
    /// What is compared of a call: all of it.
    struct Sum: Equatable {
        let rows: [String: CallLedger.Row]
        let calls: [CallKey: Call]

        init(_ rows: some Sequence<CallLedger.Row>) {
            self.rows = Dictionary(rows.map { ($0.key, $0) }) { first, _ in first }
            calls = Dictionary(rows.compactMap(\.call).map { ($0.key, $0) }) { first, _ in first }
        }

        /// Where two differ, in words.
        func difference(_ other: Sum) -> String? {
            for (key, row) in rows where other.rows[key] != row {
                guard let theirs = other.rows[key] else { return "\(key) is missing" }
                return "\(key): \(String(decoding: row.facts, as: UTF8.self)) seen \(row.seenAt), not "
                    + "\(String(decoding: theirs.facts, as: UTF8.self)) seen \(theirs.seenAt)"
            }
            return other.rows.keys.first { rows[$0] == nil }.map { "\($0) is too many" }
        }
    }

    private static func expectSame(_ sum: Sum, _ inOrder: Sum, sourceLocation: SourceLocation = #_sourceLocation) {
        // Said in short: a failed expectation would print every call.
        if sum != inOrder {
            Issue.record("\(inOrder.difference(sum) ?? "the calls differ")", sourceLocation: sourceLocation)
        }
    }

    private static func ledger(_ lines: some Sequence<JournalLine> & Sendable) async -> Sum {
        var ledger = CallLedger()
        for (number, line) in lines.enumerated() {
            // It takes seconds, in which the tests beside it want a thread too.
            if number.isMultiple(of: 500) { await Task.yield() }
            ledger.add(line, operator: "tester")
        }
        return Sum(ledger.rows())
    }

    /// More of them by hand: PIOPIY_CALLS=11500 swift test --filter OrderTests.manyInMemory
    private static let calls = ProcessInfo.processInfo.environment["PIOPIY_CALLS"].flatMap { Int($0) } ?? 1500

    @Test("Thousands of events, shuffled, a third repeated, dialects mixed, add up to the same calls")
    func manyInMemory() async throws {
        var told = try ToldCalls(seed: 4, calls: Self.calls)
        let (lines, shuffled) = (told.lines, told.shuffled())
        #expect(shuffled.count { $0.kind == .event } >= Self.calls * 8)
        async let other = Self.ledger(shuffled)
        let inOrder = await Self.ledger(lines)
        #expect(inOrder.calls.count >= Self.calls * 8 / 10)
        Self.expectSame(await other, inOrder)
        #expect(Set(inOrder.calls.values.map(\.stage.word)) == ["queued", "ringing", "talking", "ended", "unknown"])
    }

    @Test(
        "The file adds them up to the same calls, in whatever portions they are taken",
        arguments: [1, 7, 400, 5000]
    )
    func portions(limit: Int) async throws {
        var told = try ToldCalls(seed: UInt64(limit), calls: 60)
        let inOrder = await Self.ledger(told.lines)
        let shuffled = told.shuffled()
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            for line in shuffled {
                if line.kind == .event { _ = try await journal.take([line]) } else { try await journal.put([line]) }
                if Int.random(in: 0..<100) == 0 { try await journal.addUp(limit: limit) }
            }
            try await journal.addUp(limit: limit)
            Self.expectSame(Sum(try await Self.rows(journal)), inOrder)
            #expect(try await journal.calls(CallQuery(limit: .max)).count == inOrder.calls.count)
        }
    }

    @Test("A portion that another has added up meanwhile is not written over what has become of its calls since")
    func overtaken() async throws {
        var told = try ToldCalls(seed: 8, calls: 30)
        let lines = told.shuffled()
        let inOrder = await Self.ledger(lines)
        try await TemporaryJournal.with { files in
            let (slow, quick) = (try files.open(1), try files.open(2))
            try await quick.put(Array(lines[..<100]))
            let portion = try await slow.read { db in try CallTable.portion(db, limit: 60) }
            try await quick.addUp()
            try await quick.put(Array(lines[100...]))
            try await quick.addUp()
            try await slow.write { db in try CallTable.write(portion, db) }
            #expect(try await slow.addedUp() == Int64(lines.count))
            Self.expectSame(Sum(try await Self.rows(slow)), inOrder)
        }
    }

    /// Fewer than in memory, as a build for debugging would take minutes over more.
    @Test("6,000 events of 600 calls, shuffled, a third repeated: the file has each once, and the same calls")
    func manyInFile() async throws {
        var told = try ToldCalls(seed: 5, calls: 700)
        let inOrder = await Self.ledger(told.lines)
        let shuffled = told.shuffled()
        #expect(shuffled.count { $0.kind == .event } >= 6_000)
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            var new = 0
            for line in shuffled where line.kind != .event { try await journal.put([line]) }
            let events = shuffled.filter { $0.kind == .event }
            for start in stride(from: 0, to: events.count, by: 500) {
                new += try await journal.take(Array(events[start..<min(start + 500, events.count)])).count { $0 }
            }
            let bodies = Set(events.map(\.body))
            #expect(new == bodies.count)
            try await journal.addUp()
            Self.expectSame(Sum(try await Self.rows(journal)), inOrder)
            let copies = try await journal.read { db in
                try Int.fetchOne(db, sql: "SELECT SUM(copies) FROM line WHERE kind = 'event'")
            }
            #expect(copies == events.count)
        }
    }

    private static func rows(_ journal: SQLiteJournal) async throws -> [CallLedger.Row] {
        try await journal.read { db in
            try Row.fetchAll(db, sql: "SELECT key, seen_at, facts, operator, request FROM call").map(
                CallTable.ledgerRow
            )
        }
    }
}
