import HashTreeCollections
import Piopiy
import Testing

@testable import CallBoard

@Suite("The board's rows")
struct RowTests {
    @Test("An event for a call nobody knows shows a row")
    func foreignCall() {
        var story = Story()
        story.send(story.event(.ringing))
        #expect(story.rows.map(\.stage) == [.ringing])
        #expect(story.rows.first?.request == nil)
        // By a request, a conversation or numbers alone as well.
        story.send(story.event(.ringing, call: nil, request: Story.requestID))
        var event = story.event(.ringing, call: nil)
        event.conversationID = "V"
        story.send(event)
        event.conversationID = nil
        event.to = "\u{1B}]0;owned\u{7}"
        story.send(event)
        #expect(story.rows.count == 4)
        expectSound(story.state)
    }

    @Test("A webhook that cannot be read is told and counted, and is no news")
    func unreadable() {
        var story = Story()
        story.send(.webhook(.unreadable("the body is not JSON")))
        #expect(story.rows.isEmpty)
        #expect(story.lastMessage?.level == .warning)
        #expect(story.lastMessage?.text.contains("the body is not JSON") == true)
        #expect(story.state.snapshot.lastWebhook == nil)
        #expect(story.state.snapshot.unreadableWebhooks.count == 1)
        #expect(story.state.snapshot.unreadableWebhooks.last == story.now)
    }

    @Test("Another process's unreadable webhook is told and counted as one's own is")
    func unreadableElsewhere() {
        var story = Story()
        let line = JournalLine.webhook(.unreadable("x"), body: Array("<xml/>".utf8), at: story.now)
        story.send(.lines([line]))
        #expect(story.lastMessage?.text.contains("the body is not JSON") == true)
        #expect(story.state.snapshot.lastWebhook == nil)
        #expect(story.state.snapshot.unreadableWebhooks.count == 1)
        #expect(story.state.snapshot.unreadableWebhooks.last == line.at)
    }

    @Test("A thousand unreadable webhooks are counted one by one, and told once a minute")
    func manyUnreadable() {
        var story = Story()
        for _ in 0..<120 { story.send(.webhook(.unreadable("the body is empty"))) }
        #expect(story.state.snapshot.unreadableWebhooks.count == 120)
        #expect(story.state.snapshot.messages.count == 2)
    }

    @Test("A call of which no webhook tells counts as unheard after a while, until one comes or it ends")
    func unheard() throws {
        var story = Story()
        let ref = try story.place()
        story.send(.outcome(ref, Story.accepted))
        #expect(story.state.snapshot.unheardCall(at: story.now) == nil)
        story.wait(.seconds(25))
        #expect(story.state.snapshot.unheardCall(at: story.now)?.ref == ref)
        #expect(story.call(ref)?.silence(at: story.now) ?? .zero >= .seconds(25))
        // What nobody can read tells nothing.
        story.send(.webhook(.unreadable("x")))
        #expect(story.state.snapshot.unheardCall(at: story.now)?.ref == ref)
        story.send(story.event(.ringing, request: Story.requestID))
        #expect(story.state.snapshot.unheardCall(at: story.now) == nil)
        #expect(story.call(ref)?.silence(at: story.now) == nil)
    }

    @Test("Two rows become one when an event carries the ids of both, and either key finds it")
    func merge() throws {
        var story = Story()
        story.send(story.event(.ringing))
        story.send(story.event(.answered, call: nil, request: Story.requestID))
        #expect(story.rows.count == 2)
        let keys = story.rows.map(\.key)
        story.send(story.event(.ringing, request: Story.requestID))
        #expect(story.rows.count == 1)
        #expect(story.rows.first?.stage == .talking)
        for key in keys { #expect(story.state.snapshot.call(key)?.key == story.rows.first?.key) }
        expectSound(story.state)
    }

    @Test("A row that came from events becomes the call placed here when its answer tells the same request")
    func mergeWithOurs() throws {
        var story = Story()
        let ref = try story.place()
        story.send(story.event(.ringing, request: Story.requestID))
        #expect(story.rows.count == 2)
        let stranger = try #require(story.rows.last?.key)
        story.send(.outcome(ref, Story.accepted))
        #expect(story.rows.map(\.key) == [CallKey(ref)])
        #expect(story.stage(ref) == .ringing)
        #expect(story.call(ref)?.request != nil)
        #expect(story.state.snapshot.call(stranger)?.ref == ref)
        expectSound(story.state)
    }

    @Test("A hang-up that waits or is on its way for one row is so for the merged one, and goes out once")
    func mergeWithHangUp() throws {
        for strangerFirst in [true, false] {
            var story = Story()
            let ref = try story.place()
            story.send(story.event(.ringing, request: Story.requestID))
            let stranger = try #require(story.rows.last?.key)
            var effects: [BoardEffect] = []
            let keys = strangerFirst ? [stranger, CallKey(ref)] : [CallKey(ref), stranger]
            for key in keys { effects += story.send(.command(.hangUp(key, cause: nil, reason: nil))) }
            effects += story.send(.outcome(ref, Story.accepted))
            effects += story.send(story.event(.ringing, ref: ref))
            #expect(effects.requests == [.hangUp(stranger, try HangUp(callID: Story.callID))])
            #expect(story.call(ref)?.hangUp == .sending)
            story.send(.hangUpOutcome(stranger, Story.hungUp))
            #expect(story.call(ref)?.hangUp == .accepted)
        }
    }

    @Test("Ids of two calls placed here never make them one")
    func contradiction() throws {
        var story = Story()
        let first = try story.place()
        let second = try story.place(to: "918888888777")
        story.send(.outcome(first, Story.accepted))
        story.send(story.event(.ringing, request: Story.requestID, ref: second))
        #expect(story.rows.count == 2)
        #expect(story.stage(first) == .queued)
        #expect(story.stage(second) == .ringing)
        #expect(story.lastMessage?.level == .warning)
        expectSound(story.state)
    }

    @Test("A call that has ended stays for its seconds and leaves; a late CDR still finds it")
    func leaves() throws {
        var story = Story(endedStay: .seconds(30))
        let ref = try story.place()
        story.send(story.event(.answered, ref: ref))
        story.send(story.event(.ended))
        story.wait(.seconds(29))
        #expect(story.rows.count == 1)
        story.wait(.seconds(1))
        #expect(story.rows.isEmpty)
        #expect(story.state.snapshot.counts.all == 0)
        var record = story.event(.answered, kind: .cdr)
        record.rate = 0.25
        story.send(record)
        #expect(story.rows.isEmpty)
        #expect(story.call(ref)?.rate == 0.25)
        expectSound(story.state)
    }

    @Test("It leaves by the board's own clock, whatever the platform's says", arguments: [0, 4_000_000_000_000])
    func platformClock(at: Int64) {
        var story = Story()
        story.now = Timestamp(milliseconds: 1_725_942_870_000)
        var event = story.event(.ended)
        event.at = Timestamp(milliseconds: at)
        story.send(event)
        story.wait(.seconds(29))
        #expect(story.rows.count == 1)
        story.wait(.seconds(1))
        #expect(story.rows.isEmpty)
    }

    @Test("A call that the platform refused and that rings all the same is back on the board", arguments: [0, 60])
    func revived(seconds: Int) throws {
        var story = Story()
        let ref = try story.place()
        story.send(.outcome(ref, .refused(Refusal(status: 400, code: nil, message: "no"))))
        story.wait(.seconds(seconds))
        story.send(story.event(.ringing, ref: ref))
        #expect(story.rows.map(\.stage) == [.ringing])
        story.wait(.seconds(3600))
        #expect(story.rows.map(\.stage) == [.ringing])
        expectSound(story.state)
    }

    @Test("What is forgotten is forgotten whole: its ids make a new row")
    func forgotten() throws {
        var story = Story(endedStay: .zero, retiredLimit: 1)
        // The row had another key before, to which one of its ids still leads.
        let leg = CallID("leg")
        story.send(story.event(.ringing, call: leg, request: Story.requestID))
        story.send(story.event(.ended, request: Story.requestID))
        #expect(story.rows.count == 1)
        story.wait(.seconds(1))
        story.send(story.event(.ended, call: CallID("another")))
        story.wait(.seconds(1))
        #expect(story.state.snapshot.calls.count == 1)
        #expect(story.state.snapshot.aliases.isEmpty)
        story.send(story.event(.ringing, call: nil, request: Story.requestID))
        #expect(story.rows.map(\.stage) == [.ringing])
        story.send(story.event(.answered))
        #expect(story.rows.count == 2)
        story.send(story.event(.answered, call: leg))
        #expect(story.rows.count == 3)
        expectSound(story.state)
    }

    @Test("A flood of events for one call does not fill the memory")
    func flood() {
        var story = Story()
        for _ in 0..<2000 { story.send(story.event(.ringing)) }
        #expect(story.rows.count == 1)
        #expect(story.rows.first?.facts.ownIDs.count == 1)
        #expect(story.rows.first?.timeline.count == 200)
        for _ in 0..<300 { story.send(.note(.info, "x")) }
        #expect(story.state.snapshot.messages.count == BoardSnapshot.messageLimit)
        #expect(story.lastMessage?.id == 300)
    }
}
