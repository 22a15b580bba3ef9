import Piopiy
import TestSupport
import Testing

@Suite("Examples: webhooks and records")
struct ReceivingWebhooksTests {
    private static let answered =
        #"{"cmiuuid":"ee6a7a9b-78ea-4693-9e77-5fc085567b2f","status":"out_answered","leg":"a","time":1725942871456}"#
    private static let other =
        #"{"uuid":"ee6a7a9b-78ea-4693-9e77-5fc085567b2f","status":"answered","timestamp":"1725942871999"}"#
    private static let legB =
        #"{"call_id":"ee6a7a9b-78ea-4693-9e77-5fc085567b2f","type":"event","status":"hangup","leg":"b","time":1725942900000}"#
    private static let record =
        #"{"type":"cdr","call_id":"ee6a7a9b-78ea-4693-9e77-5fc085567b2f","status":"answered","answer_time":1725942871,"end_time":1725942960,"duration":89}"#

    @Test("A wrong path is answered like one that does not exist")
    func wrongSecret() async {
        let inbox = Inbox(secret: "s3cret")
        #expect(await inbox.receive(Array(Self.answered.utf8), at: "/hooks/s3creT") == 404)
        #expect(await inbox.receive(Array(Self.answered.utf8), at: "/hooks/") == 404)
        #expect(await inbox.bodies.isEmpty)
    }

    @Test("What cannot be read is kept and taken")
    func unreadable() async {
        let inbox = Inbox(secret: "s3cret")
        #expect(await inbox.receive(Array("{".utf8), at: "/hooks/s3cret") == 200)
        #expect(await inbox.bodies.count == 1)
        #expect(await inbox.calls.isEmpty)
    }

    @Test("Events may come in any order and more than once")
    func order() async {
        var results: Set<String> = []
        for seed in 0..<24 {
            var left = [Self.answered, Self.other, Self.legB, Self.record]
            var order: [String] = []
            var rest = seed
            for count in [4, 3, 2, 1] {
                order.append(left.remove(at: rest % count))
                rest /= count
            }
            let inbox = Inbox(secret: "s3cret")
            for body in order + order.prefix(2) { _ = await inbox.receive(Array(body.utf8), at: "/hooks/s3cret") }
            let facts = await inbox.calls[Sample.callID]
            results.insert("\(facts?.answeredAt?.milliseconds ?? 0) \(facts?.endedAt?.milliseconds ?? 0)")
        }
        #expect(results == ["1725942871000 1725942960000"])
    }

    @Test("Both kinds are registered under the address with the secret")
    func registering() async throws {
        let platform = FakePlatform { _, _ in .init() }
        let outcomes = try await ReceivingWebhooks.register(platform.client, "s3cret")
        #expect(outcomes.map(\.name) == ["accepted", "accepted"])
        #expect(platform.times("/webhook/add") == 2)
    }

    @Test("Records are counted page by page, and the last element says why there is no more")
    func records() async throws {
        let text = #"{"cdr":[{"call_id":"c1","timestamp":1000},{"call_id":"c2","timestamp":2000}]}"#
        let query = try CDRQuery(appID: "support", from: Timestamp(milliseconds: 0), to: Timestamp(milliseconds: 5000))
        let whole = FakePlatform { _, _ in .init(text: text) }
        let (count, end) = await Records.count(try whole.client, query)
        #expect(count == 2)
        #expect(end == nil)
        let broken = FakePlatform { _, _ in .init(status: 403, text: #"{"error":"no_such_app"}"#) }
        let client = try broken.client
        #expect(await Records.count(client, query).1 == "refused")
    }
}
