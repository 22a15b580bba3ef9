import Piopiy
import Testing

@testable import CallBoard

/// The table of the one rule, asked of a board. The journal's tests ask it between processes.
enum NumberAvailabilityTable {
    private typealias Reason = NumberAvailability.Reason

    /// What happened, and what is said of ``number`` some time after the last of it.
    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// By seconds since the last input; `nil` where the number is free.
        let expected: [(after: Int, reason: NumberAvailability.Reason?)]
        let story: @Sendable (inout Story) throws -> Void

        init(
            _ name: String,
            _ expected: [(Int, NumberAvailability.Reason?)],
            _ story: @escaping @Sendable (inout Story) throws -> Void
        ) {
            testDescription = name
            self.expected = expected.map { ($0.0, $0.1) }
            self.story = story
        }
    }

    static let number = "917000003006"
    static let ours = "919999999999"
    static let other = "918888888801"
    /// The longest time of a call that was placed without options, in seconds.
    static let longest = 7380

    private static func place(_ story: inout Story, _ options: CallOptions? = nil) throws -> CallRef {
        let ref = story.newRef()
        let call = try AICall(
            callerID: ours,
            toNumber: number,
            agentID: "bdd32bcb-767c-40a5-be4a-5f45eeb348a6",
            options: options
        )
        story.send(.command(.place(ref, call, allowRepeat: false)))
        story.send(.recorded(ref, failure: nil))
        return ref
    }

    static func event(
        _ story: Story,
        _ status: PlatformEvent.Status,
        from: String = ours,
        to: String,
        leg: PlatformEvent.Leg? = .a,
        direction: PlatformEvent.Direction? = .outbound
    ) -> PlatformEvent {
        var event = story.event(status, leg: leg)
        (event.from, event.to, event.direction) = (from, to, direction)
        return event
    }

    private static func outcome(_ name: String, _ outcome: Outcome<Acceptance>, _ expected: [(Int, Reason?)]) -> Row {
        Row(name, expected) { story in
            let ref = try place(&story)
            story.send(.outcome(ref, outcome))
        }
    }

    static let placements: [Row] = [
        // Placed a second or more before the last input.
        Row("under way", [(0, .underWay), (longest - 1, .underWay), (longest, nil)]) { story in
            _ = try place(&story)
        },
        outcome("accepted", Story.accepted, [(0, .onTheLine), (longest - 2, .onTheLine), (longest - 1, nil)]),
        outcome("in doubt", Story.doubt, [(0, .inDoubt), (longest - 2, .inDoubt), (longest - 1, nil)]),
        outcome("refused", .refused(Refusal(status: 403, code: nil, message: "no")), [(0, nil)]),
        outcome("not sent", .notSent(NotSent(reason: .rateLimited, attempts: 4)), [(0, nil)]),
        outcome("invalid", .invalid(ValidationError(field: "to_number", "is wrong")), [(0, nil)]),
        Row("in doubt, with options", [(300, .inDoubt), (388, .inDoubt), (389, nil)]) { story in
            let ref = try place(&story, CallOptions(maxDuration: 300, ringTimeout: 30))
            story.send(.outcome(ref, Story.doubt))
        },
        Row("said not to have been placed", [(300, .mayStillBeUp), (387, .mayStillBeUp), (388, nil)]) { story in
            let ref = try place(&story, CallOptions(maxDuration: 300, ringTimeout: 30))
            story.send(.outcome(ref, Story.doubt))
            story.send(.command(.settle(CallKey(ref), .wasNotPlaced)))
        },
        Row("said to be over", [(300, .mayStillBeUp), (387, .mayStillBeUp), (388, nil)]) { story in
            let ref = try place(&story, CallOptions(maxDuration: 300, ringTimeout: 30))
            story.send(.outcome(ref, Story.accepted))
            story.send(.command(.settle(CallKey(ref), .isOver)))
        },
        Row("rings", [(0, .onTheLine), (longest, .onTheLine), (longest + 1, nil)]) { story in
            let ref = try place(&story)
            story.send(.outcome(ref, Story.accepted))
            story.send(story.event(.ringing, request: Story.requestID))
        },
        Row("ended a moment ago", [(0, .dialedJustNow), (56, .dialedJustNow), (59, .endedJustNow), (60, nil)]) {
            story in
            let ref = try place(&story)
            story.send(.outcome(ref, Story.accepted))
            story.send(story.event(.busy, request: Story.requestID))
        },
        Row("ended after a while", [(0, .endedJustNow), (59, .endedJustNow), (60, nil)]) { story in
            let ref = try place(&story)
            story.send(.outcome(ref, Story.accepted))
            story.send(story.event(.answered, request: Story.requestID))
            story.wait(.seconds(300))
            story.send(story.event(.ended, request: Story.requestID))
        },
        Row("ended, and left the rows", [(0, .endedJustNow), (19, .endedJustNow), (20, nil)]) { story in
            story.send(event(story, .answered, to: number))
            story.send(event(story, .ended, to: number))
            story.wait(.seconds(40))
        },
    ]

    static let sides: [Row] = WhoIsBusyTests.forms.flatMap { told in
        [
            Row("called as \(told)", [(0, .onTheLine)]) { story in
                story.send(event(story, .answered, to: told))
            },
            Row("calls in as \(told)", [(0, .onTheLine)]) { story in
                story.send(event(story, .ringing, from: told, to: ours, direction: .inbound))
            },
            Row("called in as \(told)", [(0, .endedJustNow), (59, .endedJustNow), (60, nil)]) { story in
                story.send(event(story, .answered, from: told, to: ours, direction: .inbound))
                story.send(event(story, .ended, from: told, to: ours, direction: .inbound))
            },
            Row("is the caller as \(told), nothing says which way", [(0, .onTheLine)]) { story in
                story.send(event(story, .ringing, from: told, to: ours, direction: nil))
            },
            Row("is the caller id of an outbound call as \(told)", [(0, nil)]) { story in
                story.send(event(story, .answered, from: told, to: other))
            },
            Row("is joined as \(told)", [(0, .onTheLine)]) { story in
                story.send(event(story, .answered, to: other))
                story.send(event(story, .bridged, to: told, leg: .b))
            },
            Row("was joined as \(told), and left", [(0, nil)]) { story in
                story.send(event(story, .answered, to: other))
                story.send(event(story, .bridged, to: told, leg: .b))
                story.send(event(story, .ended, to: told, leg: .b))
            },
            Row("was joined as \(told), and the call ended", [(0, nil)]) { story in
                story.send(event(story, .answered, to: other))
                story.send(event(story, .bridged, to: told, leg: .b))
                story.send(event(story, .ended, to: other))
            },
        ]
    }

    private static let endings: [([PlatformEvent.Status], Reason?)] = [
        ([.transferStarted], .onTheLine), ([.transferStarted, .transferCompleted], .onTheLine),
        ([.transferStarted, .transferFailed], nil),
    ]

    static let transfers: [Row] = endings.map { statuses, reason in
        Row("is the target of a transfer: \(statuses)", [(0, reason)]) { story in
            story.send(event(story, .answered, to: other))
            for status in statuses {
                var event = story.event(status, kind: .transfer, request: RequestID("T1"))
                event.to = "+\(number)"
                story.send(event)
            }
        }
    }
}

@Suite("Whether a number may be dialed")
struct NumberAvailabilityTests {
    private typealias Table = NumberAvailabilityTable

    @Test("The table: placements", arguments: NumberAvailabilityTable.placements)
    func placements(row: NumberAvailabilityTable.Row) throws { try check(row) }

    @Test("The table: both sides, and whoever is joined, in every form", arguments: NumberAvailabilityTable.sides)
    func sides(row: NumberAvailabilityTable.Row) throws { try check(row) }

    @Test("The table: transfers", arguments: NumberAvailabilityTable.transfers)
    func transfers(row: NumberAvailabilityTable.Row) throws { try check(row) }

    private func check(_ row: NumberAvailabilityTable.Row) throws {
        var story = Story()
        try row.story(&story)
        expectSound(story.state)
        for (after, reason) in row.expected {
            let at = story.now + .seconds(after)
            let found = story.state.snapshot.availability(of: Table.number, at: at)
            #expect(found.conflict?.reason == reason, "after \(after) s")
            // The board asks the same.
            var later = story
            later.now = at + .seconds(-1)
            let call = try Story.call(to: Table.number)
            let effects = later.send(.command(.place(later.newRef(), call, allowRepeat: false)))
            #expect(effects.isEmpty == (reason != nil), "after \(after) s")
        }
        #expect(story.state.snapshot.availability(of: "917000003007", at: story.now) == .free)
    }

    @Test(
        "Withheld numbers, SIP users and extensions are nobody's number",
        arguments: [
            "", "anonymous", "Restricted", "alice", "sip:alice@example.com", "sip:1001@example.com", "1001", "100100",
        ]
    )
    func nobody(told: String) {
        var story = Story()
        story.send(Table.event(story, .answered, to: told))
        story.send(Table.event(story, .answered, from: told, to: Table.ours, direction: .inbound))
        #expect(story.state.snapshot.availability(of: told, at: story.now) == .free)
        #expect(story.state.snapshot.availability(of: Table.number, at: story.now) == .free)
    }

    @Test(
        "Where a country is set, its national forms are its numbers, and what may be one is",
        arguments: [
            ("07000003006", true), ("070000 03006", true), ("7000003006", true), ("0091 70000 03006", true),
            ("07000003007", false), ("003006", false),
        ]
    )
    func national(told: String, isBusy: Bool) throws {
        var story = Story()
        story.state.snapshot.numberPlan = try NumberPlan(country: "91")
        story.send(Table.event(story, .answered, from: told, to: Table.ours, direction: .inbound))
        expectSound(story.state)
        #expect(story.state.snapshot.availability(of: Table.number, at: story.now).isFree == !isBusy)
        // The other way round: what is dialed was told with its country code.
        story = Story()
        story.state.snapshot.numberPlan = try NumberPlan(country: "91")
        story.send(Table.event(story, .answered, from: Table.number, to: Table.ours, direction: .inbound))
        #expect(story.state.snapshot.availability(of: told, at: story.now).isFree == !isBusy)
    }

    @Test("Without a country a number with a trunk zero is that of whoever's ends in it")
    func incomplete() {
        var story = Story()
        story.send(Table.event(story, .answered, from: "07000003006", to: Table.ours, direction: .inbound))
        #expect(story.state.snapshot.availability(of: Table.number, at: story.now).conflict?.reason == .onTheLine)
        #expect(story.state.snapshot.availability(of: "917000003007", at: story.now) == .free)
    }

    @Test("Of several calls the strongest reason is told, with its call")
    func strongest() throws {
        var story = Story()
        story.send(Table.event(story, .answered, to: Table.number))
        story.send(Table.event(story, .ended, to: Table.number))
        #expect(story.state.snapshot.availability(of: Table.number, at: story.now).conflict?.reason == .endedJustNow)
        var event = story.event(.answered, call: CallID("other"))
        (event.from, event.to, event.direction) = ("+\(Table.number)", Table.ours, .inbound)
        story.send(event)
        let conflict = try #require(story.state.snapshot.availability(of: Table.number, at: story.now).conflict)
        #expect(conflict.reason == .onTheLine && conflict.call.callID == CallID("other"))
    }

    @Test(
        "A call that the journal brings as ended counts by how long ago that was",
        arguments: [(30, true), (61, false)]
    )
    func restored(ago: Int, isBusy: Bool) throws {
        var first = Story()
        first.send(Table.event(first, .ended, from: Table.number, to: Table.ours, direction: .inbound))
        let call = try #require(first.rows.first)
        let stored = StoredCall(
            account: "test",
            call: Call(key: call.key, facts: call.facts, seenAt: call.seenAt),
            request: nil
        )
        var state = BoardState()
        let now = first.now + .seconds(ago - 1)
        // The steady clock reads something else than the time of day.
        let steady = now + .seconds(-3600)
        _ = state.apply(.restored([stored]), now: now, steady: steady)
        #expect(state.snapshot.availability(of: Table.number, at: steady).isFree == !isBusy)
    }
}
