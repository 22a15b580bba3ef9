import Piopiy
import Synchronization
import TestSupport
import Testing

@testable import CallBoard

/// A platform that knows calls by look-up alone.
private final class LookedUpPlatform: PolledPlatform {
    private struct State {
        var legs: Outcome<[LegRecord]> = .accepted([])
        var callsUp: Outcome<Int> = .accepted(1)
        var lookups: [CallLookup] = []
        var counts = 0
    }

    private let state = Mutex(State())

    var lookups: [CallLookup] { state.withLock(\.lookups) }
    var counts: Int { state.withLock(\.counts) }
    func say(_ legs: Outcome<[LegRecord]>) { state.withLock { $0.legs = legs } }
    func say(callsUp: Outcome<Int>) { state.withLock { $0.callsUp = callsUp } }

    func status(of id: CallID) async -> Outcome<CallStatus> { .accepted(.ended) }
    func status(of id: RequestID) async -> Outcome<TransferStatus> {
        .accepted(TransferStatus(requestID: id, state: .completed))
    }
    func records(since: Timestamp, until: Timestamp) async -> PolledRecords? { nil }
    func legs(of lookup: CallLookup) async -> Outcome<[LegRecord]>? {
        state.withLock { state in
            state.lookups.append(lookup)
            return state.legs
        }
    }
    func callsUp() async -> Outcome<Int>? {
        state.withLock { state in
            state.counts += 1
            return state.callsUp
        }
    }
}

@Suite("Looking calls up")
struct LookupTests {
    private let time = FakeTime()
    private let platform = LookedUpPlatform()
    private let log = Log()
    private let ref: CallRef = {
        var random = SplitMix64(seed: 4711)
        return CallRef(at: Timestamp(milliseconds: 1_725_942_870_000), using: &random)
    }()

    private static func leg(_ leg: String, _ status: String, duration: Int = 0) throws -> LegRecord {
        let json: JSONValue = [
            "leg": .string(leg), "status": .string(status), "time": 1_725_942_871_000, "from": 919_999_999_999,
            "to": leg == "a" ? 918_888_888_888 : "bdd32bcb", "duration": .integer(duration), "direction": "outbound",
        ]
        return try #require(LegRecord(json: json))
    }

    /// - Parameter answer: what the placement is answered with.
    private func withPoller(
        _ answer: Outcome<Acceptance> = .accepted(Acceptance(status: 200, requestID: RequestID("R-1"))),
        _ body: (CallBoard, CallPoller) async throws -> Void
    ) async throws {
        let board = CallBoard(
            platform: FakePlatform(onPlace: { _ in answer }),
            journal: FakeJournal { [log] line in log.add(line.word) },
            now: { [time] in time.now },
            clock: FakeClock(.ticking)
        )
        let poller = CallPoller(
            board: board,
            platform: platform,
            hasRecords: false,
            hasLookups: true,
            now: { [time] in time.now },
            clock: FakeClock(.ticking)
        )
        let running = Task { await board.run() }
        defer { running.cancel() }
        board.send(.place(ref, try Story.call(), allowRepeat: false))
        let isDecided = await board.wait { [ref] in $0.call(CallKey(ref)).map { $0.stage != .placing } ?? false }
        try #require(isDecided != nil)
        try await body(board, poller)
    }

    private func poll(_ poller: CallPoller, _ board: CallBoard, seconds: Int) async -> BoardSnapshot {
        for _ in 0..<seconds {
            time.advance(by: .seconds(1))
            await poller.round()
        }
        return await board.snapshot
    }

    private func call(_ snapshot: BoardSnapshot) throws -> Call { try #require(snapshot.call(CallKey(ref))) }

    @Test("An accepted call of which nothing is heard ends by the record of its request, as that says, once")
    func accepted() async throws {
        try await withPoller { board, poller in
            let before = try call(await poll(poller, board, seconds: 15))
            #expect(before.stage == .queued)
            #expect(platform.lookups.first == .request(RequestID("R-1")))
            platform.say(.accepted([try Self.leg("a", "answered", duration: 42), try Self.leg("b", "answered")]))
            let after = try call(await poll(poller, board, seconds: 60))
            #expect(after.stage == .ended(.completed))
            #expect(after.duration(at: time.now) == .seconds(42))
            #expect(after.to == "918888888888")
            let count = platform.lookups.count
            _ = await poll(poller, board, seconds: 300)
            #expect(platform.lookups.count == count)
            #expect(log.all.filter { $0 == "record" }.count == 2)
        }
    }

    @Test(
        "A leg's record tells how it ended",
        arguments: [("missed", Call.End.noAnswer), ("busy", .busy), ("failed", .failed)]
    )
    func ends(status: String, end: Call.End) async throws {
        platform.say(.accepted([try Self.leg("a", status)]))
        try await withPoller { board, poller in
            let after = try call(await poll(poller, board, seconds: 15))
            #expect(after.stage == .ended(end))
        }
    }

    @Test("That there is no record settles nothing, and is asked about less and less often")
    func noRecord() async throws {
        try await withPoller { board, poller in
            let after = try call(await poll(poller, board, seconds: 3600))
            #expect(after.stage == .queued)
            #expect((10...45).contains(platform.lookups.count), "\(platform.lookups.count)")
            #expect(platform.counts == 1)
        }
    }

    @Test("A call in doubt whose request id is known is settled by its record, and never by there being none")
    func doubt() async throws {
        try await withPoller(.unknown(Doubt(.timedOut(.seconds(10))))) { board, poller in
            _ = await poll(poller, board, seconds: 60)
            // Nobody knows an id to ask by.
            #expect(platform.lookups.isEmpty)
            let doubtful = try call(await board.snapshot)
            #expect(doubtful.isInDoubt)
        }
        var story = Story()
        let ref = try story.place()
        story.send(.outcome(ref, .unknown(Doubt(.timedOut(.seconds(10))))))
        let line = JournalLine.record(try Self.leg("a", "missed"), by: .request(RequestID("R-2")), at: story.now)
        var facts = CallFacts()
        facts.refs = [ref]
        facts.requestIDs = [RequestID("R-2")]
        let known = JournalLine(.poll, at: story.now, facts: facts)
        story.send(.lines([known]))
        var plan = PollPlan(hasRecords: false, hasLookups: true)
        story.now = story.now + .seconds(20)
        let questions = plan.next(story.state.snapshot, now: story.now)
        #expect(questions.contains(.legs(CallKey(ref), .request(RequestID("R-2")))))
        story.send(.lines([line]))
        let settled = try #require(story.state.snapshot.call(CallKey(ref)))
        #expect(settled.stage == .ended(.noAnswer))
    }

    @Test("A call that is gone, and nobody said how, is looked up by its id, a few times")
    func gone() async throws {
        let answer = Outcome.accepted(Acceptance(status: 200, callID: Story.callID))
        try await withPoller(answer) { board, poller in
            _ = await poll(poller, board, seconds: 120)
            let gone = try call(await board.snapshot)
            #expect(gone.isEnded && gone.ending == nil)
            #expect(platform.lookups.first == .call(Story.callID))
            _ = await poll(poller, board, seconds: 900)
            #expect((2...6).contains(platform.lookups.count), "\(platform.lookups.count)")
        }
        platform.say(.accepted([try Self.leg("a", "busy")]))
        try await withPoller(answer) { board, poller in
            let known = try call(await poll(poller, board, seconds: 120))
            #expect(known.ending == "busy")
        }
    }

    @Test("A wrong secret is told once, and nothing is looked up any more")
    func wrongSecret() async throws {
        platform.say(callsUp: .refused(Refusal(status: 200, code: AppCredential.refusalCode, message: "no")))
        try await withPoller { board, poller in
            let snapshot = await poll(poller, board, seconds: 3600)
            #expect(platform.lookups.count == 1)
            #expect(platform.counts == 1)
            #expect(snapshot.messages.filter { $0.text.hasPrefix("calls cannot be looked up: ") }.count == 1)
            let waiting = try call(snapshot)
            #expect(waiting.stage == .queued)
        }
    }

    @Test("A failure is told once, harms nothing, and is over with the next answer")
    func failure() async throws {
        platform.say(.unknown(Doubt(.timedOut(.seconds(10)))))
        try await withPoller { board, poller in
            let during = await poll(poller, board, seconds: 600)
            #expect(during.messages.filter { $0.text.contains("asking the platform for lookups") }.count == 1)
            #expect(try call(during).stage == .queued)
            platform.say(.accepted([try Self.leg("a", "missed")]))
            let after = await poll(poller, board, seconds: 130)
            #expect(try call(after).stage == .ended(.noAnswer))
        }
    }

    @Test("Many calls of which nothing is heard share the rate of all questions")
    func rate() throws {
        var story = Story()
        var plan = PollPlan(hasRecords: false, hasLookups: true)
        for index in 0..<200 {
            let ref = try story.place(to: "91888888\(1000 + index)")
            let id = RequestID("R-\(index)")
            story.send(.outcome(ref, .accepted(Acceptance(status: 200, requestID: id))))
        }
        var count = 0
        for _ in 0..<120 {
            story.now = story.now + .milliseconds(500)
            count += plan.next(story.state.snapshot, now: story.now).count
        }
        #expect(count <= Int(PollPlan.burst + 60 * PollPlan.rate))
        #expect(count > 60)
    }

    @Test("A call whose id is known is not looked up while it is up; where webhooks come others are once a minute")
    func seldom() throws {
        func lookups(_ acceptance: Acceptance, hasHooks: Bool, seconds: Int) throws -> Int {
            var story = Story()
            if hasHooks { story.send(.feed(.webhooks)) }
            let ref = try story.place()
            story.send(.outcome(ref, .accepted(acceptance)))
            // News of another call: webhooks come.
            if hasHooks { story.send(story.event(.ringing, call: CallID("other"))) }
            var plan = PollPlan(hasRecords: false, hasLookups: true)
            return (0..<seconds).reduce(0) { count, _ in
                story.now = story.now + .seconds(1)
                let questions = plan.next(story.state.snapshot, now: story.now)
                return count + questions.count { if case .legs(CallKey(ref), _) = $0 { true } else { false } }
            }
        }
        let request = RequestID("R-1")
        let known = Acceptance(status: 200, requestID: request, callID: Story.callID)
        #expect(try lookups(known, hasHooks: false, seconds: 120) == 0)
        #expect(try lookups(Acceptance(status: 200, requestID: request), hasHooks: false, seconds: 50) > 0)
        #expect(try lookups(Acceptance(status: 200, requestID: request), hasHooks: true, seconds: 50) == 0)
        #expect(try lookups(Acceptance(status: 200, requestID: request), hasHooks: true, seconds: 120) > 0)
    }

    @Test("Without an app's secret nothing is looked up")
    func off() throws {
        var story = Story()
        var plan = PollPlan(hasRecords: false)
        let ref = try story.place()
        story.send(.outcome(ref, .accepted(Acceptance(status: 200, requestID: RequestID("R-1")))))
        for _ in 0..<600 {
            story.now = story.now + .seconds(1)
            let questions = plan.next(story.state.snapshot, now: story.now)
            #expect(questions.isEmpty)
        }
    }
}
