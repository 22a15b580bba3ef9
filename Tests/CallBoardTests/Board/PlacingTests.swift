import Piopiy
import Testing

@testable import CallBoard

@Suite("Placing a call")
struct PlacingTests {
    @Test("A call is placed, rings, talks, is hung up and completed")
    func wholeLife() throws {
        var story = Story()
        let ref = story.newRef()
        let call = try Story.call()

        #expect(story.send(.command(.place(ref, call, allowRepeat: false))) == [.record(ref, call)])
        #expect(story.stage(ref) == .placing)
        #expect(story.state.snapshot.underWay == 1)
        #expect(story.send(.recorded(ref, failure: nil)) == [.send(ref, call)])
        #expect(story.stage(ref) == .placing)
        #expect(story.send(.outcome(ref, Story.accepted)).isEmpty)
        #expect(story.stage(ref) == .queued)
        #expect(story.call(ref)?.requestID == Story.requestID)
        #expect(story.call(ref)?.callID == nil)
        #expect(story.state.snapshot.underWay == 0)

        story.send(story.event(.created, request: Story.requestID))
        #expect(story.stage(ref) == .queued)
        #expect(story.call(ref)?.callID == Story.callID)
        story.send(story.event(.ringing))
        #expect(story.stage(ref) == .ringing)
        story.send(story.event(.answered))
        #expect(story.stage(ref) == .talking)
        #expect(story.state.snapshot.counts.up == 1)

        let hangUp = try HangUp(callID: Story.callID, cause: "USER_BUSY", reason: "done")
        let key = CallKey(ref)
        #expect(story.send(.command(.hangUp(key, cause: "USER_BUSY", reason: "done"))) == [.hangUp(key, hangUp)])
        #expect(story.call(ref)?.hangUp == .sending)
        #expect(story.stage(ref) == .talking)
        story.send(.hangUpOutcome(key, Story.hungUp))
        #expect(story.call(ref)?.hangUp == .accepted)
        #expect(story.stage(ref) == .talking)
        story.send(story.event(.ended))
        #expect(story.stage(ref) == .ended(.completed))
        #expect(story.rows.count == 1)
        #expect(story.call(ref)?.timeline.count == 8)
        expectSound(story.state)
    }

    @Test("A call whose intent cannot be written is not sent")
    func notRecorded() throws {
        var story = Story()
        let ref = story.newRef()
        story.send(.command(.place(ref, try Story.call(), allowRepeat: false)))
        #expect(story.send(.recorded(ref, failure: "the disk is full")).isEmpty)
        #expect(story.stage(ref) == .ended(.failed))
        #expect(story.lastMessage?.level == .error)
        #expect(story.lastMessage?.text.contains("the disk is full") == true)
        #expect(story.state.snapshot.underWay == 0)
        // Nobody was rung, so nothing speaks against another try.
        _ = try story.place()
    }

    @Test("A request leaves once, however often its intent is reported as written")
    func sentOnce() throws {
        var story = Story()
        let ref = try story.place()
        #expect(story.send(.recorded(ref, failure: nil)).isEmpty)
        #expect(story.send(.recorded(ref, failure: "late")).isEmpty)
        story.send(.outcome(ref, Story.doubt))
        #expect(story.send(.recorded(ref, failure: nil)).isEmpty)
        #expect(story.send(.command(.place(ref, try Story.call(), allowRepeat: true))).isEmpty)
        #expect(story.stage(ref) == .unknown)
        #expect(story.state.snapshot.underWay == 0)
    }

    @Test(
        "A placement that came to nothing is shown as such, and nobody counts as rung",
        arguments: [
            (.refused(Refusal(status: 403, code: "app_not_active", message: "app_not_active")), .rejected),
            (.notSent(NotSent(reason: .rateLimited, attempts: 4)), .failed),
            (.invalid(ValidationError(field: "to_number", "is wrong")), .failed),
        ] as [(Outcome<Acceptance>, Call.End)]
    )
    func cameToNothing(outcome: Outcome<Acceptance>, end: Call.End) throws {
        var story = Story()
        let ref = try story.place()
        #expect(story.send(.outcome(ref, outcome)).isEmpty)
        #expect(story.stage(ref) == .ended(end))
        #expect(story.lastMessage?.level == .error)
        #expect(story.lastMessage?.call == CallKey(ref))
        #expect(story.call(ref)?.mayHaveRung == false)
        _ = try story.place()
        expectSound(story.state)
    }

    @Test("A second call to a number that is up, or was placed a moment ago, asks first")
    func conflicts() throws {
        var story = Story()
        let first = try story.place()
        for outcome in [Story.accepted, nil] {
            if let outcome { story.send(.outcome(first, outcome)) }
            #expect(story.send(.command(.place(story.newRef(), try Story.call(), allowRepeat: false))).isEmpty)
            #expect(story.lastMessage?.level == .warning)
            #expect(story.lastMessage?.text.contains("is already on the board") == true)
            #expect(story.lastMessage?.call == CallKey(first))
        }
        #expect(story.rows.count == 1)
        // Another number is another matter, and so is a yes.
        _ = try story.place(to: "918888888777")
        _ = try story.place(allowRepeat: true)
        #expect(story.rows.count == 3)
    }

    @Test("A call that ended speaks against another for a minute after it was placed")
    func recentlyPlaced() throws {
        var story = Story()
        let ref = try story.place()
        story.send(.outcome(ref, Story.accepted))
        story.send(story.event(.busy, request: Story.requestID))
        #expect(story.stage(ref) == .ended(.busy))
        #expect(story.send(.command(.place(story.newRef(), try Story.call(), allowRepeat: false))).isEmpty)
        #expect(story.lastMessage?.text.contains("less than a minute ago") == true)
        story.wait(.seconds(60))
        #expect(story.rows.isEmpty)
        _ = try story.place()
    }
}
