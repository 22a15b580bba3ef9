import HashTreeCollections
import Piopiy
import TestSupport
import Testing

@testable import CallBoard

/// Inputs that contradict each other: few ids, so that any event may name any call's.
@Suite("Whatever comes, the board stays sound")
struct AnythingTests {
    /// What was to be done and has not been answered.
    private enum Open {
        case record(CallRef)
        case send(CallRef)
        case hangUp(CallKey)
        case keep(CallKey, Timestamp)
        case transfer(CallKey, CallTransferRequest)
    }

    @Test(
        "No row is lost or counted twice, nothing is sent twice, and every request is accounted for",
        arguments: 1...20 as ClosedRange<UInt64>,
        [3, 1000]
    )
    func anything(seed: UInt64, retiredLimit: Int) throws {
        var random = SplitMix64(seed: seed)
        var story = Story(endedStay: .seconds(5), retiredLimit: retiredLimit)
        var refs = (0..<4).map { _ in story.newRef() }
        var open: [Open] = []
        var recorded: [CallRef] = []
        var sent: [CallRef] = []
        /// Calls in doubt that were placed again.
        var again: [CallRef] = []

        for _ in 0..<400 {
            // A ref places one call: when that is forgotten, another is made.
            for index in refs.indices where recorded.contains(refs[index]) && story.call(refs[index]) == nil {
                refs[index] = story.newRef()
            }
            let input = try Self.input(refs, &open, story, using: &random)
            let effects = story.send(input)
            // What is held back has its outcome all the same.
            if case .recorded(let ref, failure: nil) = input, effects.isEmpty { open.append(.send(ref)) }
            for effect in effects {
                switch effect {
                case .record(let ref, _, let beside, _):
                    recorded.append(ref)
                    open.append(.record(ref))
                    if let first = beside?.ref { again.append(first) }
                case .send(let ref, _):
                    sent.append(ref)
                    open.append(.send(ref))
                case .hangUp(let key, let hangUp):
                    #expect(UUIDText.problem(with: hangUp.callID.text) == nil, "seed \(seed)")
                    open.append(.hangUp(key))
                case .keepHangUp(let key, let line):
                    #expect(line.kind == .hangUpWaiting, "seed \(seed)")
                    open.append(.keep(key, line.at))
                case .transfer(let key, let transfer): open.append(.transfer(key, transfer))
                case .write(let line):
                    let isWord = [.settlement, .outcome, .hangUpWaiting].contains(line.kind)
                    #expect(isWord, "\(line.kind) was not asked for, seed \(seed)")
                }
            }
            expectSound(story.state, "seed \(seed)")
            let requests = open.count { if case .keep = $0 { false } else { true } }
            #expect(story.state.snapshot.underWay == requests, "seed \(seed)")
            let waiting = Set(story.state.waiting.map { story.state.snapshot.resolve($0) })
            #expect(
                story.state.snapshot.calls.values.allSatisfy { call in
                    guard case .waiting = call.hangUp, call.callID == nil else { return true }
                    return waiting.contains(call.key)
                },
                "a hang-up waits for ever, seed \(seed)"
            )
            for key in story.state.snapshot.aliases.keys {
                #expect(story.state.snapshot.call(key) != nil, "seed \(seed)")
            }
        }
        #expect(Set(sent).count == sent.count, "seed \(seed)")
        #expect(Set(sent).isSubset(of: recorded), "seed \(seed)")
        // One in doubt is placed again once; to be asked for anew it would have to be in doubt again.
        #expect(story.state.again.count <= 1 || Set(story.state.again.values).count == story.state.again.count)
        #expect(again.allSatisfy { recorded.contains($0) || story.call($0) == nil }, "seed \(seed)")
    }

    private static let numbers = [
        "918888888881", "+91 88888-88881", "918888888882", "0091 8888888883", "918888888803", "alice", "1001",
    ]

    private static func input(
        _ refs: [CallRef],
        _ open: inout [Open],
        _ story: Story,
        using random: inout SplitMix64
    ) throws -> BoardInput {
        switch Int.random(in: 0..<15, using: &random) {
        case 13: return .command(.takeBackHangUp(random.pick(refs.map { CallKey($0) })))
        case 14:
            return .adopted([
                AdoptedHangUp(
                    ref: random.pick(refs),
                    requestID: nil,
                    cause: nil,
                    reason: nil,
                    age: .seconds(5),
                    at: story.now,
                    fate: random.pick([.sent, .interrupted, .expired])
                )
            ])
        case 10:
            let said: Settlement = random.pick([
                .isCall(Story.callID), .isCall(CallID("odd")), .wasPlaced, .wasNotPlaced, .isOver, .takenBack,
            ])
            return .command(.settle(random.pick(refs.map { CallKey($0) }), said))
        case 11: return .command(.placeAgain(CallKey(random.pick(refs)), as: random.pick(refs)))
        case 12:
            let key = random.pick(story.state.snapshot.order + [CallKey(refs[0])])
            let target = WarmTransfer.Target.number(try PhoneNumber(validating: "918888888803"))
            let id = story.state.snapshot.call(key)?.callID ?? Story.callID
            guard let warm = try? WarmTransfer(callID: id, target: target) else { return .tick }
            return .command(.transfer(key, .warm(warm)))
        case 0:
            let call = try Story.call(to: random.pick(["918888888881", "918888888882"]))
            return .command(.place(random.pick(refs), call, allowRepeat: random.chance(0.5)))
        case 1:
            let keys = story.state.snapshot.order + refs.map { CallKey($0) }
            return .command(.hangUp(random.pick(keys), cause: random.pick([nil, "", "USER_BUSY"]), reason: nil))
        case 2: return .tick
        case 3, 4:
            guard !open.isEmpty else { return .tick }
            return answer(open.remove(at: Int.random(in: 0..<open.count, using: &random)), using: &random)
        default:
            var event = CallFactsTests.event(using: &random)
            // Numbers too, in several forms, as whatever the event tells them.
            if random.chance(0.5) { event.to = random.pick(numbers) }
            if random.chance(0.5) { event.from = random.pick(numbers) }
            event.callID = random.pick([
                nil, Story.callID, CallID("1edceb4c-4e2c-402d-81b4-1c2f6fca442d"), CallID("odd"),
            ])
            event.requestID = random.pick([nil, Story.requestID, RequestID("R1"), RequestID("R2")])
            if random.chance(0.3) { event.variables = [CallRef.variableName: .string(random.pick(refs).text)] }
            return .webhook(.events([event]))
        }
    }

    private static func answer(_ request: Open, using random: inout SplitMix64) -> BoardInput {
        switch request {
        case .record(let ref):
            return .recorded(ref, failure: random.chance(0.2) ? "full" : nil)
        case .send(let ref):
            return .outcome(
                ref,
                random.pick([
                    Story.accepted, Story.doubt, .accepted(Acceptance(status: 200, callID: Story.callID)),
                    .refused(Refusal(status: 403, code: nil, message: "no")),
                    .notSent(NotSent(reason: .rateLimited, attempts: 4)),
                ])
            )
        case .hangUp(let key):
            return .hangUpOutcome(
                key,
                random.pick([
                    Story.hungUp, .accepted(ActionReceipt(status: 404, alreadyEnded: true)),
                    .unknown(Doubt(.cancelled)),
                    .refused(Refusal(status: 403, code: nil, message: "no")),
                ])
            )
        case .keep(let key, let at):
            return .hangUpKept(key, at: at, failure: random.chance(0.2) ? "full" : nil)
        case .transfer(let key, let transfer):
            return .transferOutcome(
                key,
                transfer,
                random.pick([
                    .accepted(TransferReceipt(status: 200, requestID: RequestID("T1"))),
                    .accepted(TransferReceipt(status: 409, requestID: RequestID("T2"), joined: true)),
                    .unknown(Doubt(.cancelled)),
                ])
            )
        }
    }
}
