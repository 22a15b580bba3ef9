import Piopiy
import Testing

@testable import CallBoard

@Suite("A call that may have been placed")
struct UnknownCallTests {
    static func story() throws -> (Story, CallRef) {
        var story = Story()
        let ref = try story.place()
        #expect(story.send(.outcome(ref, Story.doubt)).isEmpty)
        #expect(story.stage(ref) == .unknown)
        #expect(story.call(ref)?.isInDoubt == true)
        #expect(story.lastMessage?.text.contains("in doubt") == true)
        return (story, ref)
    }

    @Test("It is never sent again, whatever happens")
    func neverAgain() throws {
        var (story, ref) = try Self.story()
        let key = CallKey(ref)
        let inputs: [BoardInput] = [
            .tick, .recorded(ref, failure: nil), .outcome(ref, Story.doubt), .note(.info, "x"),
            .webhook(.unreadable("x")), .webhook(.events([story.event(.ringing, ref: ref)])),
            .command(.place(ref, try Story.call(), allowRepeat: true)), .command(.hangUp(key, cause: nil, reason: nil)),
        ]
        for input in inputs + inputs {
            for effect in story.send(input) {
                if case .hangUp = effect { continue }
                Issue.record("\(effect) after \(input)")
            }
        }
        story.wait(.seconds(86_400))
    }

    @Test("It stays on the board until something settles it")
    func stays() throws {
        var (story, ref) = try Self.story()
        story.wait(.seconds(86_400))
        #expect(story.stage(ref) == .unknown)
        #expect(story.rows.count == 1)
        #expect(story.state.snapshot.counts.unknown == 1)
        // By then nobody can be on the line any more: the number can be dialed, and the doubt stays.
        _ = try story.place()
        #expect(story.stage(ref) == .unknown)
    }

    @Test(
        "An event that carries our reference settles it, whatever the event says",
        arguments: [
            (.created, .queued), (.ringing, .ringing), (.answered, .talking), (.busy, .ended(.busy)),
            (.other("teleported"), .queued),
        ] as [(PlatformEvent.Status, Call.Stage)]
    )
    func byReference(status: PlatformEvent.Status, stage: Call.Stage) throws {
        var (story, ref) = try Self.story()
        story.send(story.event(status, call: nil, ref: ref))
        #expect(story.stage(ref) == stage)
        #expect(story.rows.count == 1)
        // The status line no longer warns of it.
        #expect(story.lastMessage?.level == .info)
        #expect(story.lastMessage?.text.contains("no longer in doubt") == true)
        expectSound(story.state)
    }

    @Test("What the reference has tied together, the ids find alone")
    func byRequest() throws {
        var (story, ref) = try Self.story()
        story.send(story.event(.created, call: nil, request: Story.requestID, ref: ref))
        story.send(story.event(.ringing, request: Story.requestID))
        #expect(story.call(ref)?.callID == Story.callID)
        story.send(story.event(.answered))
        #expect(story.stage(ref) == .talking)
        #expect(story.rows.count == 1)
    }

    @Test("A CDR alone settles it, and ends it")
    func byRecord() throws {
        var (story, ref) = try Self.story()
        var record = story.event(.answered, kind: .cdr, ref: ref)
        record.talkSeconds = 42
        story.send(record)
        #expect(story.stage(ref) == .ended(.completed))
        #expect(story.call(ref)?.duration(at: story.now) == .seconds(42))
    }

    @Test("Events that came before the doubt settle it as well")
    func eventsFirst() throws {
        var story = Story()
        let ref = try story.place()
        story.send(story.event(.ringing, ref: ref))
        story.send(.outcome(ref, Story.doubt))
        #expect(story.stage(ref) == .ringing)
        #expect(story.lastMessage?.text.contains("in doubt") == false)
    }

    @Test("An event of another call leaves it unknown")
    func otherCall() throws {
        var (story, ref) = try Self.story()
        story.send(story.event(.ringing, ref: story.newRef()))
        story.send(story.event(.ringing, call: CallID("other"), request: RequestID("other")))
        #expect(story.stage(ref) == .unknown)
        #expect(story.rows.count == 3)
    }

    @Test("That the platform does not find a call ends it, until a later sign of life; a real end is an end")
    func gone() throws {
        for order in 0..<6 {
            var story = Story()
            let ref = try story.place()
            story.send(.outcome(ref, Story.accepted))
            story.send(story.event(.answered, request: Story.requestID))
            #expect(story.stage(ref) == .talking)

            // What is told of, each a second later; then in every order.
            let notFound = CallFacts(.ended, of: Story.callID, at: story.now + .seconds(10))
            let early = story.event(.bridged, request: Story.requestID)
            story.now = story.now + .seconds(20)
            let late = CallFacts(story.event(.bridged, request: Story.requestID))
            let all = [notFound, CallFacts(early), late]
            let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
            for index in orders[order] { _ = story.state.join(all[index], now: story.now) }
            #expect(story.stage(ref) == .talking)
            #expect(story.rows.count == 1)

            _ = story.state.join(CallFacts(.ended, of: Story.callID, at: story.now + .seconds(1)), now: story.now)
            #expect(story.call(ref)?.isEnded == true && story.call(ref)?.isEndKnown == false)
            #expect(story.call(ref)?.endedAt == story.now + .seconds(1))

            // It has left the rows; a sign of life brings it back, and says so.
            story.wait(.seconds(60))
            #expect(story.rows.isEmpty)
            story.send(story.event(.bridged, request: Story.requestID))
            #expect(story.stage(ref) == .talking && story.rows.count == 1)
            #expect(story.lastMessage?.text.contains("is up after all") == true)

            story.send(story.event(.ended, request: Story.requestID))
            let end = story.call(ref)?.endedAt
            story.send(story.event(.bridged, request: Story.requestID))
            #expect(story.stage(ref) == .ended(.completed) && story.call(ref)?.endedAt == end)
        }
    }
}
