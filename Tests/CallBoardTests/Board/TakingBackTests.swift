import Piopiy
import TestSupport
import Testing

@testable import CallBoard

@Suite("Taking back what was said of a call in doubt")
struct TakingBackTests {
    private static let words: [Settlement] = [.wasPlaced, .wasNotPlaced, .isOver]

    @Test("The call is in doubt again, as a line of its own, and what was said counts no more", arguments: words)
    func back(settlement: Settlement) throws {
        var (story, ref) = try UnknownCallTests.story()
        #expect(story.call(ref)?.word == nil)
        story.send(.command(.settle(CallKey(ref), settlement)))
        #expect(story.stage(ref) != .unknown)
        #expect(story.call(ref)?.word?.settlement == settlement)
        #expect(story.call(ref)?.word?.at == story.now)
        let effects = story.send(.command(.settle(CallKey(ref), .takenBack)))
        guard case .write(let line)? = effects.first else {
            Issue.record("the audit has nothing of it")
            return
        }
        #expect(effects.count == 1 && line.kind == .settlement && line.ref == ref)
        #expect(String(decoding: line.body, as: UTF8.self) == #"{"settled":"taken_back"}"#)
        #expect(story.stage(ref) == .unknown)
        #expect(story.rows.count == 1 && story.state.snapshot.counts.unknown == 1)
        #expect(story.lastMessage?.text.contains("was taken back") == true)
        #expect(story.call(ref)?.word == nil)
        expectSound(story.state)
        // Taken back twice changes nothing; said again it counts again.
        #expect(story.send(.command(.settle(CallKey(ref), .takenBack))).isEmpty)
        story.send(.command(.settle(CallKey(ref), settlement)))
        #expect(story.call(ref)?.word?.settlement == settlement)
    }

    @Test("A call that had left the rows is a row again")
    func retired() throws {
        var (story, ref) = try UnknownCallTests.story()
        story.send(.command(.settle(CallKey(ref), .wasNotPlaced)))
        story.wait(.seconds(40))
        #expect(story.rows.isEmpty)
        story.send(.command(.settle(CallKey(ref), .takenBack)))
        #expect(story.rows.map(\.stage) == [.unknown])
        expectSound(story.state)
    }

    @Test("Where the clock was set back since, it is taken back all the same")
    func clockSetBack() throws {
        var (story, ref) = try UnknownCallTests.story()
        story.send(.command(.settle(CallKey(ref), .isOver)))
        story.now = story.now + .seconds(-3600)
        story.send(.command(.settle(CallKey(ref), .takenBack)))
        #expect(story.stage(ref) == .unknown)
    }

    @Test("Not after a call was placed to the number, and not of a call that the platform has told of")
    func refused() throws {
        var (story, ref) = try UnknownCallTests.story()
        story.send(.command(.settle(CallKey(ref), .wasNotPlaced)))
        let other = try story.place(allowRepeat: true)
        #expect(story.send(.command(.settle(CallKey(ref), .takenBack))).isEmpty)
        #expect(story.stage(ref) == .ended(.failed))
        #expect(story.lastMessage?.text.contains("was called again since") == true)
        #expect(story.stage(other) == .placing)

        (story, ref) = try UnknownCallTests.story()
        story.send(.command(.settle(CallKey(ref), .isOver)))
        story.send(story.event(.noAnswer, kind: .cdr, ref: ref))
        #expect(story.call(ref)?.word == nil)
        #expect(story.send(.command(.settle(CallKey(ref), .takenBack))).isEmpty)
        #expect(story.stage(ref) == .ended(.noAnswer))
    }

    @Test("Nothing can be taken back of a call that was seen, that was accepted after all, or whose id is known")
    func known() throws {
        var (story, ref) = try UnknownCallTests.story()
        story.send(.command(.settle(CallKey(ref), .wasPlaced)))
        #expect(story.call(ref)?.word != nil)
        let said = story
        story.send(story.event(.ringing, call: nil, ref: ref))
        #expect(story.call(ref)?.callID == nil && story.call(ref)?.word == nil)
        story = said
        story.send(.lines([.outcome(Story.accepted, ref: ref, at: story.now)]))
        #expect(story.call(ref)?.word == nil)

        (story, ref) = try UnknownCallTests.story()
        story.send(.command(.settle(CallKey(ref), .isCall(Story.callID))))
        #expect(story.call(ref)?.callID == Story.callID && story.call(ref)?.word == nil)
    }

    @Test("A call that was accepted and said to be over is up again")
    func accepted() throws {
        var story = Story()
        let ref = try story.place()
        story.send(.outcome(ref, Story.accepted))
        story.send(.command(.settle(CallKey(ref), .isOver)))
        #expect(story.call(ref)?.isEnded == true)
        story.send(.command(.settle(CallKey(ref), .takenBack)))
        #expect(story.stage(ref) == .queued)
    }

    @Test(
        "Words and takings back give the same call in any order, however often",
        arguments: 1...20 as ClosedRange<UInt64>
    )
    func anyOrder(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let ref = CallRef(at: Timestamp(milliseconds: 1), using: &random)
        let start: Int64 = 1_725_942_870_000
        var lines: [JournalLine] = [
            .intent(try Story.call(), ref: ref, at: Timestamp(milliseconds: start)),
            .outcome(Story.doubt, ref: ref, at: Timestamp(milliseconds: start + 1)),
        ]
        var last: Settlement?
        for step in 0..<Int.random(in: 1...6, using: &random) {
            let next: Settlement = random.pick(Self.words + [.takenBack])
            let at = Timestamp(milliseconds: start + 1000 + Int64(step) * 10)
            lines.append(.settlement(next, of: ref, at: at))
            last = next
        }
        func call(_ lines: [JournalLine]) -> Call? {
            var ledger = CallLedger()
            for line in lines { ledger.add(line, operator: "anna@desk") }
            return ledger.rows().first?.call
        }
        let inOrder = try #require(call(lines))
        if last == .takenBack { #expect(inOrder.stage == .unknown) } else { #expect(inOrder.stage != .unknown) }
        for _ in 0..<10 {
            var shuffled = lines + lines.filter { _ in random.chance(0.5) }
            shuffled.shuffle(using: &random)
            let other = try #require(call(shuffled))
            #expect(other.facts == inOrder.facts && other.stage == inOrder.stage && other.word == inOrder.word)
        }
    }

    @Test("Words of a version that wrote no moment beside them count, until they are taken back")
    func older() throws {
        var random = SplitMix64(seed: 3)
        let at = Timestamp(milliseconds: 1_725_942_870_000)
        let ref = CallRef(at: at, using: &random)
        var facts = CallFacts(.wasNotPlaced, ref: ref, at: at)
        facts.join(CallFacts(outcome: Story.doubt, ref: ref, at: at))
        facts.saidNotPlaced = Newest()
        #expect(facts.isDisowned)
        facts.join(CallFacts(.takenBack, ref: ref, at: at))
        #expect(!facts.isDisowned)
    }
}

@Suite("A call that may still be up, whatever was said of it")
struct MayStillBeUpTests {
    private func call(_ options: CallOptions?) throws -> AICall {
        try AICall(
            callerID: "919999999999",
            toNumber: "918888888888",
            agentID: "bdd32bcb-767c-40a5-be4a-5f45eeb348a6",
            options: options
        )
    }

    @Test(
        "It speaks against ringing the number for as long as it can last: ring timeout, duration and a minute",
        arguments: [
            (CallOptions(maxDuration: 300, ringTimeout: 30), 390), (CallOptions(maxDuration: 300), 480),
            (nil, 7380),
        ] as [(CallOptions?, Int)]
    )
    func bound(options: CallOptions?, seconds: Int) throws {
        for settlement in [Settlement.wasNotPlaced, .isOver] {
            var story = Story()
            let ref = story.newRef()
            let call = try call(options)
            story.send(.command(.place(ref, call, allowRepeat: false)))
            let placed = story.now
            story.send(.recorded(ref, failure: nil))
            story.send(.outcome(ref, Story.doubt))
            story.send(.command(.settle(CallKey(ref), settlement)))
            story.wait(.seconds(100))
            for (age, isFree) in [(seconds - 1, false), (seconds + 1, true)] {
                story.now = placed + .seconds(age - 1)
                let effects = story.send(.command(.place(story.newRef(), call, allowRepeat: false)))
                #expect(effects.isEmpty == !isFree, "\(settlement) after \(age)")
                if !isFree { #expect(story.lastMessage?.text.contains("may still be up") == true) }
            }
        }
    }

    @Test("A call that was seen, or that a failed transfer has ended, is over once it is: the number is free")
    func seen() throws {
        func isFree(_ story: inout Story) throws -> Bool {
            story.wait(.seconds(100))
            return story.send(.command(.place(story.newRef(), try Story.call(), allowRepeat: false))).count == 1
        }
        var (story, ref) = try UnknownCallTests.story()
        story.send(story.event(.ringing, ref: ref))
        story.send(.lines([.callStatus(.ended, of: Story.callID, at: story.now)]))
        #expect(story.call(ref)?.isEnded == true)
        #expect(try isFree(&story))

        story = Story()
        ref = try story.place()
        story.send(.outcome(ref, .accepted(Acceptance(status: 200, callID: Story.callID))))
        let status = TransferStatus(requestID: RequestID("T1"), state: .failed, reason: "busy_and_call_ended")
        story.send(.lines([.transferStatus(status, of: Story.callID, at: story.now)]))
        #expect(story.call(ref)?.isEnded == true)
        #expect(try isFree(&story))
    }

    @Test("Once the platform has told how it ended, or that it was refused, the number is free after a minute")
    func known() throws {
        var (story, ref) = try UnknownCallTests.story()
        story.send(.command(.settle(CallKey(ref), .wasNotPlaced)))
        story.send(story.event(.busy, kind: .cdr, ref: ref))
        story.wait(.seconds(100))
        #expect(story.send(.command(.place(story.newRef(), try Story.call(), allowRepeat: false))).count == 1)
    }
}
