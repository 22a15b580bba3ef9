import CallBoard
import Foundation
import Journal
import Piopiy
import TestSupport
import Testing

@Suite("Writing and reading back")
struct RoundTripTests {
    @Test("A placed call with its events is one call, with its request and its operator")
    func oneCall() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            let call = try Sample.call()
            let ref = files.ref(1)
            try await journal.put([.intent(call, ref: ref, at: files.at(0))])
            try await journal.record([
                .outcome(
                    .accepted(Acceptance(status: 200, requestID: RequestID("req-1"))),
                    ref: ref,
                    at: files.at(1)
                )
            ])
            let body = Array(
                #"{"cmiuuid":"ee6a7a9b-78ea-4693-9e77-5fc085567b2f","request_id":"req-1","status":"ringing","time":1000}"#
                    .utf8
            )
            let payload = WebhookDecoder.decode(body, receivedAt: files.at(2))
            let line = JournalLine.webhook(payload, body: body, at: files.at(2))
            #expect(try await journal.take([line]) == [true])
            #expect(try await journal.take([line]) == [false])
            try await journal.addUp()
            let calls = try await journal.calls(CallQuery())
            #expect(calls.count == 1)
            let stored = try #require(calls.first)
            #expect(stored.call.stage == .ringing)
            #expect(stored.call.callID == CallID("ee6a7a9b-78ea-4693-9e77-5fc085567b2f"))
            #expect(stored.call.operator == "tester")
            #expect(stored.call.request == call)
            #expect(stored.request?["path"]?.string == "/voice/ai/call")
        }
    }
}
