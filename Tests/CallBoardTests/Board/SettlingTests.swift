import Piopiy
import Testing

@testable import CallBoard

@Suite("Transfers, and calls in doubt")
struct SettlingTests {
    private func warm(to number: String = "918888888802") throws -> CallTransferRequest {
        .warm(try WarmTransfer(callID: Story.callID, target: .number(PhoneNumber(validating: number))))
    }

    private func talking(_ story: inout Story) throws -> CallRef {
        let ref = try story.place()
        story.send(.outcome(ref, Story.accepted))
        story.send(story.event(.answered, request: Story.requestID, ref: ref))
        return ref
    }

    @Test("A transfer is sent once: not while one is on its way, not while one runs, not after the end")
    func once() throws {
        var story = Story()
        let ref = try talking(&story)
        let transfer = try warm()
        #expect(story.send(.command(.transfer(CallKey(ref), transfer))).count == 1)
        #expect(story.state.snapshot.underWay == 1)
        #expect(story.send(.command(.transfer(CallKey(ref), transfer))).isEmpty)
        story.send(
            .transferOutcome(
                CallKey(ref),
                transfer,
                .accepted(TransferReceipt(status: 200, requestID: RequestID("T1")))
            )
        )
        #expect(story.state.snapshot.underWay == 0)
        #expect(story.call(ref)?.runningTransfer?.target == "918888888802")
        #expect(story.send(.command(.transfer(CallKey(ref), transfer))).isEmpty)
        story.send(story.event(.ended))
        #expect(story.send(.command(.transfer(CallKey(ref), transfer))).isEmpty)
        #expect(story.lastMessage?.text.contains("has ended") == true)
    }

    @Test("How a transfer went is told once, however often the platform says it", arguments: [false, true])
    func toldOnce(isBackwards: Bool) throws {
        var story = Story()
        let ref = try talking(&story)
        let transfer = try warm()
        story.send(.command(.transfer(CallKey(ref), transfer)))
        story.send(
            .transferOutcome(
                CallKey(ref),
                transfer,
                .accepted(TransferReceipt(status: 200, requestID: RequestID("T1")))
            )
        )
        func progress(_ status: PlatformEvent.Status) -> PlatformEvent {
            var event = story.event(status, kind: .transfer, request: RequestID("T1"))
            event.reason = status == .transferFailed ? "busy" : nil
            return event
        }
        var events = [progress(.transferStarted), progress(.transferFailed), progress(.transferFailed)]
        if isBackwards { events.reverse() }
        for event in events { story.send(event) }
        let status = TransferStatus(requestID: RequestID("T1"), state: .failed, reason: "busy")
        story.send(.lines([.transferStatus(status, of: Story.callID, at: story.now)]))
        #expect(story.call(ref)?.transfers.map(\.progress) == [.failed])
        #expect(story.call(ref)?.transfers.first?.reason == "busy")
        #expect(story.state.snapshot.messages.filter { $0.text.contains("failed: busy") }.count == 1)
        // It can be tried again.
        #expect(story.send(.command(.transfer(CallKey(ref), transfer))).count == 1)
    }

    @Test("A transfer whose answer is lost is not taken for one that runs, and says so")
    func doubtful() throws {
        var story = Story()
        let ref = try talking(&story)
        let transfer = try warm()
        story.send(.command(.transfer(CallKey(ref), transfer)))
        story.send(.transferOutcome(CallKey(ref), transfer, .unknown(Doubt(.timedOut(.seconds(10))))))
        #expect(story.call(ref)?.transferState == .failed)
        #expect(story.lastMessage?.level == .error)
        #expect(story.lastMessage?.text.contains("may have started") == true)
    }

    @Test("The operator's no ends a call in doubt; an event that comes after all brings it back")
    func notPlaced() throws {
        var story = Story()
        let ref = try story.place()
        story.send(.outcome(ref, Story.doubt))
        let effects = story.send(.command(.settle(CallKey(ref), .wasNotPlaced)))
        guard case .write(let line) = effects.first else {
            Issue.record("the audit has nothing of it")
            return
        }
        #expect(line.kind == .settlement)
        #expect(line.ref == ref)
        #expect(story.stage(ref) == .ended(.failed))
        #expect(story.call(ref)?.mayHaveRung == false)
        story.send(story.event(.ringing, ref: ref))
        #expect(story.stage(ref) == .ringing)
    }

    @Test("Only a call in doubt can be settled")
    func notInDoubt() throws {
        var story = Story()
        let ref = try talking(&story)
        #expect(story.send(.command(.settle(CallKey(ref), .wasNotPlaced))).isEmpty)
        #expect(story.stage(ref) == .talking)
    }

    @Test("A hang-up that waited goes out when the operator says which call it is")
    func hangUpAfterSettling() throws {
        var story = Story()
        let ref = try story.place()
        story.send(.outcome(ref, Story.doubt))
        story.send(.command(.hangUp(CallKey(ref), cause: nil, reason: nil)))
        var stranger = story.event(.ringing)
        stranger.to = "918888888888"
        stranger.from = "919999999999"
        story.send(stranger)
        #expect(story.state.snapshot.candidates(for: CallKey(ref)).count == 1)
        let effects = story.send(.command(.settle(CallKey(ref), .isCall(Story.callID))))
        #expect(effects.contains(.hangUp(CallKey(ref), try HangUp(callID: Story.callID))))
        #expect(story.rows.count == 1)
    }

    @Test("Placing again is written with the settling of the first, in one, and only then is anything sent or settled")
    func placedAgain() throws {
        var story = Story()
        let first = try story.place()
        story.send(.outcome(first, Story.doubt))
        let ref = story.newRef()
        let effects = story.send(.command(.placeAgain(CallKey(first), as: ref)))
        guard case .record(ref, try Story.call(), let line?, true) = effects.first, effects.count == 1 else {
            Issue.record("\(effects)")
            return
        }
        #expect(line.kind == .settlement)
        #expect(line.ref == first)
        #expect(String(decoding: line.body, as: UTF8.self).contains(ref.text))
        #expect(story.stage(first) == .unknown)
        // Asked for twice it is done once.
        #expect(story.send(.command(.placeAgain(CallKey(first), as: story.newRef()))).isEmpty)
        #expect(story.send(.recorded(ref, failure: nil)) == [.send(ref, try Story.call())])
        #expect(story.stage(first) == .ended(.failed))
        #expect(story.stage(ref) == .placing)
        expectSound(story.state)
    }

    @Test("When placing again cannot be written, the first is in doubt as before, and it can be tried again")
    func placedAgainFails() throws {
        var story = Story()
        let first = try story.place()
        story.send(.outcome(first, Story.doubt))
        let ref = story.newRef()
        story.send(.command(.placeAgain(CallKey(first), as: ref)))
        #expect(story.send(.recorded(ref, failure: "the disk is full")).isEmpty)
        #expect(story.stage(first) == .unknown)
        #expect(story.stage(ref) == .ended(.failed))
        #expect(story.state.snapshot.underWay == 0)
        #expect(story.send(.command(.placeAgain(CallKey(first), as: story.newRef()))).count == 1)
    }

    @Test(
        "When it is heard while placing again is being written that the first was placed, nobody is rung a second time"
    )
    func placedAgainTooLate() throws {
        var story = Story()
        let first = try story.place()
        story.send(.outcome(first, Story.doubt))
        let ref = story.newRef()
        story.send(.command(.placeAgain(CallKey(first), as: ref)))
        story.send(story.event(.ringing, ref: first))
        // It does not leave, and the dialer says so.
        #expect(story.send(.recorded(ref, failure: nil)).isEmpty)
        story.send(.outcome(ref, .notSent(NotSent(reason: .cancelled, attempts: 0))))
        #expect(story.stage(first) == .ringing)
        #expect(story.stage(ref) == .ended(.failed))
        #expect(story.state.snapshot.underWay == 0)
        #expect(story.state.snapshot.messages.contains { $0.text.contains("not placed again") })
    }

    @Test(
        "A call that was placed and whose id nobody tells is over when the operator says so, and a record is believed more"
    )
    func isOver() throws {
        var story = Story()
        let ref = try story.place()
        story.send(.outcome(ref, Story.accepted))
        #expect(story.call(ref)?.needsWord == true)
        #expect(story.send(.command(.settle(CallKey(ref), .wasNotPlaced))).isEmpty)
        #expect(story.stage(ref) == .queued)
        #expect(story.send(.command(.settle(CallKey(ref), .isOver))).count == 1)
        #expect(story.call(ref)?.isEnded == true)
        #expect(story.call(ref)?.isEndKnown == false)
        story.send(story.event(.noAnswer, kind: .cdr, ref: ref))
        #expect(story.stage(ref) == .ended(.noAnswer))
        #expect(story.call(ref)?.isEndKnown == true)
    }

    @Test("A call in doubt that turns out to be one that ended before keeps its row for some seconds")
    func endedBefore() throws {
        var story = Story()
        let ref = try story.place()
        story.send(.outcome(ref, Story.doubt))
        var stranger = story.event(.busy)
        (stranger.to, stranger.from) = ("918888888888", "919999999999")
        story.send(stranger)
        story.wait(.seconds(40))
        #expect(story.rows.map(\.ref) == [ref])
        story.send(.command(.settle(CallKey(ref), .isCall(Story.callID))))
        #expect(story.rows.map(\.stage) == [.ended(.busy)])
        expectSound(story.state)
        story.wait(.seconds(40))
        #expect(story.rows.isEmpty)
        expectSound(story.state)
    }

    @Test("What another console writes gives the same calls, and nothing is sent for it")
    func followed() throws {
        var story = Story()
        var other = Story()
        let ref = try story.place()
        let call = try Story.call()
        let lines: [JournalLine] = [
            .intent(call, ref: ref, at: story.now),
            .outcome(Story.accepted, ref: ref, at: story.now),
        ]
        #expect(other.send(.lines([lines[0]])).isEmpty)
        #expect(other.stage(ref) == .placing)
        #expect(other.send(.lines([lines[1]])).isEmpty)
        #expect(other.stage(ref) == .queued)
        #expect(other.state.snapshot.underWay == 0)
        // What is up there is a reason not to ring the number again here.
        let again = other.newRef()
        #expect(other.send(.command(.place(again, call, allowRepeat: false))).isEmpty)
    }

    @Test("What the journal has comes back as it was: calls that are up as rows, ended ones only to be found")
    func restored() throws {
        var ledger = CallLedger()
        var story = Story()
        let (up, over) = (story.newRef(), story.newRef())
        for ref in [up, over] {
            ledger.add(.intent(try Story.call(), ref: ref, at: story.now), operator: "anna@desk")
            ledger.add(.outcome(Story.doubt, ref: ref, at: story.now), operator: "anna@desk")
        }
        ledger.add(.settlement(.wasNotPlaced, of: over, at: story.now), operator: "anna@desk")
        let calls = ledger.rows().compactMap(\.call).map { StoredCall(account: "a", call: $0, request: nil) }
        #expect(calls.count == 2)
        story.send(.restored(calls))
        #expect(story.rows.map(\.ref) == [up])
        #expect(story.stage(up) == .unknown)
        #expect(story.call(up)?.request == (try Story.call()))
        #expect(story.call(up)?.operator == "anna@desk")
        #expect(story.stage(over) == .ended(.failed))
        expectSound(story.state, "restored")
        // A late event of the ended one makes it a row again.
        story.send(story.event(.ringing, ref: over))
        #expect(story.rows.count == 2)
        expectSound(story.state, "brought back")
    }
}
