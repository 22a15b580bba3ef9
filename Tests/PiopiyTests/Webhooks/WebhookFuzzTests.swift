import Piopiy
import TestSupport
import Testing

@Suite("Webhooks made of anything")
struct WebhookFuzzTests {
    @Test("Random bytes are survived", arguments: [1, 2, 3, 4])
    func randomBytes(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0..<64, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            _ = WebhookDecoder.decode(bytes, receivedAt: WebhookSamples.received)
        }
    }

    @Test("Mutated samples are survived, and what is read can be written", arguments: [1, 2, 3, 4])
    func mutatedSamples(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var read = 0
        for _ in 0..<1500 {
            var bytes = Array(random.pick(WebhookSamples.all).utf8)
            for _ in 0...Int.random(in: 0..<6, using: &random) where !bytes.isEmpty {
                Self.mutate(&bytes, using: &random)
            }
            for event in WebhookDecoder.decode(bytes, receivedAt: WebhookSamples.received).events {
                read += 1
                #expect(throws: Never.self, "seed \(seed)") { try JSONValue.object(event.variables).serialized() }
            }
        }
        #expect(read > 100)
    }

    private static func mutate(_ bytes: inout [UInt8], using random: inout SplitMix64) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        case 2:
            bytes.insert(
                contentsOf: Array(random.pick(["\"", "{", "[", "\\u", "9", "-", "e9", ":", ",", "null"]).utf8),
                at: place
            )
        case 3: bytes.removeSubrange(place..<min(bytes.count, place + 20))
        default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 20)], at: place)
        }
    }

    @Test("Random values under every known key are survived", arguments: [1, 2, 3, 4])
    func randomValues(seed: UInt64) throws {
        let keys = [
            "cmiuuid", "call_id", "conversation_id", "request_id", "from", "vn", "to", "destination", "type", "status",
            "time",
            "start_time", "answer_time", "end_time", "leg", "direction", "extra_params", "variables", "rate", "balance",
            "recording", "duration", "answer_sec", "reason", "agent_id",
        ]
        var random = SplitMix64(seed: seed)
        for _ in 0..<1000 {
            let members = keys.filter { _ in random.chance(0.5) }.map {
                ($0, JSONValueTests.random(depth: 2, using: &random))
            }
            let text = try JSONValue.object(Dictionary(members) { $1 }).text()
            _ = WebhookSamples.decode(text)
        }
    }

    @Test(
        "A body as long as may come, of one thing again and again, is read",
        arguments: ["'", "\"", "\\", "a=b&", "{", "{'a':", "\\\"", " ", "[", ":", "\u{FEFF}", "e\u{301}"]
    )
    func monotone(unit: String) throws {
        let text = String(repeating: unit, count: 65_536 / unit.utf8.count)
        _ = WebhookSamples.decode(text)
        #expect(try WebhookSamples.event(["uuid": "C", "extra_params": .string(text)])?.callID == CallID("C"))
    }
}
