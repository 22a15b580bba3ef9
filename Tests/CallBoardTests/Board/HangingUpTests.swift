import Piopiy
import Testing

@testable import CallBoard

@Suite("Hanging up")
struct HangingUpTests {
    static func hangUp(_ ref: CallRef) -> BoardInput { .command(.hangUp(CallKey(ref), cause: nil, reason: nil)) }

    static func waiting(at moment: Int) throws -> (Story, CallRef) {
        var story = Story()
        let ref = story.newRef()
        let call = try Story.call()
        story.send(.command(.place(ref, call, allowRepeat: false)))
        if moment == 0 { #expect(story.send(hangUp(ref)).requests.isEmpty) }
        story.send(.recorded(ref, failure: nil))
        if moment == 1 { #expect(story.send(hangUp(ref)).requests.isEmpty) }
        if moment < 2 { return (story, ref) }
        story.send(.outcome(ref, Story.accepted))
        #expect(story.send(hangUp(ref)).requests.isEmpty)
        return (story, ref)
    }

    @Test(
        "Asked for before the call id is known it waits, and goes out when an event brings the id",
        arguments: [0, 1, 2]
    )
    func waits(moment: Int) throws {
        var (story, ref) = try Self.waiting(at: moment)
        #expect(story.call(ref)?.hangUp == .waiting(cause: nil, reason: nil))
        #expect(story.state.snapshot.waitingHangUps == 1)
        if moment < 2 { #expect(story.send(.outcome(ref, Story.accepted)).isEmpty) }
        // An event without the id changes nothing.
        #expect(story.send(story.event(.created, call: nil, request: Story.requestID)).isEmpty)

        let hangUp = try HangUp(callID: Story.callID)
        #expect(story.send(story.event(.ringing, request: Story.requestID)) == [.hangUp(CallKey(ref), hangUp)])
        #expect(story.call(ref)?.hangUp == .sending)
        #expect(story.state.snapshot.waitingHangUps == 0)

        // Once: neither another event nor another keypress sends it again.
        #expect(story.send(story.event(.ringing, request: Story.requestID)).isEmpty)
        #expect(story.send(story.event(.answered, ref: ref)).isEmpty)
        #expect(story.send(Self.hangUp(ref)).requests.isEmpty)
        story.send(.hangUpOutcome(CallKey(ref), Story.hungUp))
        #expect(story.send(story.event(.answered)).isEmpty)
        story.send(story.event(.ended))
        #expect(story.stage(ref) == .ended(.completed))
        #expect(story.state.snapshot.underWay == 0)
    }

    @Test("It goes out with the placement's answer when that brings the id")
    func withTheAnswer() throws {
        var (story, ref) = try Self.waiting(at: 1)
        let answer = Outcome.accepted(Acceptance(status: 200, callID: Story.callID))
        #expect(story.send(.outcome(ref, answer)) == [.hangUp(CallKey(ref), try HangUp(callID: Story.callID))])
        #expect(story.send(story.event(.ringing, ref: ref)).isEmpty)
    }

    @Test("It waits for a call in doubt too, and goes out when an event settles it")
    func inDoubt() throws {
        var (story, ref) = try Self.waiting(at: 1)
        #expect(story.send(.outcome(ref, Story.doubt)).isEmpty)
        #expect(story.call(ref)?.hangUp == .waiting(cause: nil, reason: nil))
        #expect(
            story.send(story.event(.ringing, ref: ref)) == [.hangUp(CallKey(ref), try HangUp(callID: Story.callID))]
        )
    }

    @Test("It keeps its cause and reason while it waits")
    func keepsWords() throws {
        var story = Story()
        let ref = try story.place()
        story.send(.command(.hangUp(CallKey(ref), cause: "CALL_REJECTED", reason: "wrong person")))
        let hangUp = try HangUp(callID: Story.callID, cause: "CALL_REJECTED", reason: "wrong person")
        #expect(story.send(story.event(.ringing, ref: ref)) == [.hangUp(CallKey(ref), hangUp)])
    }

    @Test("The id of a second leg is no id to hang up with")
    func otherLeg() throws {
        var (story, ref) = try Self.waiting(at: 2)
        #expect(story.send(story.event(.ringing, call: CallID("leg"), request: Story.requestID, leg: .b)).isEmpty)
        #expect(story.call(ref)?.hangUp == .waiting(cause: nil, reason: nil))
    }

    @Test("A call that ends or was never placed needs no hang-up", arguments: [true, false])
    func nothingToHangUp(isPlaced: Bool) throws {
        var (story, ref) = try Self.waiting(at: 1)
        if isPlaced {
            story.send(.outcome(ref, Story.accepted))
            #expect(story.send(story.event(.busy, request: Story.requestID)).requests.isEmpty)
        } else {
            #expect(story.send(.outcome(ref, .notSent(NotSent(reason: .rateLimited, attempts: 4)))).requests.isEmpty)
        }
        #expect(story.call(ref)?.hangUp == Call.HangUpState.none)
        #expect(story.lastMessage?.text.contains("ended before the hang-up could be sent") == true)
        #expect(story.send(Self.hangUp(ref)).requests.isEmpty)
        #expect(story.lastMessage?.text.contains("has already ended") == true)
    }

    @Test("A row that is not there gets a warning")
    func unknownCall() {
        var story = Story()
        #expect(story.send(Self.hangUp(story.newRef())).isEmpty)
        #expect(story.lastMessage?.level == .warning)
    }

    @Test(
        "A hang-up that failed is shown, and can be asked for again",
        arguments: [
            .refused(Refusal(status: 403, code: nil, message: "no")),
            .notSent(NotSent(reason: .rateLimited, attempts: 4)),
            .unknown(Doubt(.serverError(status: 503), retryAfter: .seconds(120))),
            .unknown(Doubt(.connectionLost("reset"))), .invalid(ValidationError(field: "call_id", "is wrong")),
        ] as [Outcome<ActionReceipt>]
    )
    func failed(outcome: Outcome<ActionReceipt>) throws {
        var story = Story()
        let ref = try story.place()
        story.send(story.event(.answered, ref: ref))
        #expect(story.send(Self.hangUp(ref)).count == 1)
        #expect(story.send(.hangUpOutcome(CallKey(ref), outcome)).isEmpty)
        #expect(story.call(ref)?.hangUp == .failed)
        #expect(story.stage(ref) == .talking)
        #expect(story.lastMessage?.level == .error)
        #expect(story.lastMessage?.call == CallKey(ref))
        #expect(story.send(Self.hangUp(ref)).count == 1)
    }

    @Test("Hanging up a call that has ended before is a success, and ends it")
    func endedBefore() throws {
        var story = Story()
        let ref = try story.place()
        story.send(story.event(.ringing, ref: ref))
        story.send(Self.hangUp(ref))
        story.send(.hangUpOutcome(CallKey(ref), .accepted(ActionReceipt(status: 404, alreadyEnded: true))))
        #expect(story.stage(ref) == .ended(.cancelled))
        #expect(story.lastMessage?.level == .info)
        // The CDR, when it comes, knows better.
        story.send(story.event(.answered, kind: .cdr, ref: ref))
        #expect(story.stage(ref) == .ended(.completed))
    }

    @Test("Where no event tells of the end, a second hang-up can ask for it")
    func again() throws {
        var story = Story()
        let ref = try story.place()
        story.send(.outcome(ref, .accepted(Acceptance(status: 200, callID: Story.callID))))
        #expect(story.send(Self.hangUp(ref)).count == 1)
        story.send(.hangUpOutcome(CallKey(ref), Story.hungUp))
        #expect(story.send(Self.hangUp(ref)).count == 1)
    }

    @Test("A call hung up while it rings is cancelled, though the CDR calls it missed")
    func cancelled() throws {
        var story = Story()
        let ref = try story.place()
        story.send(story.event(.ringing, ref: ref))
        story.send(Self.hangUp(ref))
        story.send(.hangUpOutcome(CallKey(ref), Story.hungUp))
        story.send(story.event(.noAnswer, kind: .cdr))
        #expect(story.stage(ref) == .ended(.cancelled))
    }

    @Test("Of a call that was hung up, and nobody here heard whether it was answered, the record tells how it ended")
    func unheardAnswer() throws {
        var story = Story()
        let ref = try story.place()
        story.send(story.event(.ended, ref: ref))
        #expect(story.call(ref)?.isEnded == true)
        #expect(story.call(ref)?.isEndKnown == false && story.call(ref)?.ending == nil)
        story.send(story.event(.answered, kind: .cdr, ref: ref))
        #expect(story.call(ref)?.ending == "completed")
        // What was hung up from here before anybody answered was cancelled.
        let other = try story.place(to: "918888888899")
        story.send(story.event(.ringing, call: CallID("1edceb4c-4e2c-402d-81b4-1c2f6fca442d"), ref: other))
        story.send(Self.hangUp(other))
        story.send(.hangUpOutcome(CallKey(other), Story.hungUp))
        story.send(story.event(.ended, call: CallID("1edceb4c-4e2c-402d-81b4-1c2f6fca442d"), ref: other))
        #expect(story.call(other)?.ending == "cancelled")
    }

    @Test("Of several ids the one that can be sent is taken, whichever came first")
    func fitID() throws {
        var story = Story()
        let ref = try story.place()
        story.send(.outcome(ref, .accepted(Acceptance(status: 200, callID: CallID("GQqY2")))))
        story.send(story.event(.ringing, ref: ref))
        #expect(story.send(Self.hangUp(ref)) == [.hangUp(CallKey(ref), try HangUp(callID: Story.callID))])
    }

    @Test("An id that cannot be sent is told, and nothing is sent")
    func unfitID() throws {
        var story = Story()
        let ref = try story.place()
        story.send(.outcome(ref, Story.accepted))
        story.send(story.event(.ringing, call: CallID("\u{1B}]0;owned\u{7}"), ref: ref))
        #expect(story.send(Self.hangUp(ref)).requests.isEmpty)
        #expect(story.call(ref)?.hangUp == .failed)
        #expect(story.lastMessage?.text.contains("call_id") == true)
        #expect(story.state.snapshot.underWay == 0)
    }
}
