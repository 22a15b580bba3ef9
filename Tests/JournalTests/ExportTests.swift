import CallBoard
import Foundation
import Piopiy
import TestSupport
import Testing

@testable import Journal

@Suite("Reading all calls in pages")
struct ExportTests {
    private static func line(_ files: TemporaryJournal, _ id: String, at: Int64) -> JournalLine {
        let body = Array(#"{"uuid":"\#(id)","status":"ringing","time":\#(files.at(at).milliseconds)}"#.utf8)
        let payload = WebhookDecoder.decode(body, receivedAt: files.at(at))
        return .webhook(payload, body: body, at: files.at(at))
    }

    @Test("All of them, each once, as one answer has them; a limit holds", arguments: [1, 7, 20, 500])
    func whole(size: Int) async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            // Many in the same millisecond.
            _ = try await journal.take((0..<60).map { Self.line(files, "\($0)", at: Int64($0 / 9)) })
            try await journal.addUp()
            for limit in [1, 20, 59, 60, 1000] {
                let query = CallQuery(limit: limit)
                var paged: [StoredCall] = []
                for try await page in journal.pages(of: query, size: size) {
                    #expect((1...size).contains(page.count))
                    paged += page
                }
                #expect(try await journal.calls(query) == paged)
            }
            #expect(try await journal.pages(of: CallQuery(limit: 0)).first { _ in true } == nil)
        }
    }

    @Test("Calls can come without what was sent to place them; nothing else of them is missing")
    func withoutRequests() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            let call = try Sample.call()
            try await journal.put([.intent(call, ref: files.ref(1), at: files.at(0))])
            try await journal.addUp()
            var query = CallQuery()
            let whole = try #require(try await journal.calls(query).first)
            query.leavesOutRequests = true
            let bare = try #require(try await journal.calls(query).first)
            #expect(whole.request != nil && whole.call.request == call)
            #expect(bare.request == nil && bare.call.request == nil)
            #expect(bare.call.ref == whole.call.ref && bare.call.operator == "tester")
            #expect(bare.position == whole.position)
        }
    }

    @Test("While others write, calls that are there come once, in order, and what is written is not held up")
    func meanwhile() async throws {
        try await TemporaryJournal.with { files in
            let (journal, other) = (try files.open(1), try files.open(2))
            _ = try await journal.take((0..<100).map { Self.line(files, "old \($0)", at: Int64($0)) })
            try await journal.addUp()
            let before = try await journal.calls(CallQuery()).map(\.call.key)
            var paged: [StoredCall] = []
            var count = 0
            for try await page in journal.pages(of: CallQuery(limit: 1_000_000), size: 8) {
                paged += page
                // New calls, older and newer than the page, and news of old ones.
                for at in [1000 + count, -1000 - count] {
                    _ = try await other.take([Self.line(files, "new \(at)", at: Int64(at))])
                }
                let end = files.at(5000).milliseconds
                let body = Array(#"{"uuid":"old \#(count)","status":"hangup","time":\#(end)}"#.utf8)
                let payload = WebhookDecoder.decode(body, receivedAt: files.at(5000))
                _ = try await other.take([.webhook(payload, body: body, at: files.at(5000))])
                try await other.addUp()
                count += 1
                // Nobody reads between two pages: the log can be emptied.
                if count > 40 { break }
            }
            let keys = paged.map(\.call.key)
            #expect(Set(keys).count == keys.count)
            #expect(keys.filter { Set(before).contains($0) } == before)
            #expect(paged.map(\.call.startedAt) == paged.map(\.call.startedAt).sorted(by: >))
        }
    }
}
