import Piopiy
import TestSupport
import Testing

@testable import CallBoard

@Suite("Joining what is known of a call")
struct CallFactsTests {
    static let statuses: [PlatformEvent.Status] = [
        .created, .ringing, .answered, .bridged, .ended, .noAnswer, .busy, .failed, .rejected, .cancelled,
        .transferStarted,
        .transferCompleted, .transferFailed, .other("x"), .other(""),
    ]

    /// Few different values, so that they meet.
    static func event(using random: inout SplitMix64) -> PlatformEvent {
        func time(_ random: inout SplitMix64) -> Timestamp? {
            random.chance(0.5) ? Timestamp(milliseconds: Int64.random(in: 0..<6, using: &random)) : nil
        }
        func text(_ random: inout SplitMix64) -> String? {
            random.chance(0.6) ? random.pick(["a", "b", "é", "e\u{301}"]) : nil
        }
        return PlatformEvent(
            kind: random.pick([.live, .cdr, .transfer]),
            status: random.pick(statuses),
            callID: text(&random).map { CallID($0) },
            requestID: text(&random).map { RequestID($0) },
            conversationID: text(&random),
            from: text(&random),
            to: text(&random),
            leg: random.pick([.a, .b, nil]),
            direction: random.pick([.inbound, .outbound, nil]),
            at: time(&random) ?? Timestamp(milliseconds: 3),
            startedAt: time(&random),
            answeredAt: time(&random),
            endedAt: time(&random),
            talkSeconds: random.pick([nil, 0, -0.0, 7]),
            rate: random.pick([nil, 0.25, 1]),
            recording: text(&random),
            agentID: text(&random),
            variables: random.chance(0.3) ? ["k": .string(random.pick(["a", "b"]))] : [:]
        )
    }

    static func facts(using random: inout SplitMix64) throws -> CallFacts {
        let at = Timestamp(milliseconds: Int64.random(in: 0..<6, using: &random))
        var refs = SplitMix64(seed: random.next() % 2)
        let ref = CallRef(at: at, using: &refs)
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return CallFacts(intent: try Story.call(), ref: ref, at: at)
        case 1: return CallFacts(outcome: random.pick([Story.accepted, Story.doubt]), ref: ref, at: at)
        case 2: return CallFacts(outcome: .notSent(NotSent(reason: .rateLimited, attempts: 1)), ref: ref, at: at)
        case 3:
            return CallFacts(hangUp: .accepted(ActionReceipt(status: 404, alreadyEnded: random.chance(0.5))), at: at)
        case 4: return CallFacts(note: random.pick(["a", "b"]), at: at)
        case 5: return CallFacts(.ended, of: CallID(random.pick(["a", "b"])), at: at)
        default: return CallFacts(event(using: &random))
        }
    }

    /// Facts of several tellings.
    static func sum(using random: inout SplitMix64) throws -> CallFacts {
        try (0..<Int.random(in: 1..<6, using: &random)).reduce(into: CallFacts()) { sum, _ in
            sum.join(try facts(using: &random))
        }
    }

    @Test("It is commutative, associative and idempotent", arguments: 1...20 as ClosedRange<UInt64>)
    func laws(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<100 {
            let (a, b, c) = (
                try Self.sum(using: &random), try Self.sum(using: &random), try Self.sum(using: &random)
            )
            expectSame(a.joined(b), b.joined(a), seed)
            expectSame(a.joined(b).joined(c), a.joined(b.joined(c)), seed)
            expectSame(a.joined(a), a, seed)
            expectSame(a.joined(b).joined(b), a.joined(b), seed)
            expectSame(CallFacts().joined(a), a, seed)
        }
    }

    @Test(
        "Longer histories than are kept join to the same history in any order",
        arguments: 1...5 as ClosedRange<UInt64>
    )
    func longHistories(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let entries = (0..<500).map { _ in
            TimelineEntry(
                at: Timestamp(milliseconds: Int64.random(in: 0..<300, using: &random)),
                teller: random.pick([.console, .platform, .cdr]),
                text: random.pick(["a", "b"])
            )
        }
        func history(_ entries: [TimelineEntry]) -> Timeline {
            entries.reduce(into: Timeline()) { $0.join(Timeline($1)) }
        }
        let inOrder = history(entries)
        expectSame(inOrder.entries, Array(Set(entries).sorted().prefix(Timeline.limit)), seed)
        for _ in 0..<5 {
            let halves = entries.shuffled(using: &random)
            var whole = history(Array(halves.prefix(250)))
            whole.join(history(Array(halves.suffix(250))))
            expectSame(whole, inOrder, seed)
        }
    }

    @Test("Each milestone keeps its earliest time")
    func earliest() throws {
        let times: [Int64] = [5, 3, 9]
        var call = Call(key: CallKey(.call(CallID("C"))), facts: CallFacts(), seenAt: Timestamp(milliseconds: 0))
        for status in [.ringing, .answered, .ended] as [PlatformEvent.Status] {
            for time in times {
                call = call.merging(
                    PlatformEvent(kind: .live, status: status, callID: CallID("C"), at: Timestamp(milliseconds: time))
                )
            }
        }
        #expect(call.ringingAt == Timestamp(milliseconds: 3))
        #expect(call.answeredAt == Timestamp(milliseconds: 3))
        #expect(call.endedAt == Timestamp(milliseconds: 3))
    }
}
