import Piopiy
import TestSupport
import Testing

@testable import CallBoard

@Suite("Stopping the board", .timeLimit(.minutes(5)))
struct StoppingTests {
    @Test("A request under way is given up, with its true outcome on the board and in the journal")
    func underWay() async throws {
        let log = Log()
        let board = CallBoard(
            platform: FakePlatform(onPlace: { _ in
                log.add("place")
                await Gate().wait()
                return .unknown(Doubt(.cancelled))
            }),
            journal: FakeJournal { log.add($0.word) },
            clock: FakeClock(.ticking)
        )
        let running = Task { await board.run() }
        board.send(.place(CallBoardTests.ref(), try Story.call(), allowRepeat: false))
        #expect(await board.wait { _ in log.all.contains("place") } != nil)
        running.cancel()
        await running.value
        #expect(await board.snapshot.call(CallKey(CallBoardTests.ref()))?.stage == .unknown)
        #expect(await board.snapshot.underWay == 0)
        #expect(log.all == ["intent", "place", "outcome unknown"])
    }

    @Test("A hang-up under way is given up, and shown as failed")
    func hangUpUnderWay() async throws {
        let log = Log()
        let board = CallBoard(
            platform: FakePlatform(onHangUp: { _ in
                log.add("hang up")
                await Gate().wait()
                return .unknown(Doubt(.cancelled))
            }),
            journal: FakeJournal { log.add($0.word) },
            clock: FakeClock(.ticking)
        )
        let running = Task { await board.run() }
        await board.receive(.events([Story().event(.answered)]))
        let key = try #require(await board.snapshot.order.first)
        board.send(.hangUp(key, cause: nil, reason: nil))
        #expect(await board.wait { $0.call(key)?.hangUp == .sending } != nil)
        running.cancel()
        await running.value
        #expect(await board.snapshot.call(key)?.hangUp == .failed)
        #expect(log.all.last?.hasPrefix("hangUpOutcome") == true)
    }

    @Test("A placement whose intent is just being written is not sent any more, and the journal says so")
    func whileRecording() async throws {
        let log = Log()
        let (began, written) = (Gate(), Gate())
        let board = CallBoard(
            platform: FakePlatform(onPlace: { _ in
                log.add("place")
                return Story.accepted
            }),
            journal: FakeJournal { entry in
                log.add(entry.word)
                if entry.kind == .intent {
                    began.open()
                    await written.wait()
                }
            },
            clock: FakeClock(.ticking)
        )
        let running = Task { await board.run() }
        board.send(.place(CallBoardTests.ref(), try Story.call(), allowRepeat: false))
        await began.wait()
        running.cancel()
        written.open()
        await running.value
        #expect(log.all == ["intent", "outcome notSent"])
        #expect(await board.snapshot.call(CallKey(CallBoardTests.ref()))?.stage == .ended(.failed))
        #expect(await board.snapshot.underWay == 0)
    }

    @Test("What was asked for and not begun is neither written nor sent")
    func notBegun() async throws {
        let log = Log()
        let board = CallBoard(
            platform: FakePlatform(onPlace: { _ in
                log.add("place")
                return Story.accepted
            }),
            journal: FakeJournal { log.add($0.word) },
            clock: FakeClock(.ticking)
        )
        board.send(.place(CallBoardTests.ref(), try Story.call(), allowRepeat: false))
        let running = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            await board.run()
        }
        await running.value
        #expect(!log.all.contains("intent"))
        #expect(!log.all.contains("place"))
        #expect(await board.snapshot.underWay == 0)
    }

    @Test("A hang-up whose id comes when the board has stopped is not left as if it were on its way")
    func afterwards() async throws {
        let log = Log()
        let board = CallBoard(
            platform: FakePlatform(onHangUp: { _ in
                log.add("hang up")
                return Story.hungUp
            }),
            clock: FakeClock(.ticking)
        )
        let running = Task { await board.run() }
        let key = CallKey(CallBoardTests.ref())
        board.send(.place(CallBoardTests.ref(), try Story.call(), allowRepeat: false))
        board.send(.hangUp(key, cause: nil, reason: nil))
        #expect(await board.wait { $0.waitingHangUps == 1 && $0.underWay == 0 } != nil)
        running.cancel()
        await running.value
        await board.receive(.events([Story().event(.ringing, ref: CallBoardTests.ref())]))
        #expect(await board.snapshot.call(key)?.hangUp == .failed)
        #expect(await board.snapshot.call(key)?.stage == .ringing)
        #expect(log.all.isEmpty)
    }
}
