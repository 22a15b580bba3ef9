import Piopiy
import TestSupport
import Testing

@testable import CallBoard

/// Hang-ups that wait for their call's id are kept, so that another process can send them.
@Suite("A hang-up that waits is kept")
struct WaitingHangUpTests {
    /// A call that is placed and whose id is not known, with a hang-up that the journal has.
    private static func kept(cause: String? = nil) throws -> (Story, CallRef, JournalLine) {
        var story = Story()
        let ref = try story.place()
        story.send(.outcome(ref, Story.accepted))
        let effects = story.send(.command(.hangUp(CallKey(ref), cause: cause, reason: nil)))
        let line = try #require(effects.lines.first)
        #expect(story.call(ref)?.isHangUpKept == false)
        #expect(story.send(.hangUpKept(CallKey(ref), at: line.at, failure: nil)).isEmpty)
        #expect(story.call(ref)?.isHangUpKept == true)
        return (story, ref, line)
    }

    @Test("It is written when it is asked for, and what became of it when it went out")
    func written() throws {
        var (story, ref, line) = try Self.kept(cause: "USER_BUSY")
        #expect(line.kind == .hangUpWaiting && line.ref == ref)
        #expect(line.hangUpWish?.isOpen == true && line.hangUpWish?.cause == "USER_BUSY")
        #expect(story.send(story.event(.ringing, ref: ref)).requests.count == 1)
        let end = try #require(story.send(.hangUpOutcome(CallKey(ref), Story.hungUp)).lines.first)
        #expect(end.hangUpWish?.isOpen == false)
        #expect(end.at > line.at)
        #expect(story.call(ref)?.isHangUpKept == false)
    }

    @Test("One that cannot be written waits all the same, and that it is lost with the program is told")
    func notWritten() throws {
        var story = Story()
        let ref = try story.place()
        let line = try #require(story.send(HangingUpTests.hangUp(ref)).lines.first)
        story.send(.hangUpKept(CallKey(ref), at: line.at, failure: "the disk is full"))
        #expect(story.lastMessage?.level == .error)
        #expect(story.lastMessage?.text.contains("the disk is full") == true)
        #expect(story.send(story.event(.ringing, ref: ref)).requests.count == 1)
    }

    @Test("Written only after it went out, it is closed at once: nobody sends it again", arguments: [true, false])
    func writtenLate(isAnswered: Bool) throws {
        var story = Story()
        let ref = try story.place()
        let line = try #require(story.send(HangingUpTests.hangUp(ref)).lines.first)
        story.send(story.event(.ringing, ref: ref))
        if isAnswered { #expect(story.send(.hangUpOutcome(CallKey(ref), Story.hungUp)).isEmpty) }
        let late = story.send(.hangUpKept(CallKey(ref), at: line.at, failure: nil)).lines
        let end = isAnswered ? late : story.send(.hangUpOutcome(CallKey(ref), Story.hungUp)).lines
        #expect(try #require(end.first).hangUpWish?.isOpen == false)
    }

    @Test("Taken back, it does not go out when the id comes", arguments: [true, false])
    func takenBack(isKept: Bool) throws {
        var story = Story()
        let ref = try story.place()
        story.send(.outcome(ref, Story.accepted))
        let line = try #require(story.send(HangingUpTests.hangUp(ref)).lines.first)
        if isKept { story.send(.hangUpKept(CallKey(ref), at: line.at, failure: nil)) }
        let back = try #require(story.send(.command(.takeBackHangUp(CallKey(ref)))).lines.first)
        #expect(back.hangUpWish?.isOpen == false)
        if !isKept { #expect(story.send(.hangUpKept(CallKey(ref), at: line.at, failure: nil)).isEmpty) }
        #expect(story.send(story.event(.ringing, ref: ref)).isEmpty)
        #expect(story.call(ref)?.isHangUpKept == false)
        // It can be asked for again.
        #expect(story.send(HangingUpTests.hangUp(ref)).requests.count == 1)
    }

    @Test("After its ten minutes it is given up, whatever the wall clock says", arguments: [-3600, 0, 3600])
    func expired(step: Int) throws {
        var (story, ref, _) = try Self.kept()
        let start = story.now
        func tick(_ seconds: Int) -> [BoardEffect] {
            let steady = start + .seconds(seconds)
            return story.state.apply(.tick, now: steady + .seconds(step), steady: steady)
        }
        #expect(tick(590).isEmpty)
        #expect(story.call(ref)?.hangUp == .waiting(cause: nil, reason: nil))
        #expect(try #require(tick(601).lines.first).hangUpWish?.isOpen == false)
        #expect(story.call(ref)?.hangUp == .failed)
        #expect(story.lastMessage?.level == .error)
        #expect(story.state.waiting.isEmpty)
        #expect(story.send(story.event(.ringing, ref: ref)).isEmpty)
    }

    // MARK: Several consoles

    /// Another console's board, which has heard of all that this one has written.
    private static func other(_ story: Story, _ ref: CallRef, _ lines: [JournalLine]) throws -> Story {
        var other = Story()
        other.now = story.now
        other.send(
            .lines([
                .intent(try Story.call(), ref: ref, at: story.now), .outcome(Story.accepted, ref: ref, at: story.now),
            ])
        )
        other.send(.lines(lines))
        return other
    }

    @Test("Another console shows it, does not send it, and can take it back")
    func elsewhere() throws {
        var (story, ref, line) = try Self.kept()
        var other = try Self.other(story, ref, [line])
        #expect(other.call(ref)?.hangUpWaitsElsewhere == true)
        #expect(other.send(HangingUpTests.hangUp(ref)).isEmpty)
        #expect(other.lastMessage?.text.contains("another console") == true)
        let back = try #require(other.send(.command(.takeBackHangUp(CallKey(ref)))).lines.first)
        #expect(other.call(ref)?.hangUpWaitsElsewhere == false)
        #expect(other.send(other.event(.ringing, ref: ref)).isEmpty)

        #expect(story.send(.lines([back])).isEmpty)
        #expect(story.call(ref)?.hangUp == Call.HangUpState.none)
        #expect(story.lastMessage?.text.contains("taken back elsewhere") == true)
        #expect(story.send(story.event(.ringing, ref: ref)).isEmpty)
    }

    @Test("Asked for anew after it was taken back elsewhere, it goes out")
    func askedAnew() throws {
        var (story, ref, line) = try Self.kept()
        var other = try Self.other(story, ref, [line])
        let back = try #require(other.send(.command(.takeBackHangUp(CallKey(ref)))).lines.first)
        story.send(.lines([back]))
        #expect(!story.send(HangingUpTests.hangUp(ref)).lines.isEmpty)
        // Before the journal has the new one, an event that says nothing new comes.
        #expect(story.send(story.event(.created, call: nil, request: Story.requestID)).isEmpty)
        #expect(story.send(story.event(.ringing, ref: ref)).requests.count == 1)
    }

    private static func adopted(_ ref: CallRef, _ story: Story, age: Int = 20, _ fate: AdoptedHangUp.Fate = .sent)
        -> BoardInput
    {
        .adopted([
            AdoptedHangUp(
                ref: ref,
                requestID: nil,
                cause: "USER_BUSY",
                reason: nil,
                age: .seconds(age),
                at: story.now,
                fate: fate
            )
        ])
    }

    @Test("Of a process that ended a moment ago it goes out from here, with its cause, once")
    func takenOver() throws {
        let (story, ref, line) = try Self.kept(cause: "USER_BUSY")
        var other = try Self.other(story, ref, [line])
        #expect(other.send(Self.adopted(ref, other)).requests.isEmpty)
        #expect(other.state.snapshot.waitingHangUps == 1)
        let hangUp = try HangUp(callID: Story.callID, cause: "USER_BUSY")
        #expect(other.send(other.event(.ringing, ref: ref)) == [.hangUp(CallKey(ref), hangUp)])
        #expect(other.send(Self.adopted(ref, other)).requests.isEmpty)
    }

    @Test("Its ten minutes count from when it was asked for")
    func age() throws {
        let (story, ref, line) = try Self.kept()
        var other = try Self.other(story, ref, [line])
        other.send(Self.adopted(ref, other, age: 50))
        other.wait(.seconds(551))
        #expect(other.state.snapshot.waitingHangUps == 0)
    }

    @Test("Of a process that ended long ago nobody sends it: an operator has to ask for it again")
    func interrupted() throws {
        let (story, ref, line) = try Self.kept()
        var other = try Self.other(story, ref, [line])
        #expect(other.send(Self.adopted(ref, other, age: 90, .interrupted)).isEmpty)
        #expect(other.call(ref)?.isHangUpInterrupted == true)
        #expect(other.lastMessage?.level == .warning)
        #expect(other.send(other.event(.ringing, ref: ref)).isEmpty)
        #expect(other.send(HangingUpTests.hangUp(ref)).requests.count == 1)
        let end = other.send(.hangUpOutcome(CallKey(ref), Story.hungUp)).lines
        #expect(try #require(end.first).hangUpWish?.isOpen == false)
    }

    @Test("A call that has ended, or that was hung up, is not hung up by who takes it over", arguments: [true, false])
    func tooLate(isEnded: Bool) throws {
        let (story, ref, line) = try Self.kept()
        var other = try Self.other(story, ref, [line])
        if isEnded {
            other.send(other.event(.busy, ref: ref))
        } else {
            other.send(other.event(.ringing, ref: ref))
            other.send(.lines([.hangUpOutcome(Story.hungUp, of: Story.callID, at: other.now)]))
        }
        let effects = other.send(Self.adopted(ref, other))
        #expect(effects.requests.isEmpty)
        #expect(try #require(effects.lines.first).hangUpWish?.isOpen == false)
    }

    @Test("Of one whose time is over nobody waits any more: the operator can hang up as usual")
    func adoptedTooLate() throws {
        let (story, ref, line) = try Self.kept()
        var other = try Self.other(story, ref, [line])
        #expect(other.send(Self.adopted(ref, other, age: 660, .expired)).isEmpty)
        #expect(other.call(ref)?.isHangUpKept == false)
        #expect(other.send(HangingUpTests.hangUp(ref)).lines.count == 1)
    }

    @Test("A board whose own hang-up of the call failed takes it over all the same")
    func afterFailure() throws {
        let (story, ref, line) = try Self.kept()
        var other = try Self.other(story, ref, [])
        other.send(HangingUpTests.hangUp(ref))
        other.wait(.seconds(700))
        #expect(other.call(ref)?.hangUp == .failed)
        let later = Timestamp(milliseconds: other.now.milliseconds + 1)
        other.send(.lines([JournalLine.waitingHangUp(WaitingHangUp(step: .asked), of: line.told[0], at: later)]))
        #expect(other.call(ref)?.hangUpWaitsElsewhere == true)
        other.send(Self.adopted(ref, other))
        #expect(other.send(other.event(.ringing, ref: ref)).requests.count == 1)
    }

    @Test("A board that has not read the call yet has the hang-up when it has")
    func unmatched() throws {
        let (story, ref, line) = try Self.kept()
        var other = Story()
        other.now = story.now
        #expect(other.send(Self.adopted(ref, other)).isEmpty)
        let intent = JournalLine.intent(try Story.call(), ref: ref, at: story.now)
        other.send(.lines([intent, line]))
        #expect(other.state.snapshot.waitingHangUps == 1)
        #expect(other.send(other.event(.ringing, ref: ref)).requests.count == 1)
    }

    @Test("A process that stood still does not hang up when its time was over meanwhile")
    func stoodStill() throws {
        var (story, ref, _) = try Self.kept()
        story.now = story.now + .seconds(3600)
        let effects = story.send(story.event(.answered, ref: ref))
        #expect(effects.requests.isEmpty)
        #expect(try #require(effects.lines.first).hangUpWish?.isOpen == false)
        #expect(story.call(ref)?.hangUp == .failed)
    }

    @Test("Closed by another process it does not go out from here")
    func closedElsewhere() throws {
        var (story, ref, line) = try Self.kept()
        let end = JournalLine.waitingHangUp(
            WaitingHangUp(step: .expired),
            of: line.told[0],
            at: line.at + .seconds(1)
        )
        story.send(.lines([end]))
        #expect(story.call(ref)?.hangUp == Call.HangUpState.none)
        #expect(story.send(story.event(.ringing, ref: ref)).isEmpty)
    }

    @Test("Before the placement's intent is on disk nothing is written of its hang-up; then it is")
    func beforeIntent() throws {
        var story = Story()
        let ref = story.newRef()
        story.send(.command(.place(ref, try Story.call(), allowRepeat: false)))
        #expect(story.send(HangingUpTests.hangUp(ref)).isEmpty)
        #expect(story.send(.recorded(ref, failure: nil)).lines.count == 1)
        // One that never left leaves nothing behind.
        let other = story.newRef()
        story.send(.command(.place(other, try Story.call(to: "918888888899"), allowRepeat: false)))
        #expect(story.send(HangingUpTests.hangUp(other)).isEmpty)
        #expect(story.send(.notAdmitted(other, NotSent(reason: .rateLimited, attempts: 0))).isEmpty)
    }

    @Test("Of a call that no other program could tell apart it is said that it is lost with this one")
    func withoutIDs() throws {
        var story = Story()
        var event = story.event(.ringing, call: nil)
        (event.from, event.to) = ("918888888888", "919999999999")
        story.send(event)
        let key = try #require(story.rows.first?.key)
        #expect(story.send(.command(.hangUp(key, cause: nil, reason: nil))).isEmpty)
        #expect(story.state.snapshot.waitingHangUps == 1)
        #expect(story.lastMessage?.text.contains("lost if this program ends") == true)
    }

    @Test("A word that the call was not placed, or is over, may be wrong: then it goes out all the same")
    func opinion() throws {
        for word in [Settlement.wasNotPlaced, .isOver] {
            var story = Story()
            let ref = try story.place()
            story.send(.outcome(ref, Story.doubt))
            let line = try #require(story.send(HangingUpTests.hangUp(ref)).lines.first)
            story.send(.hangUpKept(CallKey(ref), at: line.at, failure: nil))
            story.send(.command(.settle(CallKey(ref), word)))
            #expect(story.call(ref)?.isEnded == true)
            // A sign of life that is later than the word.
            story.wait(.seconds(2))
            #expect(story.send(story.event(.ringing, ref: ref)).requests.count == 1, "\(word)")
        }
    }

    @Test("What was said of it is the same in whatever order it is heard", arguments: 0..<24)
    func anyOrder(permutation: Int) throws {
        var (story, ref, line) = try Self.kept()
        let back = try #require(story.send(.command(.takeBackHangUp(CallKey(ref)))).lines.first)
        let again = try #require(story.send(HangingUpTests.hangUp(ref)).lines.first)
        story.send(.hangUpKept(CallKey(ref), at: again.at, failure: nil))
        let intent = JournalLine.intent(try Story.call(), ref: ref, at: story.now)
        var lines = [line, back, again, intent]
        var picked: [JournalLine] = []
        var rest = permutation
        while !lines.isEmpty {
            picked.append(lines.remove(at: rest % lines.count))
            rest /= lines.count + 1
        }
        var other = Story()
        for line in picked { other.send(.lines([line])) }
        #expect(other.call(ref)?.hangUpWaitsElsewhere == true, "\(picked.map(\.at))")
    }
}

extension [BoardEffect] {
    /// The lines that are to be written.
    var lines: [JournalLine] {
        compactMap {
            switch $0 {
            case .keepHangUp(_, let line), .write(let line): line
            default: nil
            }
        }
    }
}
