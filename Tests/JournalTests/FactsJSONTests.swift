import Piopiy
import TestSupport
import Testing

@testable import CallBoard

@Suite("Facts as they are kept")
struct FactsJSONTests {
    @Test("What is written is what is read back", arguments: 1...20 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<100 {
            let facts = Self.facts(&random)
            let bytes = try facts.json.bytes()
            let back = CallFacts(json: try JSONValue(parsing: bytes))
            if back != facts { Issue.record("seed \(seed): \(String(decoding: bytes, as: UTF8.self))") }
        }
    }

    @Test("Facts of every telling come back as they were")
    func told() throws {
        let told = try ToldCalls(seed: 9, calls: 100).lines.flatMap(\.told)
        #expect(told.count > 100)
        for facts in told {
            let back = CallFacts(json: try JSONValue(parsing: try facts.json.bytes()))
            if back != facts { Issue.record("\(facts.json)") }
        }
    }

    @Test("What cannot be read is passed over, and the rest is read")
    func lenient() throws {
        let text = #"""
            {"refs":["no ref",7],"req":["R"],"ids":{"A":"late","B":5},"from":[9,1,"x"],"to":[0,1,"918888888888"],"new":{},
             "ring":1.5,"ans":7,"tl":[[1,1,"ringing"],[1,9,"?"],[]],"talk":[1,2,"12"],"pl":300,"ends":["busy","melted"],
             "leg":[1],"tr":{"T":{"p":77}}}
            """#
        let facts = CallFacts(json: try JSONValue(parsing: text.utf8))
        #expect(facts.refs.isEmpty)
        #expect(facts.requestIDs == [RequestID("R")])
        #expect(facts.ownIDs[CallID("B")]?.at == Timestamp(milliseconds: 5))
        #expect(facts.from.value == nil)
        #expect(facts.to.value == "918888888888")
        #expect(facts.answered.at == Timestamp(milliseconds: 7))
        #expect(facts.ringing.at == nil)
        #expect(facts.timeline.entries.map(\.text) == ["ringing"])
        #expect(facts.talkSeconds.value == 12)
        #expect(facts.placement.isEmpty)
        #expect(facts.ends == [.busy])
        #expect(facts.transfers[RequestID("T")]?.progress == .queued)
        #expect(CallFacts(json: "no object") == CallFacts())
    }

    // MARK: Anything

    private static func text(_ random: inout SplitMix64) -> String {
        random.pick([
            "", "a", "é", "e\u{301}", "\u{0}\u{1F}", "\"\\/", "😀", "\u{FEFF}\u{202E}", "line\nline", "null", "7",
        ])
    }

    private static func at(_ random: inout SplitMix64) -> Timestamp {
        Timestamp(
            milliseconds: random.pick([0, -1, 1_725_942_871_456, .max, .min, Int64.random(in: 0..<9, using: &random)])
        )
    }

    private static func some<Value>(
        _ random: inout SplitMix64,
        _ make: (inout SplitMix64) -> Value
    ) -> [Value] {
        (0..<Int.random(in: 0..<4, using: &random)).map { _ in make(&random) }
    }

    private static func earliest(_ random: inout SplitMix64) -> Earliest {
        Earliest(random.chance(0.7) ? at(&random) : nil)
    }

    private static func ranked<Value>(
        _ random: inout SplitMix64,
        _ make: (inout SplitMix64) -> Value
    ) -> Ranked<Value> {
        guard random.chance(0.7) else { return Ranked() }
        let source: Source = random.pick([.placement, .account, .live, .cdr])
        return Ranked(make(&random), from: source, at: at(&random))
    }

    private static func number(_ random: inout SplitMix64) -> Double {
        random.pick([
            0, -0.0, 7, 0.1, 1e300, -1e-300, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 9_007_199_254_740_994,
        ])
    }

    private static func facts(_ random: inout SplitMix64) -> CallFacts {
        var facts = CallFacts()
        facts.refs = Set(some(&random) { CallRef(at: at(&$0), using: &$0) })
        facts.requestIDs = Set(some(&random) { RequestID(text(&$0)) })
        facts.ownIDs = Dictionary(some(&random) { (CallID(text(&$0)), earliest(&$0)) }) { first, _ in first }
        facts.otherIDs = Set(some(&random) { CallID(text(&$0)) })
        facts.conversationIDs = Set(some(&random) { text(&$0) })
        facts.from = ranked(&random, text)
        facts.to = ranked(&random, text)
        facts.agentID = ranked(&random, text)
        facts.direction = ranked(&random, text)
        facts.recording = ranked(&random, text)
        facts.variables = ranked(&random, text)
        facts.talkSeconds = ranked(&random, number)
        facts.rate = ranked(&random, number)
        facts.placement = CallFacts.Placement(rawValue: UInt8.random(in: 0...255, using: &random))
        facts.placed = earliest(&random)
        facts.decided = earliest(&random)
        facts.created = earliest(&random)
        facts.ringing = earliest(&random)
        facts.answered = earliest(&random)
        facts.ended = earliest(&random)
        facts.hungUp = earliest(&random)
        facts.gone = Newest(earliest(&random).at)
        facts.alive = Newest(earliest(&random).at)
        facts.saidPlaced = Newest(earliest(&random).at)
        facts.saidNotPlaced = Newest(earliest(&random).at)
        facts.saidOver = Newest(earliest(&random).at)
        facts.takenBack = Newest(earliest(&random).at)
        facts.ends = Set(
            some(&random) { $0.pick([.answered, .noAnswer, .busy, .failed, .rejected, .cancelled, .over, .gone]) }
        )
        if random.chance(0.5) {
            facts.secondLeg = Latest(random.pick([.ringing, .joined, .failed, .left]), at: at(&random))
        }
        for _ in 0..<Int.random(in: 0..<3, using: &random) {
            var transfer = TransferFacts()
            transfer.progress = random.pick([.queued, .started, .failed, .completed])
            transfer.target = ranked(&random, text)
            transfer.reason = ranked(&random, text)
            transfer.asked = earliest(&random)
            facts.transfers[RequestID(text(&random))] = transfer
        }
        for _ in 0..<Int.random(in: 0..<6, using: &random) {
            let teller: TimelineEntry.Teller = random.pick([.console, .platform, .cdr, .person])
            facts.timeline.join(Timeline(TimelineEntry(at: at(&random), teller: teller, text: text(&random))))
        }
        return facts
    }
}
