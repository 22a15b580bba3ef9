import Piopiy
import TestSupport
import Testing

@testable import CallBoard

@Suite("The board at work", .timeLimit(.minutes(5)))
struct CallBoardTests {
    static func ref(_ seed: UInt64 = 1) -> CallRef {
        var random = SplitMix64(seed: seed)
        return CallRef(at: Timestamp(milliseconds: 1_725_942_870_000), using: &random)
    }

    @Test("The intent is in the journal before the request leaves, and its outcome after")
    func journalFirst() async throws {
        let log = Log()
        let board = CallBoard(
            platform: FakePlatform(
                onPlace: { call in
                    log.add("place \(call.variables?[CallRef.variableName] == .text(Self.ref().text))")
                    return Story.accepted
                },
                onHangUp: { hangUp in
                    log.add("hang up \(hangUp.callID == Story.callID)")
                    return Story.hungUp
                }
            ),
            journal: FakeJournal { entry in
                log.add(entry.word)
                if entry.kind == .intent {
                    // What would be found after a crash is what is sent, our reference included.
                    let sent = try JSONValue(parsing: entry.body)["body"]?["variables"]
                    #expect(sent?[CallRef.variableName]?.string == entry.ref?.text)
                }
            },
            clock: FakeClock(.ticking)
        )
        let running = Task { await board.run() }
        board.send(.place(Self.ref(), try Story.call(), allowRepeat: false))
        board.send(.hangUp(CallKey(Self.ref()), cause: nil, reason: nil))
        #expect(await board.wait { $0.counts.queued == 1 && $0.underWay == 0 && $0.waitingHangUps == 1 } != nil)
        await board.receive(.events([Story().event(.ringing, request: Story.requestID)]))
        #expect(await board.wait { $0.call(CallKey(Self.ref()))?.hangUp == .accepted } != nil)
        #expect(
            log.all.filter { $0 != "hangup_waiting" } == [
                "intent", "place true", "outcome accepted", "hangUp", "hang up true", "hangUpOutcome accepted",
            ]
        )
        running.cancel()
        await running.value
    }

    @Test("Who placed a call is known at once, of one's own calls and of others'")
    func operators() async throws {
        let board = CallBoard(platform: FakePlatform(), operator: "one@desk pts/1", clock: FakeClock(.ticking))
        let running = Task { await board.run() }
        board.send(.place(Self.ref(1), try Story.call(), allowRepeat: false))
        let others = RecordedLine(
            position: 1,
            line: .intent(try Story.call(to: "918888888889"), ref: Self.ref(2), at: .now),
            origin: JournalOrigin(id: 2, account: "a", operator: "two@desk pts/2")
        )
        await board.follow([others])
        #expect(await board.wait { $0.call(CallKey(Self.ref(1)))?.operator == "one@desk pts/1" } != nil)
        #expect(await board.snapshot.call(CallKey(Self.ref(2)))?.operator == "two@desk pts/2")
        running.cancel()
        await running.value
    }

    @Test("Without a word in the journal nothing is sent")
    func journalFails() async throws {
        struct Full: Error, CustomStringConvertible { let description = "the disk is full" }
        let log = Log()
        let board = CallBoard(
            platform: FakePlatform(onPlace: { _ in
                log.add("place")
                return Story.accepted
            }),
            journal: FakeJournal { _ in throw Full() },
            clock: FakeClock(.ticking)
        )
        let running = Task { await board.run() }
        board.send(.place(Self.ref(), try Story.call(), allowRepeat: false))
        let snapshot = await board.wait { $0.counts.ended == 1 }
        #expect(snapshot?.messages.last?.text.contains("the disk is full") == true)
        running.cancel()
        await running.value
        #expect(log.all.isEmpty)
    }

    @Test("A journal that hangs holds up no hang-up, and what came of it is written after what was asked")
    func journalHangs() async throws {
        let (log, gate) = (Log(), Gate())
        let board = CallBoard(
            platform: FakePlatform(onHangUp: { _ in
                log.add("hang up")
                return Story.hungUp
            }),
            journal: FakeJournal { entry in
                if entry.kind == .hangUp { await gate.wait() }
                log.add(entry.word)
            },
            patience: .zero,
            clock: FakeClock(.ticking)
        )
        let running = Task { await board.run() }
        await board.receive(.events([Story().event(.answered)]))
        let key = try #require(await board.snapshot.order.first)
        board.send(.hangUp(key, cause: nil, reason: nil))
        while log.all.isEmpty { await Task.yield() }
        #expect(log.all == ["hang up"])
        gate.open()
        #expect(await board.wait { $0.call(key)?.hangUp == .accepted } != nil)
        #expect(log.all == ["hang up", "hangUp", "hangUpOutcome accepted"])
        running.cancel()
        await running.value
    }

    @Test("An outcome that cannot be written is told, and holds")
    func outcomeNotWritten() async throws {
        struct Full: Error {}
        let board = CallBoard(
            platform: FakePlatform(),
            journal: FakeJournal { entry in if entry.kind == .outcome { throw Full() } },
            clock: FakeClock(.ticking)
        )
        let running = Task { await board.run() }
        board.send(.place(Self.ref(), try Story.call(), allowRepeat: false))
        let snapshot = await board.wait { $0.counts.queued == 1 && $0.underWay == 0 }
        #expect(snapshot?.messages.contains { $0.level == .error && $0.text.contains("journal") } == true)
        running.cancel()
        await running.value
    }

    @Test("Calls go untagged when that is wanted")
    func untagged() async throws {
        let log = Log()
        let board = CallBoard(
            platform: FakePlatform(onPlace: { call in
                log.add("\(call.variables == nil)")
                return Story.accepted
            }),
            tagsCalls: false,
            clock: FakeClock(.ticking)
        )
        let running = Task { await board.run() }
        board.send(.place(Self.ref(), try Story.call(), allowRepeat: false))
        #expect(await board.wait { $0.counts.queued == 1 } != nil)
        #expect(log.all == ["true"])
        running.cancel()
        await running.value
    }

    @Test("Commands are done in the order of asking")
    func order() async throws {
        let board = CallBoard(platform: FakePlatform(), clock: FakeClock(.ticking))
        let refs = (1...200).map { Self.ref($0) }
        for (index, ref) in refs.enumerated() {
            board.send(.place(ref, try Story.call(to: "9188888\(10_000 + index)"), allowRepeat: false))
        }
        let running = Task { await board.run() }
        let snapshot = await board.wait { $0.order.count == 200 && $0.underWay == 0 }
        #expect(snapshot?.order == refs.map { CallKey($0) })
        running.cancel()
        await running.value
    }

    @Test("A reader that is slow gets the newest snapshot, and nothing has queued up behind it")
    func slowReader() async {
        let board = CallBoard(platform: FakePlatform(), clock: FakeClock(.ticking))
        var slow = await board.snapshots().makeAsyncIterator()
        var quick = await board.snapshots().makeAsyncIterator()
        #expect(await quick.next()?.revision == 0)
        for count in 1...500 {
            await board.note(.info, "\(count)")
            #expect(await quick.next()?.revision == count)
        }
        #expect(await slow.next()?.revision == 500)
        await board.note(.info, "last")
        let next = await slow.next()
        #expect(next?.revision == 501)
        #expect(next?.messages.last?.text == "last")
    }

    @Test("A call that has ended leaves when its seconds are over, without any input")
    func housekeeping() async {
        let clock = FakeClock(.ticking)
        let time = FakeTime()
        let board = CallBoard(platform: FakePlatform(), now: { time.now }, clock: clock)
        let running = Task { await board.run() }
        await board.receive(.events([Story().event(.ended)]))
        #expect(await board.snapshot.order.count == 1)
        time.advance(by: .seconds(30))
        clock.tick()
        #expect(await board.wait { $0.order.isEmpty } != nil)
        running.cancel()
        await running.value
    }
}
