import HashTreeCollections
import Piopiy
import Testing

@testable import CallBoard

@Suite("Events in any order")
struct OrderProofTests {
    @Test(
        "Shuffled, repeated and interleaved with the answers they end in the same calls",
        arguments: 1...25 as ClosedRange<UInt64>
    )
    func sameCalls(seed: UInt64) throws {
        var generated = try GeneratedCalls(seed: seed)
        let inOrder = generated.board(generated.inputs)
        expectSound(inOrder, "seed \(seed)")
        for _ in 0..<12 {
            let state = generated.board(generated.shuffled())
            expectSound(state, "seed \(seed)")
            #expect(
                state.snapshot.calls.mapValues(\.facts) == inOrder.snapshot.calls.mapValues(\.facts),
                "seed \(seed)"
            )
            #expect(
                state.snapshot.calls.mapValues(\.stage) == inOrder.snapshot.calls.mapValues(\.stage),
                "seed \(seed)"
            )
            #expect(Set(state.snapshot.order) == Set(inOrder.snapshot.order), "seed \(seed)")
            expectSame(state.snapshot.counts, inOrder.snapshot.counts, seed)
        }
    }

    @Test("Each call that is told of with its ids is one row", arguments: 1...20 as ClosedRange<UInt64>)
    func oneRow(seed: UInt64) throws {
        let generated = try GeneratedCalls(seed: seed)
        let state = generated.board(generated.inputs)
        for (ref, call) in generated.placements {
            expectSame(state.snapshot.call(CallKey(ref))?.to, call.toNumber.digits, seed)
            expectSame(state.snapshot.call(CallKey(ref))?.facts.refs, [ref], seed)
        }
    }

    @Test("A later stage is never undone", arguments: 1...40 as ClosedRange<UInt64>)
    func neverUndone(seed: UInt64) throws {
        var generated = try GeneratedCalls(seed: seed)
        for _ in 0..<10 {
            var reached: [CallRef: Int] = [:]
            _ = generated.board(generated.shuffled()) { state in
                for (ref, _) in generated.placements {
                    guard let stage = state.snapshot.call(CallKey(ref))?.stage else {
                        Issue.record("a call is gone, seed \(seed)")
                        continue
                    }
                    if stage.height < reached[ref, default: 0] { Issue.record("\(stage) came late, seed \(seed)") }
                    reached[ref] = stage.height
                }
            }
        }
    }

    @Test(
        "Asked for at any moment, a hang-up goes out once, and nothing is ever placed again",
        arguments: 1...20 as ClosedRange<UInt64>
    )
    func hangUps(seed: UInt64) throws {
        var generated = try GeneratedCalls(seed: seed)
        for _ in 0..<10 {
            var inputs = generated.shuffled()
            for (ref, _) in generated.placements + generated.placements {
                let place = Int.random(in: 0...inputs.count, using: &generated.random)
                let at = Timestamp(milliseconds: 1_725_942_880_000)
                inputs.insert((.command(.hangUp(CallKey(ref), cause: nil, reason: nil)), at), at: place)
            }
            var state = generated.board([])
            var sent: [CallKey] = []
            for (input, at) in inputs {
                for effect in state.apply(input, now: at).requests {
                    guard case .hangUp(let key, _) = effect else {
                        Issue.record("\(effect), seed \(seed)")
                        continue
                    }
                    sent.append(key)
                }
            }
            let keys = sent.map { state.snapshot.resolve($0) }
            #expect(Set(keys).count == keys.count, "seed \(seed)")
            for (ref, _) in generated.placements {
                let call = try #require(state.snapshot.call(CallKey(ref)), "seed \(seed)")
                switch call.hangUp {
                case .waiting: #expect(call.callID == nil && !call.isEnded, "seed \(seed)")
                case .sending: #expect(keys.contains(call.key), "seed \(seed)")
                case .none: #expect(call.isEnded, "seed \(seed)")
                case .failed, .accepted: Issue.record("nobody said so, seed \(seed)")
                }
            }
            expectSound(state, "seed \(seed)")
        }
    }

    @Test("Repeating everything changes nothing", arguments: 1...10 as ClosedRange<UInt64>)
    func repeated(seed: UInt64) throws {
        let generated = try GeneratedCalls(seed: seed)
        let once = generated.board(generated.inputs)
        let events = generated.inputs.filter { if case .webhook = $0.input { true } else { false } }
        let thrice = generated.board(generated.inputs + events + events)
        expectSame(thrice.snapshot.calls.mapValues(\.facts), once.snapshot.calls.mapValues(\.facts), seed)
    }
}

extension Call.Stage {
    fileprivate var height: Int {
        switch self {
        case .placing: 0
        case .unknown: 1
        case .queued: 2
        case .ringing: 3
        case .talking: 4
        case .ended: 5
        }
    }
}
