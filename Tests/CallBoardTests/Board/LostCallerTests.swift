import Piopiy
import Testing

@testable import CallBoard

@Suite("Transfers that end a call")
struct LostCallerTests {
    private static let transferID = RequestID("T1")

    /// A call that is up, with a transfer of it that the platform has taken.
    private func transferring(_ story: inout Story, isBlind: Bool) throws -> CallRef {
        let ref = try story.place()
        story.send(.outcome(ref, Story.accepted))
        story.send(story.event(.answered, request: Story.requestID, ref: ref))
        let number = try PhoneNumber(validating: "918888888802")
        let transfer: CallTransferRequest =
            isBlind
            ? .blind(try BlindTransfer(callID: Story.callID, to: Endpoint(.pstn(number))))
            : .warm(try WarmTransfer(callID: Story.callID, target: .number(number)))
        story.send(.command(.transfer(CallKey(ref), transfer)))
        let receipt = TransferReceipt(status: 200, requestID: Self.transferID)
        story.send(.transferOutcome(CallKey(ref), transfer, .accepted(receipt)))
        return ref
    }

    private func verdict(
        _ story: Story,
        _ status: PlatformEvent.Status,
        _ reason: String? = nil,
        id: RequestID? = transferID
    ) -> PlatformEvent {
        var event = story.event(status, kind: .transfer, request: id)
        event.reason = reason
        return event
    }

    @Test(
        "A reason that ends in _and_call_ended ends the call, told by an event or when asked, and keeps the reason proper",
        arguments: ["no_answer_and_call_ended", "NO_ANSWER_AND_CALL_ENDED"],
        [true, false]
    )
    func ended(reason: String, byEvent: Bool) throws {
        var story = Story()
        let ref = try transferring(&story, isBlind: false)
        if byEvent {
            story.send(verdict(story, .transferFailed, reason))
        } else {
            let status = TransferStatus(requestID: Self.transferID, state: .failed, reason: reason)
            #expect(status.hasEndedCall)
            story.send(.lines([.transferStatus(status, of: Story.callID, at: story.now)]))
        }
        let call = try #require(story.call(ref))
        #expect(call.isEnded && call.callerWasLost && story.state.snapshot.counts.up == 0)
        #expect(call.endedAt == story.now + .seconds(-1) && call.secondLeg == nil)
        #expect(call.transfers.map { $0.reason?.lowercased() } == ["no_answer"])
        #expect(call.transfers.map(\.endedCall) == [true])
        let said = story.state.snapshot.messages.map(\.text).filter { $0.hasPrefix("caller lost: ") }
        #expect(said.count == 1 && said[0].lowercased().contains("failed: no_answer; the transfer ended the call"))
        #expect(CallFacts(json: try JSONValue(parsing: call.facts.json.bytes())) == call.facts)
    }

    @Test(
        "A warm transfer that failed otherwise leaves the caller with the agent",
        arguments: ["busy", "call_ended_early"]
    )
    func warm(reason: String) throws {
        var story = Story()
        let ref = try transferring(&story, isBlind: false)
        story.send(verdict(story, .transferFailed, reason))
        #expect(story.stage(ref) == .talking)
        story.send(story.event(.ended))
        #expect(story.call(ref)?.isEnded == true && story.call(ref)?.callerWasLost == false)
        #expect(!story.state.snapshot.messages.contains { $0.text.contains("lost") })
    }

    @Test("A blind transfer that failed has lost the caller, whatever came first, and one that went through has not")
    func blind() throws {
        var story = Story()
        let ref = try transferring(&story, isBlind: true)
        let (failed, end) = (verdict(story, .transferFailed, "busy"), story.event(.ended))
        var reversed = story
        story.send(failed)
        #expect(story.lastMessage?.text.hasPrefix("caller lost: the transfer of ") == true)
        #expect(story.lastMessage?.text.hasSuffix("; the agent had already left the call") == true)
        // Until it is over nothing is lost for good: the platform may yet hand the caller on.
        #expect(story.call(ref)?.callerWasLost == false)
        story.send(end)
        #expect(story.call(ref)?.callerWasLost == true)
        reversed.send(end)
        #expect(reversed.call(ref)?.callerWasLost == false)
        reversed.send(failed)
        #expect(reversed.call(ref)?.callerWasLost == true)

        var other = Story()
        let handed = try transferring(&other, isBlind: true)
        other.send(verdict(other, .transferCompleted))
        other.send(other.event(.ended))
        #expect(other.call(handed)?.callerWasLost == false)
    }

    @Test("The transfer that ended the call counts, whatever a later one says; one that went through ends nothing")
    func severalTransfers() throws {
        var story = Story()
        let ref = try transferring(&story, isBlind: false)
        story.send(verdict(story, .transferFailed, "busy_and_call_ended"))
        // One that the platform refused to begin, asked for as the first one failed.
        let late = try WarmTransfer(callID: Story.callID, target: .number(PhoneNumber(validating: "918888888803")))
        let receipt = TransferReceipt(status: 200, requestID: RequestID("T2"))
        story.send(.transferOutcome(CallKey(ref), .warm(late), .accepted(receipt)))
        story.send(verdict(story, .transferFailed, "call_not_found", id: RequestID("T2")))
        #expect(story.call(ref)?.transfers.map(\.endedCall) == [true, false])
        #expect(story.call(ref)?.callerWasLost == true)

        var other = Story()
        let handed = try transferring(&other, isBlind: false)
        other.send(verdict(other, .transferCompleted, "busy_and_call_ended"))
        #expect(other.call(handed)?.isEnded == false)
        #expect(other.call(handed)?.transfers.map(\.endedCall) == [false])
    }

    @Test(
        "A transfer that nobody here began is shown with its verdict, with and without an id",
        arguments: [true, false]
    )
    func begunElsewhere(hasID: Bool) throws {
        var story = Story()
        let ref = try story.place()
        story.send(.outcome(ref, Story.accepted))
        story.send(story.event(.answered, request: Story.requestID, ref: ref))
        func event(_ status: PlatformEvent.Status, _ reason: String? = nil) -> PlatformEvent {
            var event = verdict(story, status, reason, id: hasID ? RequestID("T9") : nil)
            event.to = "alice"
            return event
        }
        story.send(event(.transferStarted))
        #expect(story.call(ref)?.transfers.map(\.progress) == [.started])
        #expect(story.call(ref)?.transfers.map(\.target) == ["alice"])
        // One without an id cannot be asked about, and is not waited for.
        #expect((story.call(ref)?.runningTransfer != nil) == hasID)
        story.send(event(.transferFailed, "rejected"))
        story.send(event(.transferFailed, "rejected"))
        #expect(story.call(ref)?.transfers.map(\.progress) == [.failed])
        #expect(story.state.snapshot.messages.filter { $0.text.contains("to alice failed: rejected") }.count == 1)
        #expect(story.call(ref)?.callerWasLost == false)
    }

    @Test("An event without an id is of the transfer that is known by its id")
    func withoutID() throws {
        var story = Story()
        let ref = try transferring(&story, isBlind: false)
        story.send(verdict(story, .transferStarted, id: nil))
        #expect(story.call(ref)?.transfers.map(\.requestID) == [Self.transferID])
    }

    @Test(
        "The ending is told apart from the reason",
        arguments: [
            ("busy_and_call_ended", "busy", true), ("busy", "busy", false), ("call_ended", "", true),
            ("_and_call_ended", "", true), ("recall_ended", "recall_ended", false), ("", "", false),
        ] as [(String, String, Bool)]
    )
    func reasons(told: String, word: String, endedCall: Bool) {
        #expect(TransferReason(told).word == word)
        #expect(TransferReason(told).endedCall == endedCall)
    }
}
