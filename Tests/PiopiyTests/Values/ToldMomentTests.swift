import Testing

@testable import Piopiy

@Suite("Moments as they are told")
struct ToldMomentTests {
    /// 2024-09-10 04:34:31.456 UTC in ms.
    private static let moment = 1_725_942_871_456

    static let told: [(JSONValue, Int)] = [
        (1_725_942_871, moment - 456), (1_725_942_871_456, moment), (1_725_942_871_456_789, moment),
        (1_725_942_871_456_789_123, moment), (1_725_942_871.456, moment), ("1725942871", moment - 456),
        ("1725942871456", moment), (" 1725942871456 ", moment), ("1725942871.456", moment),
        ("1725942871456789", moment), ("1725942871456789123", moment), ("2024-09-10T04:34:31.456Z", moment),
        ("2024-09-10T04:34:31.456789123Z", moment), ("2024-09-10T10:04:31.456+05:30", moment),
        ("2024-09-10 10:04:31,456+0530", moment), ("2024-09-10T01:34:31.456-03", moment),
        ("2024-09-10T04:34:31z", moment - 456), ("2024-09-10T04:34Z", moment - 31_456),
        ("20240910T043431Z", moment - 456), ("2024-09-10 04:34:31.456 UTC", moment),
        ("2024-09-10 04:34:31.456 +00:00", moment), ("2024-02-29T00:00:00Z", 1_709_164_800_000),
        ("2000-03-01T00:00:00Z", 951_868_800_000), ("2199-12-31T23:59:59Z", 7_258_118_399_000),
        // In thousandths, a `Double` of these is a little less than what was written.
        (2_149_371_167.437, 2_149_371_167_437), ("2149371167.437", 2_149_371_167_437),
    ]

    /// Without a zone, of no such day, or no moment of our time.
    static let untold: [JSONValue] = [
        nil, 0, -1, 42, 1000, "", "0", "yesterday", "2024-09-10", "2024-09-10T04:34:31", "2024-09-10 04:34:31",
        "20240910043431", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z", "2024-09-10T24:00:00Z",
        "2024-09-10T04:34:31.Z", "2024-09-10T04:34:31+5", "2024-09-10T04:34:31Zulu", "nan", "1e999", true, [],
        .object([:]),
        1e300, .bigInteger("99999999999999999999999999"),
    ]

    @Test("Seconds, ms, µs, ns and ISO 8601, as numbers and as strings", arguments: told)
    func isRead(json: JSONValue, milliseconds: Int) {
        #expect(Timestamp(told: json)?.milliseconds == Int64(milliseconds))
    }

    @Test("What is not a moment with a zone is none", arguments: untold)
    func isNotRead(json: JSONValue) {
        #expect(Timestamp(told: json) == nil)
    }

    @Test("Webhooks and records read them alike", arguments: told)
    func alike(json: JSONValue, milliseconds: Int) throws {
        let at = Timestamp(milliseconds: Int64(milliseconds))
        for key in ["timestamp", "time", "start_time"] {
            let record = try #require(CallRecord(json: .object(["call_id": "C", key: json])))
            #expect(record.at == at && record.unreadTime == nil, "\(key)")
        }
        let members: [String: JSONValue] = [
            "uuid": "C", "type": "cdr", "status": "answered", "time": json, "start_time": json, "answer_time": json,
            "end_time": json,
        ]
        let event = try #require(try WebhookSamples.event(members))
        #expect([event.at, event.startedAt, event.answeredAt, event.endedAt] == [at, at, at, at])
        let alias = try WebhookSamples.event(["uuid": "C", "answered_at": json, "ended_at": json])
        #expect(alias?.kind == .cdr && alias?.answeredAt == at && alias?.endedAt == at)
    }

    @Test("A time without a zone is shown as it was told, and is that of hearing in a webhook")
    func withoutZone() throws {
        let json: JSONValue = ["call_id": "C", "timestamp": "2024-09-10 04:34:31"]
        let record = try #require(CallRecord(json: json))
        #expect(record.at == nil && record.unreadTime == "2024-09-10 04:34:31")
        let heard = Timestamp(milliseconds: 1_725_950_000_000)
        let payload = WebhookDecoder.decode(try json.bytes(), receivedAt: heard)
        #expect(payload.events.map(\.at) == [heard])
    }

    @Test("The next key is looked at where the first holds no moment")
    func nextKey() throws {
        let record = try #require(CallRecord(json: ["call_id": "C", "timestamp": 0, "time": 1_725_942_871]))
        #expect(record.at?.milliseconds == 1_725_942_871_000)
    }
}
