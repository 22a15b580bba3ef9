import Piopiy
import Testing

@testable import CallBoard

@Suite("While this machine's clock is set")
struct ClockSetTests {
    /// A clock that is an hour back from some moment on, beside one that goes on.
    private struct Clocks {
        var now = Timestamp(milliseconds: 1_725_942_870_000)
        /// Apart from the other from the start: it was set before.
        var steady = Timestamp(milliseconds: 1_725_946_470_000)

        mutating func pass(_ duration: Duration) {
            now = now + duration
            steady = steady + duration
        }

        mutating func set(by step: Duration) { now = now + step }
    }

    private var story = Story()
    private var clocks = Clocks()

    @discardableResult
    private mutating func send(_ input: BoardInput) -> [BoardEffect] {
        story.state.apply(input, now: clocks.now, steady: clocks.steady)
    }

    private mutating func event(_ status: PlatformEvent.Status, at: Timestamp? = nil) -> BoardInput {
        var event = story.event(status, request: Story.requestID)
        event.at = at ?? clocks.now
        event.to = "918888888888"
        return .webhook(.events([event]))
    }

    private mutating func place() throws -> CallRef {
        let ref = story.newRef()
        send(.command(.place(ref, try Story.call(), allowRepeat: false)))
        send(.recorded(ref, failure: nil))
        send(.outcome(ref, Story.accepted))
        return ref
    }

    @Test("Call times go on, whichever way it is set, before and after the answer", arguments: [-3600, 3600])
    mutating func durations(step: Int) throws {
        let ref = try place()
        clocks.pass(.seconds(5))
        clocks.set(by: .seconds(step))
        clocks.pass(.seconds(5))
        #expect(story.call(ref)?.duration(at: clocks.steady) == .seconds(10))
        send(event(.answered))
        clocks.pass(.seconds(7))
        #expect(story.call(ref)?.duration(at: clocks.steady) == .seconds(7))
        clocks.set(by: .seconds(step))
        clocks.pass(.seconds(3))
        send(event(.ringing))
        #expect(story.call(ref)?.duration(at: clocks.steady) == .seconds(10))
    }

    @Test("A number that was just called is known to be, and is free a minute later", arguments: [-3600, 3600])
    mutating func justCalled(step: Int) throws {
        let ref = try place()
        send(event(.busy))
        #expect(story.call(ref)?.isEnded == true)
        clocks.set(by: .seconds(step))
        clocks.pass(.seconds(50))
        #expect(send(.command(.place(story.newRef(), try Story.call(), allowRepeat: false))).isEmpty)
        clocks.pass(.seconds(11))
        #expect(send(.command(.place(story.newRef(), try Story.call(), allowRepeat: false))).count == 1)
    }

    @Test("A call that has ended leaves the rows in its time", arguments: [-3600, 3600])
    mutating func leaves(step: Int) throws {
        _ = try place()
        send(event(.busy))
        clocks.set(by: .seconds(step))
        clocks.pass(.seconds(20))
        send(.tick)
        #expect(story.rows.count == 1)
        clocks.pass(.seconds(11))
        send(.tick)
        #expect(story.rows.isEmpty)
    }

    @Test("How long ago a hang-up was taken is measured")
    mutating func hangUp() throws {
        let ref = try place()
        send(event(.answered))
        send(.command(.hangUp(CallKey(ref), cause: nil, reason: nil)))
        send(.hangUpOutcome(CallKey(ref), Story.hungUp))
        clocks.set(by: .seconds(-3600))
        clocks.pass(.seconds(6))
        #expect(story.call(ref)?.sinceHangUp(at: clocks.steady) == .seconds(6))
    }

    @Test("A call of which no webhook tells is noticed, though the clock was set back")
    mutating func unheard() throws {
        let ref = try place()
        #expect(story.state.snapshot.unheardCall(at: clocks.now) == nil)
        clocks.set(by: .seconds(-3600))
        #expect(story.state.snapshot.unheardCall(at: clocks.now)?.ref == ref)
    }

    @Test("Calls are looked up on, though the clock was set back")
    mutating func lookups() throws {
        let ref = try place()
        let question = PollPlan.Question.legs(CallKey(ref), .request(Story.requestID))
        var plan = PollPlan(hasRecords: false, hasLookups: true)
        _ = plan.next(story.state.snapshot, now: clocks.now)
        clocks.pass(.seconds(11))
        #expect(plan.next(story.state.snapshot, now: clocks.now) == [question])
        clocks.set(by: .seconds(-3600))
        clocks.pass(.seconds(1))
        #expect(plan.next(story.state.snapshot, now: clocks.now).isEmpty)
        clocks.pass(.seconds(30))
        #expect(plan.next(story.state.snapshot, now: clocks.now) == [question])
    }

    @Test("The platform is asked on, though the clock was set back")
    mutating func polling() throws {
        let ref = try place()
        send(event(.answered))
        var plan = PollPlan(hasRecords: false)
        _ = plan.next(story.state.snapshot, now: clocks.now)
        clocks.pass(.seconds(6))
        #expect(plan.next(story.state.snapshot, now: clocks.now).count == 1)
        clocks.set(by: .seconds(-3600))
        clocks.pass(.seconds(1))
        #expect(plan.next(story.state.snapshot, now: clocks.now).isEmpty)
        clocks.pass(.seconds(30))
        #expect(plan.next(story.state.snapshot, now: clocks.now) == [.call(CallKey(ref), Story.callID)])
    }

    @Test("The steady clock goes on by itself")
    func steady() async throws {
        let before = ContinuousClock.now
        let start = Timestamp.steady
        try await Task.sleep(for: .milliseconds(20))
        let passed = Timestamp.steady - start
        #expect(passed >= .milliseconds(19) && passed <= before.duration(to: .now) + .milliseconds(1))
    }
}

@Suite("Calls of which nothing is heard")
struct SilenceTests {
    private let limits: [(PlatformEvent.Status?, Duration)] = [
        (nil, .seconds(20)), (.ringing, .seconds(180)), (.answered, .seconds(900)),
    ]

    @Test("Each stage has its time, after which the call says for how long nothing was heard of it")
    func stages() throws {
        for (status, limit) in limits {
            var story = Story()
            let ref = try story.place()
            #expect(story.call(ref)?.silence(at: story.now + .seconds(3600)) == nil)
            story.send(.outcome(ref, Story.accepted))
            if let status { story.send(story.event(status, request: Story.requestID, ref: ref)) }
            let heard = status == nil ? story.call(ref)?.placedAt : story.now
            let since = try #require(heard)
            #expect(story.call(ref)?.silence(at: since + limit + .seconds(-1)) == nil)
            #expect(story.call(ref)?.silence(at: since + limit) == limit)
            #expect(story.call(ref)?.silence(at: since + .seconds(3600)) == .seconds(3600))
            // News of another call are none of this one.
            story.wait(.seconds(1000))
            story.send(story.event(.ringing, call: CallID("other")))
            #expect(story.call(ref)?.silence(at: story.now) != nil)
            // An answer that it is so is.
            story.send(.confirmed(CallKey(ref)))
            #expect(story.call(ref)?.silence(at: story.now) == nil)
            story.send(story.event(.ended, request: Story.requestID, ref: ref))
            #expect(story.call(ref)?.silence(at: story.now + .seconds(3600)) == nil)
        }
    }

    @Test("A call in doubt has its own words; one that the journal brings is silent since it was last told of")
    func others() throws {
        var story = Story()
        let doubtful = try story.place()
        story.send(.outcome(doubtful, Story.doubt))
        #expect(story.call(doubtful)?.silence(at: story.now + .seconds(3600)) == nil)

        var first = Story()
        let ref = try first.place(to: "918888888801")
        first.send(.outcome(ref, Story.accepted))
        first.send(first.event(.ringing, request: Story.requestID, ref: ref))
        let told = first.now
        let row = try #require(first.call(ref))
        let stored = StoredCall(
            account: "test",
            call: Call(key: row.key, facts: row.facts, seenAt: row.seenAt),
            request: nil,
            position: nil
        )
        var second = Story()
        second.now = told + .seconds(600)
        second.send(.restored([stored]))
        #expect(second.call(ref)?.silence(at: second.now) == .seconds(602))
    }
}
