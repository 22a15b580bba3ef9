import CallBoard
import Foundation
import Journal
import Piopiy
import Testing

@Suite("Which calls a journal knows, and webhooks that it could not read")
struct KnownCallTests {
    private static let id = CallID("ee6a7a9b-78ea-4693-9e77-5fc085567b2f")

    private func webhook(_ text: String, _ files: TemporaryJournal) -> JournalLine {
        let body = Array(text.utf8)
        let at = files.at(0)
        return .webhook(WebhookDecoder.decode(body, receivedAt: at), body: body, at: at)
    }

    @Test("An id is known by an event, in either letter case, before and after it is added up")
    func byEvent() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            #expect(try await !journal.knows(Self.id))
            _ = try await journal.take([
                webhook(#"[{"call_id":"other","status":"ringing"},{"call_id":"second"}]"#, files),
                webhook(#"{"call_id":"\#(Self.id.text)","status":"ringing"}"#, files),
            ])
            #expect(try await journal.knows(Self.id))
            #expect(try await journal.knows(CallID(Self.id.text.uppercased())))
            // Only the first call of an array stands beside the line.
            try await journal.addUp()
            #expect(try await journal.knows(CallID("second")))
            #expect(try await journal.knows(Self.id))
            #expect(try await !journal.knows(CallID("ee6a7a9b")))
        }
    }

    @Test("A hang-up that met no call makes its id no better known, nor does another account's call")
    func notByTrying() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            var line = JournalLine.hangUp(Self.id, cause: "X", reason: nil, at: files.at(0))
            line.facts = nil
            try await journal.record([line])
            try await journal.addUp()
            #expect(try await !journal.knows(Self.id))
            #expect(try await journal.calls(CallQuery()).isEmpty)
            let other = try files.open(2, account: "other")
            _ = try await other.take([webhook(#"{"call_id":"\#(Self.id.text)"}"#, files)])
            #expect(try await !journal.knows(Self.id))
            #expect(try await other.knows(Self.id))
            #expect(try await other.accounts() == ["other", "test"])
        }
    }

    @Test("The check counts webhooks that could not be read, each time that they came")
    func counted() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            #expect(await journal.check().unreadableWebhooks == 0)
            #expect(await journal.check().lastUnreadable == nil)
            for body in ["<a/>", "<a/>", "", #"{"call_id":"a"}"#] {
                _ = try await journal.take([webhook(body, files)])
            }
            let check = await journal.check()
            #expect(check.unreadableWebhooks == 3)
            #expect(check.lastUnreadable == files.at(0))
            #expect(SQLiteJournal.check(path: files.path).unreadableWebhooks == 3)
        }
    }
}
