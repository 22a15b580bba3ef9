import Piopiy
import Synchronization
import TestSupport
import Testing

@testable import CallBoard

/// A platform that answers as it is told.
private final class AskedPlatform: PolledPlatform {
    private let answer = Mutex(Outcome<CallStatus>.accepted(.ended))
    private let held = Mutex<[CallRecord]>([])
    private let count = Mutex(0)

    /// How often it was asked about a call.
    var asked: Int {
        get { count.withLock { $0 } }
        set { count.withLock { $0 = newValue } }
    }

    func say(_ status: Outcome<CallStatus>) { answer.withLock { $0 = status } }
    func hold(_ records: [CallRecord]) { held.withLock { $0 = records } }

    func status(of id: CallID) async -> Outcome<CallStatus> {
        count.withLock { $0 += 1 }
        return answer.withLock { $0 }
    }
    func status(of id: RequestID) async -> Outcome<TransferStatus> {
        .accepted(TransferStatus(requestID: id, state: .completed))
    }
    func records(since: Timestamp, until: Timestamp) async -> PolledRecords? {
        PolledRecords(.accepted(held.withLock { $0 }))
    }
}

@Suite("Asking the platform")
struct CallPollerTests {
    private let time = FakeTime()
    private let platform = AskedPlatform()
    private let log = Log()

    private func withPoller(_ body: (CallBoard, CallPoller) async throws -> Void) async throws {
        let board = CallBoard(
            platform: FakePlatform(onPlace: { _ in .accepted(Acceptance(status: 200, callID: Story.callID)) }),
            journal: FakeJournal { [log] line in log.add(line.word) },
            now: { [time] in time.now },
            clock: FakeClock(.ticking)
        )
        let poller = CallPoller(
            board: board,
            platform: platform,
            hasRecords: true,
            now: { [time] in time.now },
            clock: FakeClock(.ticking)
        )
        let running = Task { await board.run() }
        defer { running.cancel() }
        try await body(board, poller)
    }

    /// Lets time go by, in steps, until the call is as it should be.
    private func poll(_ poller: CallPoller, _ board: CallBoard, rounds: Int = 40) async -> BoardSnapshot {
        for _ in 0..<rounds {
            time.advance(by: .seconds(1))
            await poller.round()
        }
        return await board.snapshot
    }

    /// Lets time go by until it is asked about a call; one that counts as ended is never asked about.
    private func pollUntilAsked(_ poller: CallPoller, _ board: CallBoard) async throws -> BoardSnapshot {
        platform.asked = 0
        for _ in 0..<1000 {
            let snapshot = await poll(poller, board, rounds: 1)
            if platform.asked > 0 { return snapshot }
        }
        throw NotAsked()
    }

    private struct NotAsked: Error {}

    @Test("A call that was only just placed and is not found yet has not ended; one that was up and is gone has")
    func gone() async throws {
        try await withPoller { board, poller in
            let ref = CallBoardTests.ref()
            board.send(.place(ref, try Story.call(), allowRepeat: false))
            _ = await board.wait { $0.call(CallKey(ref))?.callID != nil && $0.underWay == 0 }
            time.advance(by: .seconds(3))
            await poller.round()
            #expect(await board.snapshot.call(CallKey(ref))?.isEnded == false)

            let up = try JSONValue(parsing: #"{"state":"answered","to_number":"918888888888"}"#.utf8)
            platform.say(.accepted(.up(LiveCall(id: Story.callID, json: up))))
            var snapshot = await poll(poller, board)
            #expect(snapshot.call(CallKey(ref))?.stage == .talking)
            #expect(snapshot.lastPoll != nil)

            // One slip of the platform's does not take a call off the board that is up.
            platform.say(.accepted(.ended))
            snapshot = try await pollUntilAsked(poller, board)
            #expect(snapshot.call(CallKey(ref))?.stage == .talking)
            platform.say(.accepted(.up(LiveCall(id: Story.callID, json: up))))
            snapshot = try await pollUntilAsked(poller, board)
            platform.say(.accepted(.ended))
            snapshot = try await pollUntilAsked(poller, board)
            #expect(snapshot.call(CallKey(ref))?.stage == .talking)

            // What is said again soon after is so.
            snapshot = await poll(poller, board, rounds: 12)
            let call = try #require(snapshot.call(CallKey(ref)))
            #expect(call.stage == .ended(.completed))
            #expect(log.all.filter { $0 == "poll" }.count == 2)
        }
    }

    @Test("A call that nobody ever saw and that is never found has ended after some tries, and nobody says how")
    func neverThere() async throws {
        try await withPoller { board, poller in
            let ref = CallBoardTests.ref()
            board.send(.place(ref, try Story.call(), allowRepeat: false))
            _ = await board.wait { $0.call(CallKey(ref))?.callID != nil && $0.underWay == 0 }
            let snapshot = await poll(poller, board)
            let call = try #require(snapshot.call(CallKey(ref)))
            #expect(call.isEnded)
            #expect(!call.isEndKnown)
            #expect(call.ending == nil)
        }
    }

    @Test("An answer that is no answer changes nothing and is told once")
    func trouble() async throws {
        try await withPoller { board, poller in
            let ref = CallBoardTests.ref()
            board.send(.place(ref, try Story.call(), allowRepeat: false))
            _ = await board.wait { $0.call(CallKey(ref))?.callID != nil && $0.underWay == 0 }
            platform.say(.unknown(Doubt(.serverError(status: 502))))
            let snapshot = await poll(poller, board)
            #expect(snapshot.call(CallKey(ref))?.stage == .queued)
            #expect(snapshot.messages.filter { $0.text.contains("502") }.count == 1)
        }
    }

    @Test("A call without an id of which nothing is heard for hours counts as ended; one in doubt waits for a word")
    func silence() async throws {
        try await withPoller { board, poller in
            let (placed, doubtful) = (CallBoardTests.ref(1), CallBoardTests.ref(2))
            await board.follow([
                .intent(try Story.call(), ref: placed, at: time.now),
                .outcome(Story.accepted, ref: placed, at: time.now),
                .intent(try Story.call(to: "918888888889"), ref: doubtful, at: time.now),
                .outcome(Story.doubt, ref: doubtful, at: time.now),
            ])
            time.advance(by: .seconds(2 * 3600))
            await poller.round()
            #expect(await board.snapshot.call(CallKey(placed))?.stage == .queued)
            time.advance(by: .seconds(3600))
            await poller.round()
            let snapshot = await board.snapshot
            #expect(snapshot.call(CallKey(placed))?.isEnded == true)
            #expect(snapshot.call(CallKey(placed))?.isEndKnown == false)
            #expect(snapshot.call(CallKey(doubtful))?.isInDoubt == true)
            #expect(log.all == ["poll"])
        }
    }

    @Test("A record that carries our reference settles a call in doubt")
    func recordSettles() async throws {
        try await withPoller { board, poller in
            let ref = CallBoardTests.ref()
            let doubtful = JournalLine.outcome(Story.doubt, ref: ref, at: time.now)
            await board.follow([.intent(try Story.call(), ref: ref, at: time.now), doubtful])
            #expect(await board.snapshot.call(CallKey(ref))?.isInDoubt == true)
            let json = try JSONValue(
                parsing: """
                    {"call_id":"ee6a7a9b-78ea-4693-9e77-5fc085567b2f","to_number":"918888888888","caller_id":"919999999999",
                     "timestamp":1725942871456,"status":"answered","answer_sec":12,
                     "extra_params":"{\\"console_ref\\":\\"\(ref.text)\\"}"}
                    """.utf8
            )
            platform.hold([try #require(CallRecord(json: json))])
            let snapshot = await poll(poller, board)
            let call = try #require(snapshot.call(CallKey(ref)))
            #expect(call.stage == .ended(.completed))
            #expect(call.callID == Story.callID)
        }
    }

    @Test("An answer that a call is as it was counts as news of it")
    func confirmed() async throws {
        try await withPoller { board, poller in
            let ref = CallBoardTests.ref()
            board.send(.place(ref, try Story.call(), allowRepeat: false))
            _ = await board.wait { $0.call(CallKey(ref))?.callID != nil && $0.underWay == 0 }
            let up = try JSONValue(parsing: #"{"state":"answered","to_number":"918888888888"}"#.utf8)
            platform.say(.accepted(.up(LiveCall(id: Story.callID, json: up))))
            _ = await poll(poller, board)
            for _ in 0..<20 {
                time.advance(by: .seconds(40))
                await poller.round()
                #expect(await board.snapshot.call(CallKey(ref))?.silence(at: time.now) == nil)
            }
            platform.say(.unknown(Doubt(.timedOut(.seconds(10)))))
            for _ in 0..<25 {
                time.advance(by: .seconds(40))
                await poller.round()
            }
            #expect(await board.snapshot.call(CallKey(ref))?.silence(at: time.now) == .seconds(1000))
        }
    }

    @Test(
        "A record with the same number alone is a candidate, and the operator's word makes it the call",
        arguments: [("918888888888", "919999999999"), ("+91 88888 88888", "+919999999999")]
    )
    func recordIsCandidate(to: String, from: String) async throws {
        try await withPoller { board, poller in
            let ref = CallBoardTests.ref()
            let doubtful = JournalLine.outcome(Story.doubt, ref: ref, at: time.now)
            await board.follow([.intent(try Story.call(), ref: ref, at: time.now), doubtful])
            let json = try JSONValue(
                parsing: """
                    {"call_id":"ee6a7a9b-78ea-4693-9e77-5fc085567b2f","to_number":"\(to)","caller_id":"\(from)",
                     "timestamp":\(time.now.milliseconds + 400),"status":"missed"}
                    """.utf8
            )
            platform.hold([try #require(CallRecord(json: json))])
            var snapshot = await poll(poller, board)
            #expect(snapshot.call(CallKey(ref))?.isInDoubt == true)
            #expect(snapshot.candidates(for: CallKey(ref)).map(\.callID) == [Story.callID])
            board.send(.settle(CallKey(ref), .isCall(Story.callID)))
            snapshot = try #require(await board.wait { $0.call(CallKey(ref))?.isInDoubt == false })
            #expect(snapshot.call(CallKey(ref))?.stage == .ended(.noAnswer))
            #expect(snapshot.candidates(for: CallKey(ref)).isEmpty)
        }
    }

    /// Places a call whose id is told at once.
    private func place(_ number: String, on board: CallBoard) async throws {
        var random = SystemRandomNumberGenerator()
        board.send(.place(CallRef(at: time.now, using: &random), try Story.call(to: number), allowRepeat: true))
        _ = await board.wait { snapshot in
            snapshot.order.contains { snapshot.call($0)?.to == number && snapshot.call($0)?.stage == .queued }
        }
    }

    private func silenceWarnings(_ board: CallBoard) async -> Int {
        await board.snapshot.messages.count { $0.text.contains("no webhook has come since the call to") }
    }

    @Test("That no webhook comes for a call is said once, and not any more when one has come")
    func noWebhooks() async throws {
        try await withPoller { board, poller in
            await board.feed(by: .webhooks)
            platform.say(.unknown(Doubt(.timedOut(.seconds(1)))))
            try await place("918888888801", on: board)
            await poller.round()
            #expect(await silenceWarnings(board) == 0)
            time.advance(by: .seconds(30))
            for _ in 0..<3 { await poller.round() }
            #expect(await silenceWarnings(board) == 1)
            let event = PlatformEvent(kind: .live, status: .ringing, callID: CallID("x"), at: time.now)
            await board.receive(.events([event]))
            await poller.round()
            #expect(await silenceWarnings(board) == 1)
            time.advance(by: .seconds(300))
            await poller.round()
            #expect(await silenceWarnings(board) == 1)
        }
    }
}
