import Piopiy
import Testing

@testable import CallBoard

@Suite("Who is on the line")
struct WhoIsBusyTests {
    private static let person = "917000003006"
    /// The same number as events tell it.
    static let forms = [person, "+917000003006", "00917000003006", "+91 70000-03006", "(+91) 70000 03006"]

    private func event(
        _ story: Story,
        _ status: PlatformEvent.Status = .answered,
        from: String,
        to: String,
        leg: PlatformEvent.Leg? = .a,
        direction: PlatformEvent.Direction? = .outbound
    ) -> PlatformEvent {
        var event = story.event(status, leg: leg)
        (event.from, event.to, event.direction) = (from, to, direction)
        return event
    }

    private func isRefused(_ story: inout Story) throws -> Bool {
        let place = BoardCommand.place(story.newRef(), try Story.call(to: Self.person), allowRepeat: false)
        let isRefused = story.send(.command(place)).isEmpty
        #expect(!isRefused || story.lastMessage?.text.hasPrefix("not placed: \(Self.person)") == true)
        return isRefused
    }

    @Test("A number that an event tells in another form is busy", arguments: forms)
    func otherForms(told: String) throws {
        var story = Story()
        story.send(event(story, from: "919999999999", to: told))
        #expect(try isRefused(&story))
        story.send(event(story, .ended, from: "919999999999", to: told))
        #expect(try isRefused(&story))
        story.wait(.seconds(60))
        #expect(try !isRefused(&story))
    }

    @Test(
        "So is the caller of a call that came in, or of which nothing says which way it went",
        arguments: forms,
        [PlatformEvent.Direction.inbound, nil]
    )
    func caller(told: String, direction: PlatformEvent.Direction?) throws {
        var story = Story()
        story.send(event(story, .ringing, from: told, to: "919999999999", direction: direction))
        #expect(try isRefused(&story))
    }

    @Test("The caller id of an outbound call is nobody's phone, and SIP users and extensions are nobody's number")
    func nobody() throws {
        var story = Story()
        story.send(event(story, from: Self.person, to: "alice"))
        story.send(story.event(.answered, call: CallID("other")))
        #expect(try !isRefused(&story))
        #expect(story.state.snapshot.availability(of: "alice", at: story.now).isFree)
        #expect(story.state.snapshot.availability(of: "1001", at: story.now).isFree)
    }

    @Test("Whoever is joined as leg b is busy while that leg is up", arguments: forms)
    func secondLeg(told: String) throws {
        var story = Story()
        story.send(event(story, from: "919999999999", to: "918888888801"))
        story.send(event(story, .bridged, from: "919999999999", to: told, leg: .b))
        #expect(try isRefused(&story))
        story.send(event(story, .ended, from: "919999999999", to: told, leg: .b))
        #expect(try !isRefused(&story))
    }

    @Test("Whoever is rung for a transfer is busy, whoever began it, until it has failed or the call is over")
    func target() throws {
        var story = Story()
        story.send(event(story, from: "919999999999", to: "918888888801"))
        func transfer(_ status: PlatformEvent.Status, _ id: String) -> PlatformEvent {
            var event = story.event(status, kind: .transfer, request: RequestID(id))
            event.to = "+917000003006"
            return event
        }
        story.send(transfer(.transferStarted, "T1"))
        #expect(try isRefused(&story))
        story.send(transfer(.transferFailed, "T1"))
        let failed = story
        #expect(try !isRefused(&story))
        story = failed
        story.send(transfer(.transferCompleted, "T2"))
        #expect(try isRefused(&story))
        story.send(event(story, .ended, from: "919999999999", to: "918888888801"))
        #expect(try !isRefused(&story))
    }

    @Test("Whoever a call of ours was handed to is free once that call is over, though it was placed just now")
    func handedTo() throws {
        var story = Story()
        let ref = try story.place(to: "918888888801")
        story.send(.outcome(ref, Story.accepted))
        story.send(story.event(.answered, request: Story.requestID, ref: ref))
        var joined = story.event(.transferCompleted, kind: .transfer, request: RequestID("T1"))
        joined.to = Self.person
        story.send(joined)
        #expect(try isRefused(&story))
        story.send(story.event(.ended))
        #expect(story.call(ref)?.isEnded == true)
        #expect(try !isRefused(&story))
    }

    @Test("What is known of legs survives the journal's JSON")
    func stored() throws {
        var story = Story()
        story.send(event(story, from: "919999999999", to: "918888888801"))
        story.send(event(story, .bridged, from: "919999999999", to: "+917000003006", leg: .b))
        let facts = try #require(story.rows.first).facts
        #expect(CallFacts(json: try JSONValue(parsing: facts.json.bytes())) == facts)
        #expect(facts.legs.keys.sorted() == ["+917000003006"])
    }

    @Test("An event that names its call by numbers alone finds it in whatever form they are told")
    func numbersAlone() {
        var story = Story()
        for (from, to) in [("919999999999", Self.person), ("+919999999999", "+91 70000 03006")] {
            var event = story.event(.ringing, call: nil)
            (event.from, event.to) = (from, to)
            story.send(event)
        }
        #expect(story.rows.count == 1)
    }

    @Test("A call in doubt has candidates whose numbers are told in another form", arguments: forms)
    func candidates(told: String) throws {
        var story = Story()
        let ref = try story.place(to: Self.person)
        story.send(.outcome(ref, Story.doubt))
        story.send(event(story, .ringing, from: "+919999999999", to: told))
        #expect(story.state.snapshot.candidates(for: CallKey(ref)).map(\.callID) == [Story.callID])
        // A caller that is told as a SIP user says nothing against it; another number does.
        story.send(
            .webhook(.events([other(story, from: "agent", call: "B"), other(story, from: "918888888899", call: "C")]))
        )
        #expect(
            Set(story.state.snapshot.candidates(for: CallKey(ref)).compactMap(\.callID?.text)) == [
                Story.callID.text, "B",
            ]
        )
    }

    private func other(_ story: Story, from: String, call: String) -> PlatformEvent {
        var event = story.event(.ringing, call: CallID(call), leg: .a)
        (event.from, event.to) = (from, "+917000003006")
        return event
    }
}
