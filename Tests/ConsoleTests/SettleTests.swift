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
        let ref = try #require(desk.sent.placedRefs.first)
        desk.happen(.outcome(ref, .unknown(Doubt(.timedOut(.seconds(10))))))
        return desk
    }

    private func settlements(_ desk: Desk) -> [Settlement] {
        desk.sent.compactMap { if case .settle(_, let settlement) = $0 { settlement } else { nil } }
    }

    @Test("! says what is known and what can be said; p and u ask, and take the operator's word")
    func word() throws {
        for (key, settlement, state) in [
            (Key.character("p"), Settlement.wasPlaced, "queued"), (.character("u"), .wasNotPlaced, "ended"),
        ] {
            var desk = try doubtfulDesk()
            #expect(desk.line(holding: "918888888888")?.contains("check") == true)
            desk.press(.character("!"))
            #expect(desk.screen.contains("What happened to the call to 918888888888?"))
            let screen = desk.screen
            #expect(screen.contains("No answer came within 10 s"))
            #expect(desk.screen.contains("none is known yet"))
            desk.press(key)
            #expect(
                desk.status.hasPrefix(
                    "Count the call to 918888888888 as \(key == .character("p") ? "" : "not ")placed?"
                )
            )
            #expect(settlements(desk).isEmpty)
            desk.press(.character("y"))
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
        desk.press(.character("1"), .character("y"))
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
        #expect(desk.status.contains("Dial 918888888888 again, though it may have been dialed? y/n"))
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
        let ref = try #require(desk.sent.placedRefs.first)
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
        let ref = try #require(desk.sent.placedRefs.first)
        desk.happen(.outcome(ref, .accepted(Acceptance(status: 200, requestID: RequestID("R1")))))
        #expect(desk.lines.last?.contains("! settle") == false)
        desk.pass(.seconds(31))
        #expect(desk.lines.last?.contains("! settle") == true)
        desk.event("ringing", call: Desk.id(7))
        desk.press(.character("!"))
        #expect(desk.screen.contains("its call id is not known"))
        #expect(desk.lines.contains { $0.trimmed.hasPrefix("1 ") && $0.contains("ringing") })
        for word in ["was placed", "dial again"] { #expect(desk.lines.last?.contains(word) == false) }
        for key in "npuaye" { desk.press(.character(key)) }
        #expect(desk.sent.count == 1 && desk.model.question == nil)
        #expect(desk.screen.contains("What happened to the call"))
        desk.press(.character("o"), .character("y"))
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
        #expect(desk.status.hasPrefix("Is it the call 00000000 to 918888888888? That cannot be taken back. y/n"))
        desk.press(.character("y"))
        #expect(settlements(desk) == [.isCall(CallID(Desk.id(7)))])
    }

    @Test("A bounced no says nothing of the call: nobody is rung anew on its strength")
    func bounced() throws {
        var desk = try doubtfulDesk()
        desk.press(.character("!"), .character("a"), .character("n"), .character("n"))
        #expect(settlements(desk).isEmpty && desk.model.snapshot.counts.unknown == 1)
        #expect(desk.status == "n does nothing here")
        desk.press(.escape, .character("r"), .control("s"))
        #expect(desk.placed.count == 1)
        #expect(desk.status.contains("is already on the board. Dial it again? y/n"))
    }

    @Test("What has become known since the question was asked is asked about before it counts")
    func knownMeanwhile() throws {
        for key in ["u", "o", "a"] as [Character] {
            var desk = try doubtfulDesk()
            desk.press(.character("!"), .character(key))
            #expect(!desk.status.contains("may be this call"))
            desk.event("answered", call: Desk.id(7))
            desk.press(.character("y"))
            #expect(settlements(desk).isEmpty && desk.placed.count == 1, "\(key)")
            #expect(desk.status.hasPrefix("918888888888 is talking: that may be this call. "))
            desk.press(.character("y"))
            #expect(settlements(desk).count + desk.placed.count == 2, "\(key)")
        }
    }

    /// A desk whose doubtful call an operator has said not to have been placed.
    private func disownedDesk(_ width: Int = 80) throws -> Desk {
        var desk = try doubtfulDesk()
        desk.press(.character("!"), .character("u"), .character("y"))
        #expect(desk.model.snapshot.counts.unknown == 0)
        return desk
    }

    @Test("A number whose call was in doubt is asked about before it is called again, whatever was said of it")
    func warns() throws {
        let words = "918888888888 may still be up, dialed 02:00 ago. Dial it"
        let ways: [@Sendable (inout Desk) -> Void] = [
            { $0.place("918888888888") }, { $0.press(.character("r"), .control("s")) },
            { desk in
                desk.press(.character(":"))
                desk.type("call 918888888888 from 919999999999 agent \(Desk.agent)")
                desk.press(.enter)
            },
        ]
        for key in ["u", "p", "o"] as [Character] {
            for way in ways {
                var desk = try doubtfulDesk()
                desk.press(.character("!"), .character(key), .character("y"))
                // Long past the minute in which any call is asked about, and still in sight.
                desk.pass(.seconds(120), ticks: false)
                way(&desk)
                #expect(desk.placed.count == 1)
                let asked = key == "p" ? "918888888888 is already on the board. Dial it" : words
                #expect(desk.status.hasPrefix(asked), "\(desk.status)")
                desk.press(.character("y"))
                #expect(desk.placed.count == 2)
            }
        }
    }

    @Test(
        "What was said can be taken back by ! and a y while nobody was called on its strength: it is in doubt again"
    )
    func takenBack() throws {
        for key in ["u", "p", "o"] as [Character] {
            var desk = try doubtfulDesk()
            desk.press(.character("!"), .character(key), .character("y"))
            #expect(desk.model.snapshot.counts.unknown == 0)
            desk.pass(.seconds(5))
            desk.press(.enter)
            #expect(desk.line(holding: "Settled")?.contains("at 22:13:20 an operator said that it") == true)
            desk.press(.character("!"))
            // Of a call that was placed more can be said.
            if key == "p" { desk.press(.character("b")) }
            #expect(desk.status.hasPrefix("Take back that the call to 918888888888 "))
            desk.press(.character("y"))
            #expect(settlements(desk).last == .takenBack)
            #expect(desk.model.snapshot.counts.unknown == 1, "\(key)")
            desk.press(.escape)
            #expect(desk.line(holding: " 918888888888 ")?.contains("check") == true)
        }
    }

    @Test("After the number was called again what was said stands, and says why")
    func tooLate() throws {
        var desk = try disownedDesk()
        desk.pass(.seconds(1))
        desk.place("918888888888")
        desk.press(.character("y"))
        #expect(desk.placed.count == 2)
        desk.press(.end, .character("!"))
        #expect(desk.model.question == nil)
        #expect(desk.status == "918888888888 was called again at 22:13:21, so that cannot be taken back")
    }

    @Test("A call that has left the board is settled back from the history")
    func fromHistory() throws {
        var desk = try disownedDesk()
        desk.pass(.seconds(40))
        #expect(desk.model.rows.isEmpty)
        let key = try #require(desk.placedKey)
        let call = try #require(desk.board.snapshot.call(key))
        desk.press(.character("h"))
        desk.answer(from: FakeJournal([StoredCall(account: "test", call: call, request: nil)]))
        desk.press(.enter, .character("!"))
        #expect(desk.status == "Take back that the call to 918888888888 was not placed? y/n")
        desk.press(.character("y"))
        #expect(desk.model.snapshot.counts.unknown == 1)
    }

    @Test("settle CALL take-back asks too, and says where there is nothing to take back")
    func command() throws {
        var desk = PlainDesk()
        desk.type("call 918888888888 from 919999999999 agent \"Support EN\"")
        let ref = try #require(desk.sent.placedRefs.first)
        desk.happen(.outcome(ref, .unknown(Doubt(.timedOut(.seconds(10))))))
        #expect(
            desk.type("settle 1 take-back") == ["there is nothing to take back for the call to 918888888888"]
        )
        desk.type("settle 1 was-not-placed", "no")
        #expect(desk.sent.count == 1)
        #expect(desk.type("settle 1 was-not-placed") == ["Count the call to 918888888888 as not placed? yes or no"])
        desk.type("yes")
        // Within its time a second one is asked about.
        desk.type("call 918888888888 from 919999999999 agent \"Support EN\"")
        #expect(
            desk.lines.last?.contains("918888888888 may still be up, dialed 00:00 ago. Dial it again? yes or no")
                == true
        )
        desk.type("no")
        #expect(desk.placed.count == 1)
        #expect(
            desk.type("settle 1 take-back").last?.hasPrefix("Take back that the call to 918888888888 was not placed?")
                == true
        )
        desk.type("yes")
        #expect(
            desk.lines.contains {
                $0.hasSuffix("call 1 to 918888888888: unknown: it may have been placed; it is not repeated")
            }
        )
        #expect(desk.board.snapshot.counts.unknown == 1)
    }

    @Test("An id that has turned out to be another placed call's settles nothing")
    func anothers() throws {
        var desk = try doubtfulDesk()
        desk.place("447700900123")
        let other = try #require(desk.sent.placedRefs.last)
        let doubtful = try #require(desk.sent.placedRefs.first)
        #expect(other != doubtful)
        desk.happen(.outcome(other, .accepted(Acceptance(status: 200, callID: CallID(Desk.id(9))))))
        desk.happen(.command(.settle(CallKey(doubtful), .isCall(CallID(Desk.id(9))))))
        let snapshot = desk.board.snapshot
        #expect(snapshot.call(CallKey(doubtful))?.isInDoubt == true)
        #expect(snapshot.call(CallKey(doubtful))?.callID == nil)
        #expect(desk.status.contains("not settled"))
    }
}
