import Piopiy
import TestSupport
import Testing

@testable import CallBoard

@Suite("How many calls have ended")
struct EndCountTests {
    private func counts(_ story: Story) -> [Call.End: Int] {
        let ends = story.state.snapshot.ends
        return Dictionary(uniqueKeysWithValues: Call.End.allCases.map { ($0, ends[$0]) }).filter { $0.value > 0 }
    }

    @Test("Each end counts once, also when it is told again, and stays when the call leaves the rows")
    func once() throws {
        var story = Story()
        let ref = try story.place()
        #expect(counts(story).isEmpty)
        story.send(story.event(.answered, ref: ref))
        story.send(story.event(.ended, ref: ref))
        #expect(counts(story) == [.completed: 1])
        story.send(story.event(.ended, ref: ref))
        story.send(story.event(.answered, kind: .cdr, ref: ref))
        #expect(counts(story) == [.completed: 1])
        story.wait(.seconds(60))
        #expect(story.rows.isEmpty)
        #expect(counts(story) == [.completed: 1])
    }

    @Test("A call that is first heard of when it has ended counts too")
    func unheard() {
        var story = Story()
        story.send(story.event(.busy, call: CallID("b-1")))
        #expect(counts(story) == [.busy: 1])
    }

    @Test("Two rows that turn out to be one call count one end")
    func merged() throws {
        var story = Story()
        let ref = try story.place()
        // Nothing tells yet that this is the call that was placed.
        story.send(story.event(.busy, call: CallID("m-1")))
        #expect(counts(story) == [.busy: 1])
        story.send(story.event(.busy, call: CallID("m-1"), ref: ref))
        #expect(story.rows.count == 1)
        #expect(counts(story) == [.busy: 1])
    }

    @Test("Calls that had ended before are not counted")
    func restored() {
        var first = Story()
        first.send(first.event(.busy, call: CallID("r-1")))
        let calls = first.rows.map { StoredCall(account: "test", call: $0, request: nil) }
        #expect(calls.count == 1)
        var second = Story()
        second.send(.restored(calls))
        #expect(counts(second).isEmpty)
    }
}
