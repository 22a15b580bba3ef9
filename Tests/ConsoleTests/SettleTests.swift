import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("Settling a call in doubt by key")
struct SettleTests {
    /// A desk with a call of which nobody knows whether it was placed; it is selected.
    private func doubtfulDesk() throws -> Desk {
        var desk = Desk()
        desk.place("918888888888")
        guard case .place(let ref, _, _)? = desk.sent.first else { throw NoCall() }
        desk.happen(.outcome(ref, .unknown(Doubt(.timedOut(.seconds(10))))))
        return desk
    }

    private struct NoCall: Error {}

    private func settlements(_ desk: Desk) -> [Settlement] {
        desk.sent.compactMap { if case .settle(_, let settlement) = $0 { settlement } else { nil } }
    }

    @Test("! says what is known and what can be said; p and n take the operator's word")
    func word() throws {
        for (key, settlement, state) in [
            (Key.character("p"), Settlement.wasPlaced, "queued"), (.character("n"), .wasNotPlaced, "ended"),
        ] {
            var desk = try doubtfulDesk()
            #expect(desk.line(holding: "918888888888")?.contains("check") == true)
            desk.press(.character("!"))
            #expect(desk.screen.contains("What became of the call to 918888888888?"))
            let screen = desk.screen
            #expect(screen.contains("No answer came within 10 s"))
            #expect(desk.screen.contains("none is known yet"))
            desk.press(key)
            #expect(settlements(desk) == [settlement])
            #expect(desk.line(holding: " 918888888888 ")?.contains(state) == true)
            #expect(desk.placed.count == 1)
        }
    }

    @Test("A call that may be it is listed, and its digit makes the two one")
    func candidate() throws {
        var desk = try doubtfulDesk()
        desk.event("ringing", call: Desk.id(7))
        desk.press(.character("!"))
        #expect(desk.lines.contains { $0.contains("call id \(Desk.id(7))") })
        #expect(desk.lines.contains { $0.trimmed.hasPrefix("1 ") && $0.contains("ringing") })
        desk.press(.character("2"))
        #expect(settlements(desk).isEmpty)
        desk.press(.character("1"))
        #expect(settlements(desk) == [.isCall(CallID(Desk.id(7)))])
        #expect(desk.board.snapshot.order.count == 1)
        #expect(desk.line(holding: " 918888888888 ")?.contains("ringing") == true)
    }

    @Test(
        "Placing again asks once more, and no key but y says yes",
        arguments: [Key.enter, .character("n"), .escape, .paste("y")]
    )
    func againNo(key: Key) throws {
        var desk = try doubtfulDesk()
        desk.press(.character("!"), .character("a"))
        #expect(desk.status.contains("Ring 918888888888 again, though it may have been rung? y/n"))
        desk.press(key)
        #expect(settlements(desk).isEmpty)
        #expect(desk.placed.count == 1)
    }

    @Test("Placed again it is a call of its own, and the first one is no longer in doubt")
    func again() throws {
        var desk = try doubtfulDesk()
        desk.press(.character("!"), .character("a"), .character("y"))
        #expect(desk.placed.count == 2)
        #expect(desk.placed[0] == desk.placed[1])
        guard case .placeAgain(_, let ref)? = desk.sent.last else {
            Issue.record("it is not said that it was placed again")
            return
        }
        #expect(desk.board.snapshot.call(CallKey(ref))?.stage == .placing)
        #expect(desk.board.snapshot.counts.unknown == 0)
        // A second y, typed by a nervous finger, does nothing.
        desk.press(.character("y"))
        #expect(desk.placed.count == 2)
    }

    @Test("When an event settles it meanwhile, the dialog and its question go, and a y does nothing")
    func meanwhile() throws {
        var desk = try doubtfulDesk()
        guard case .place(let ref, _, _)? = desk.sent.first else { throw NoCall() }
        desk.press(.character("!"), .character("a"))
        desk.event("ringing", call: Desk.id(7), extra: ["variables": [CallRef.variableName: .string(ref.text)]])
        #expect(desk.status.contains("is no longer in doubt: ringing"))
        desk.press(.character("y"))
        #expect(desk.placed.count == 1)
        #expect(settlements(desk).isEmpty)
    }

    @Test("A call that was placed and whose id nobody tells can be said to be another one, or to be over; nothing else")
    func withoutID() throws {
        var desk = Desk()
        desk.place("918888888888")
        guard case .place(let ref, _, _)? = desk.sent.first else { throw NoCall() }
        desk.happen(.outcome(ref, .accepted(Acceptance(status: 200, requestID: RequestID("R1")))))
        #expect(desk.lines.last?.contains("! settle") == false)
        desk.pass(.seconds(31))
        #expect(desk.lines.last?.contains("! settle") == true)
        desk.event("ringing", call: Desk.id(7))
        desk.press(.character("!"))
        #expect(desk.screen.contains("the platform has told nobody its id"))
        #expect(desk.lines.contains { $0.trimmed.hasPrefix("1 ") && $0.contains("ringing") })
        for word in ["was placed", "place again"] { #expect(desk.lines.last?.contains(word) == false) }
        desk.press(.character("n"), .character("p"), .character("a"))
        #expect(desk.sent.count == 1)
        #expect(desk.screen.contains("What became of the call"))
        desk.press(.character("e"))
        #expect(settlements(desk) == [.isOver])
        #expect(desk.line(holding: " 918888888888 ")?.contains("ringing") == true)
        #expect(desk.lines.contains { $0.contains("ended") && $0.contains("no record yet") })
    }

    @Test("A call that is not in doubt cannot be settled")
    func notInDoubt() {
        var desk = Desk()
        desk.event("ringing", call: Desk.id(1))
        desk.press(.down, .character("!"))
        #expect(desk.status == "the call to 918888888888 is not in doubt")
    }

    @Test("A digit means the call that it was shown with, whatever has become known since")
    func digits() throws {
        var desk = try doubtfulDesk()
        desk.pass(.seconds(20))
        desk.event("ringing", call: Desk.id(7))
        desk.press(.character("!"))
        #expect(desk.lines.contains { $0.trimmed.hasPrefix("1 ") })
        // Nearer in time, it would have been the first.
        desk.event("ringing", call: Desk.id(8), extra: ["time": .integer(Int(desk.now.milliseconds) - 20_000)])
        let ids = desk.lines.filter { $0.contains("call id ") }
        #expect(ids.count == 2 && ids[0].contains(Desk.id(7)) && ids[1].contains(Desk.id(8)))
        desk.press(.character("1"))
        #expect(settlements(desk) == [.isCall(CallID(Desk.id(7)))])
    }

    @Test("An id that has turned out to be another placed call's settles nothing")
    func anothers() throws {
        var desk = try doubtfulDesk()
        desk.place("447700900123")
        guard case .place(let other, _, _)? = desk.sent.last, case .place(let doubtful, _, _)? = desk.sent.first else {
            throw NoCall()
        }
        desk.happen(.outcome(other, .accepted(Acceptance(status: 200, callID: CallID(Desk.id(9))))))
        desk.happen(.command(.settle(CallKey(doubtful), .isCall(CallID(Desk.id(9))))))
        let snapshot = desk.board.snapshot
        #expect(snapshot.call(CallKey(doubtful))?.isInDoubt == true)
        #expect(snapshot.call(CallKey(doubtful))?.callID == nil)
        #expect(desk.status.contains("not settled"))
    }
}
