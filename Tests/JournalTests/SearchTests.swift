import CallBoard
import Foundation
import GRDB
import Piopiy
import Testing

@testable import Journal

@Suite("Searching the past")
struct SearchTests {
    private static func told(_ seed: UInt64, _ calls: Int) throws -> [JournalLine] {
        var told = try ToldCalls(seed: seed, calls: calls)
        return told.shuffled()
    }

    /// Every text finds by the index what it finds by comparing all calls.
    private static func expectSame(
        _ journal: SQLiteJournal,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        for text in try await journal.texts() {
            let found = try await journal.rows(holding: text)
            let compared = try await journal.comparedRows(holding: text)
            #expect(found.sorted() == compared, "\(text)", sourceLocation: sourceLocation)
        }
    }

    private static func count(_ journal: SQLiteJournal, _ sql: String) async throws -> Int {
        try await journal.read { db in try Int.fetchOne(db, sql: sql) ?? -1 }
    }

    @Test("This system's SQLite has an index by trigrams; Debian 12's has")
    func possible() { #expect(SearchIndex.isPossible) }

    @Test("By the index as by comparing: before it is made, while calls change and are forgotten, and after")
    func same() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            let lines = try Self.told(11, 120)
            try await journal.put(Array(lines[..<600]))
            try await journal.addUp()
            try await Self.expectSame(journal)
            try await journal.indexAll()
            #expect(try await Self.count(journal, "SELECT COUNT(*) FROM call_lookup WHERE is_searchable") > 20)
            try await Self.expectSame(journal)
            // Calls in the index get new texts, are joined with others and go.
            try await journal.put(Array(lines[600...]))
            try await journal.addUp()
            #expect(try await Self.count(journal, "SELECT COUNT(*) FROM search_gone") > 0)
            try await Self.expectSame(journal)
            try await journal.indexAll()
            #expect(try await Self.count(journal, "SELECT COUNT(*) FROM search_gone") == 0)
            try await Self.expectSame(journal)
            let half = files.at(1_800_000)
            #expect(try await journal.forget(before: half, at: files.at(86_400_000)).calls > 10)
            try await Self.expectSame(journal)
            try await journal.indexAll()
            try await Self.expectSame(journal)
        }
    }

    @Test("What is taken out of the index is gone from it: it finds nothing of a forgotten call")
    func takenOut() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            let body = Array(#"{"uuid":"zanzibar-1","status":"hangup","time":\#(files.at(0).milliseconds)}"#.utf8)
            let payload = WebhookDecoder.decode(body, receivedAt: files.at(0))
            _ = try await journal.take([.webhook(payload, body: body, at: files.at(0))])
            try await journal.addUp()
            try await journal.indexAll()
            let pattern = try #require(SearchIndex.pattern("ZANZIBAR"))
            func found() async throws -> Int? {
                try await journal.read { db in SearchIndex.count(pattern, limit: 10, db) }
            }
            #expect(try await found() == 1)
            let later = files.at(86_400_000)
            #expect(try await journal.forget(before: later, at: later).calls == 1)
            try await journal.indexAll()
            #expect(try await found() == 0)
        }
    }

    @Test("Without an index everything is found as well, and the index of another SQLite is left alone")
    func without() async throws {
        try await TemporaryJournal.with { files in
            var options = SQLiteJournal.Options()
            options.usesSearchIndex = false
            let origin = JournalOrigin(id: 5, account: "test", operator: "tester")
            let plain = try SQLiteJournal(path: files.path, origin: origin, at: files.at(0), options: options)
            let lines = try Self.told(12, 80)
            try await plain.put(Array(lines[..<400]))
            try await plain.addUp()
            try await plain.indexAll()
            #expect(try await Self.count(plain, "SELECT COUNT(*) FROM call_lookup WHERE is_searchable") == 0)
            try await Self.expectSame(plain)
            let other = try files.open(2)
            try await other.indexAll()
            // What it writes now must not need the index, nor leave it wrong for those who use it.
            try await plain.put(Array(lines[400...]))
            try await plain.addUp()
            try await plain.indexAll()
            try await Self.expectSame(plain)
            try await Self.expectSame(other)
            try await other.indexAll()
            try await Self.expectSame(other)
        }
    }

    @Test("Pages of what a text finds, put together, are all of it, the newest first")
    func pages() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            try await journal.put(try Self.told(13, 150))
            try await journal.addUp()
            try await journal.indexAll()
            var query = CallQuery()
            query.text = "91888888"
            let all = try await journal.calls(query)
            #expect(all.count > 100)
            var paged: [StoredCall] = []
            for try await page in journal.pages(of: query, size: 7) { paged += page }
            #expect(paged == all)
            #expect(all.map(\.call.startedAt) == all.map(\.call.startedAt).sorted(by: >))
        }
    }

    @Test("Calls that are up are found by their state, whatever their text, beside those that the index finds")
    func either() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            for (id, status) in [("zanzibar", "hangup"), ("other", "hangup"), ("up", "answered")] {
                let body = Array(#"{"uuid":"\#(id)","status":"\#(status)","time":\#(files.at(0).milliseconds)}"#.utf8)
                let payload = WebhookDecoder.decode(body, receivedAt: files.at(0))
                _ = try await journal.take([.webhook(payload, body: body, at: files.at(0))])
            }
            try await journal.addUp()
            try await journal.indexAll()
            var query = CallQuery()
            query.conditions = [.init(text: "zanzi", states: ["talking", "ringing"])]
            let ids = try await journal.calls(query).compactMap(\.call.callID?.text)
            #expect(Set(ids) == ["zanzibar", "up"])
            query.conditions.append(.init(text: "up"))
            #expect(try await journal.calls(query).compactMap(\.call.callID?.text) == ["up"])
        }
    }

    @Test("A number is found by the digits of its whole form, though it was told without its country code")
    func completed() async throws {
        try await TemporaryJournal.with { files in
            var options = SQLiteJournal.Options()
            options.numberPlan = try NumberPlan(country: "91")
            let origin = JournalOrigin(id: 5, account: "test", operator: "tester")
            let journal = try SQLiteJournal(path: files.path, origin: origin, at: files.at(0), options: options)
            let body = Array(#"{"uuid":"A","status":"hangup","from":"070000 03006","time":1725942871000}"#.utf8)
            let payload = WebhookDecoder.decode(body, receivedAt: files.at(0))
            _ = try await journal.take([.webhook(payload, body: body, at: files.at(0))])
            try await journal.addUp()
            var query = CallQuery()
            (query.text, query.plan) = ("+91 70000 03006", options.numberPlan)
            #expect(try await journal.calls(query).count == 1)
            try await journal.indexAll()
            #expect(try await journal.calls(query).count == 1)
        }
    }
}
