import Foundation
import GRDB
import Piopiy
import Testing

@testable import CallBoard
@testable import Journal

@Suite("Webhooks that come again")
struct RepeatTests {
    private static func webhook(_ text: String, at: Timestamp) -> JournalLine {
        let body = Array(text.utf8)
        return .webhook(WebhookDecoder.decode(body, receivedAt: at), body: body, at: at)
    }

    @Test("A repeat is counted, not written again, whoever hears it")
    func counted() async throws {
        try await TemporaryJournal.with { files in
            let (first, second) = (try files.open(1), try files.open(2))
            let line = Self.webhook(#"{"uuid":"A","status":"ringing"}"#, at: files.at(0))
            #expect(try await first.take([line, line]) == [true, false])
            #expect(try await second.take([line]) == [false])
            #expect(try await second.take([Self.webhook("no JSON", at: files.at(1))]) == [true])
            #expect(try await first.take([Self.webhook("no JSON", at: files.at(2))]) == [false])
            let copies = try await first.read { db in
                try Int.fetchAll(db, sql: "SELECT copies FROM line ORDER BY position")
            }
            #expect(copies == [3, 2])
        }
    }

    @Test("What came in the name of one account is new in another's: its board has not heard of it")
    func accounts() async throws {
        try await TemporaryJournal.with { files in
            let (one, other) = (try files.open(1, account: "one"), try files.open(2, account: "other"))
            let line = Self.webhook(#"{"uuid":"A","status":"ringing"}"#, at: files.at(0))
            #expect(try await one.take([line]) == [true])
            #expect(try await other.take([line, line]) == [true, false])
            #expect(try await files.open(3, account: "one").take([line]) == [false])
            try await one.addUp()
            #expect(Set(try await one.calls(CallQuery()).map(\.account)) == ["one", "other"])
        }
    }

    @Test("Two bodies of one digest are both kept")
    func collision() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            let first = Self.webhook(#"{"uuid":"A","status":"ringing"}"#, at: files.at(0))
            let second = Self.webhook(#"{"uuid":"B","status":"ringing"}"#, at: files.at(0))
            #expect(try await journal.take([first]) == [true])
            let forged = LineTable.digest(second.body)
            try await journal.write { db in
                try db.execute(sql: "UPDATE line SET digest = ?", arguments: [forged])
            }
            #expect(try await journal.take([second, second]) == [true, false])
            try await journal.addUp()
            #expect(try await journal.calls(CallQuery()).count == 2)
        }
    }

    @Test("What is recorded, not heard, is never taken for a repeat")
    func recorded() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            let line = JournalLine.hangUp(CallID("A"), cause: "NORMAL_CLEARING", reason: nil, at: files.at(0))
            try await journal.record([line, line])
            try await journal.record([line])
            #expect(try await journal.lines(after: 0, limit: 10).count == 3)
        }
    }

    @Test("Lines of a kind that only a newer version knows are passed over, however many there are")
    func unknownKinds() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            for id in 0..<6 {
                _ = try await journal.take([Self.webhook(#"{"uuid":"\#(id)","status":"ringing"}"#, at: files.at(0))])
            }
            try await journal.write { db in
                try db.execute(sql: "UPDATE line SET kind = 'prophecy' WHERE position IN (1, 2, 4)")
            }
            #expect(try await journal.lines(after: 0, limit: 2).map(\.position) == [3, 5])
            try await journal.addUp(limit: 2)
            #expect(
                Set(try await journal.calls(CallQuery()).map(\.call.callID)) == [CallID("2"), CallID("4"), CallID("5")]
            )
        }
    }
}
