import Piopiy
import Testing

@testable import CallBoard
@testable import Console

@Suite("The console as lines")
struct PlainTests {
    private static let whole = "call 918888888888 from 919999999999 agent \"Support EN\""

    @Test("Each change of a call is a line with its number, once")
    func story() {
        var desk = PlainDesk()
        #expect(desk.event("ringing", call: 1) == ["22:13:20 call 1 to 918888888888 from 919999999999: ringing"])
        #expect(desk.event("ringing", call: 1) == [])
        #expect(desk.event("ringing", call: 2, to: "918888888802").map { $0.dropFirst(9).prefix(6) } == ["call 2"])
        #expect(desk.event("answered", call: 1) == ["22:13:20 call 1 to 918888888888: talking"])
        #expect(desk.event("hangup", call: 1) == ["22:13:20 call 1 to 918888888888: ended, completed"])
        desk.pass(.seconds(40))
        // The number of a call that has left the list is not given to another.
        #expect(
            desk.event("busy", call: 3, to: "918888888803") == [
                "22:14:00 call 3 to 918888888803 from 919999999999: ended, busy"
            ]
        )
        #expect(desk.type("show 1").contains("Call id: \(Desk.id(1))"))
    }

    @Test("A whole call is placed and told by the number that it keeps")
    func wholeCall() throws {
        var desk = PlainDesk()
        let said = desk.type(Self.whole + " order=A-17")
        #expect(said == ["placing a call to 918888888888", "22:13:20 call 1 to 918888888888: placing"])
        let call = try #require(desk.placed.first)
        #expect(call.agentID.text == Desk.agent && call.variables?["order"] == .text("A-17"))
        let ref = try #require(desk.sent.placedRefs.first)
        let told = desk.happen(.outcome(ref, .unknown(Doubt(.timedOut(.seconds(10))))))
        #expect(told.contains("22:13:20 call 1 to 918888888888: unknown: it may have been placed; it is not repeated"))
        #expect(
            told.contains {
                $0.contains("error: call 1: call to 918888888888: in doubt, not repeated (show 1: details)")
            }
        )
    }

    @Test("What is missing is asked for field by field; a wrong answer is asked again; then one yes places it")
    func prompts() throws {
        var desk = PlainDesk()
        #expect(desk.type("call")[0].hasPrefix("which number to call?"))
        #expect(desk.type("12")[0].hasPrefix("error: the number has only 2 digits"))
        #expect(desk.type("+91 88888 88888")[0].hasPrefix("from which number?"))
        #expect(desk.type("919999999999")[0].hasPrefix("which agent?"))
        #expect(desk.type("nobody")[0].hasPrefix("error: there is no agent “nobody”"))
        #expect(
            desk.type("support en") == [
                "Place a call to 918888888888 from 919999999999, agent Support EN? yes or no"
            ]
        )
        #expect(desk.placed.isEmpty)
        #expect(desk.type("calls") == ["nothing was done: “calls” is neither yes nor no"])
        #expect(desk.type("yes")[0].hasPrefix("error: “yes” is not a command") && desk.placed.isEmpty)
        #expect(desk.type("call 918888888888").last?.hasPrefix("Place a call to 918888888888") == true)
        #expect(desk.type("yes").first == "placing a call to 918888888888")
        #expect(desk.placed.count == 1)
        // A second yes, typed by a nervous finger, places nothing.
        #expect(desk.type("yes") == ["error: “yes” is not a command; help lists them"])
        #expect(desk.placed.count == 1)
        // Caller and agent are remembered, what else was in the call is not.
        #expect(desk.type("call 918888888802 a=1")[0].contains("agent Support EN, a=1? yes or no"))
        desk.type("no")
        #expect(desk.type("call 918888888802")[0].hasSuffix("agent Support EN? yes or no"))
        #expect(desk.type("no") == ["nothing was done"])
        desk.type("call", "cancel")
        #expect(desk.placed.count == 1 && desk.model.asked == nil)
    }

    @Test("A number that is up is not rung again without a yes", arguments: [true, false])
    func repeats(isWhole: Bool) {
        var desk = PlainDesk()
        desk.type(Self.whole)
        let said = isWhole ? desk.type(Self.whole) : desk.type("call 918888888888", "yes")
        #expect(said.last == "918888888888 is already on the board. Dial it again? yes or no")
        #expect(desk.type("") == ["nothing was done: an empty line is neither yes nor no"])
        desk.type("yes", "ok", "hang-up 1", "no")
        #expect(desk.placed.count == 1 && desk.hungUp.isEmpty)
        if isWhole { desk.type(Self.whole, "yes") } else { desk.type("call 918888888888", "yes", "yes") }
        #expect(desk.placed.count == 2)
    }

    @Test("A hang-up names its call by number, and asks; nothing but yes is a yes")
    func hangUp() {
        var desk = PlainDesk()
        desk.event("answered", call: 1, to: "918888888801")
        desk.event("ringing", call: 2, to: "918888888802")
        #expect(desk.type("hang-up 2") == ["Hang up call 2 to 918888888802, ringing? yes or no"])
        desk.type("", "yes", "hang-up 2", "2", "yes", "hang-up 1", "yes please", "yes", "hang-up 1", "hang-up 2", "yes")
        #expect(desk.hungUp.isEmpty && desk.model.asked == nil)
        desk.type("hang-up 2", "yes")
        #expect(desk.hungUp == [Desk.id(2)])
        #expect(desk.lines.last == "22:13:20 call 2 to 918888888802: hanging up")
        desk.type("yes", "y")
        #expect(desk.hungUp.count == 1)
    }

    @Test(
        "Without a name, with a wrong one or with one of several calls nobody is hung up",
        arguments: [
            "hang-up", "hang-up 3", "hang-up 0000", "hang-up 91888888880", "hang-up 918888888801", "hang-up all",
        ]
    )
    func nobody(line: String) {
        var desk = PlainDesk()
        desk.event("answered", call: 1, to: "918888888801")
        desk.event("answered", call: 2, to: "918888888801")
        let said = desk.type(line, "yes")
        #expect(said.first?.hasPrefix("error: ") == true)
        #expect(desk.hungUp.isEmpty)
        if line.hasSuffix("801") { #expect(said[0].contains("matches 2 calls: 1 to 918888888801, talking; 2 to")) }
    }

    @Test("A placed call is not selected: hang-up alone never means it")
    func nothingIsSelected() {
        var desk = PlainDesk()
        desk.type(Self.whole)
        for line in [
            "hang-up", "transfer", "settle", "show", "mark", "copy-id", "transfer warm 918888888803", "details",
        ] {
            #expect(desk.type(line)[0].hasPrefix("error: "), "\(line)")
        }
        #expect(desk.sent.count == 1 && desk.model.asked == nil)
    }

    @Test("Marked calls are hung up together after one question that names them")
    func marks() {
        var desk = PlainDesk()
        desk.event("answered", call: 1, to: "918888888801")
        desk.event("ringing", call: 2, to: "918888888802")
        desk.type("mark 1 2")
        let asked = desk.type("hang-up")[0]
        #expect(asked.contains("call 1 to 918888888801, talking") && asked.contains("call 2 to 918888888802, ringing"))
        desk.type("yes")
        #expect(Set(desk.hungUp) == [Desk.id(1), Desk.id(2)])
    }

    @Test("A question goes when its call ends by itself, and a yes that comes too late does nothing")
    func endedMeanwhile() {
        var desk = PlainDesk()
        desk.event("answered", call: 1)
        desk.type("hang-up 1")
        let told = desk.event("hangup", call: 1)
        #expect(told.contains("the call to 918888888888 has ended meanwhile"))
        #expect(desk.type("yes") == ["error: “yes” is not a command; help lists them"])
        #expect(desk.hungUp.isEmpty)
    }

    @Test("A transfer is sent as it stands, or asked for; it goes with its call")
    func transfer() {
        var desk = PlainDesk()
        desk.event("answered", call: 1, to: "918888888801")
        desk.type("transfer 1 warm 918888888802")
        #expect(desk.lines.last == "22:13:20 call 1 to 918888888801: sending the transfer")
        desk.event("answered", call: 2, to: "918888888803")
        #expect(desk.type("transfer 2")[0].hasPrefix("warm (the agent talks on) or blind?"))
        #expect(desk.type("blind")[0].hasPrefix("to whom?"))
        #expect(desk.type("12")[0].hasPrefix("error: to has only 2 digits"))
        desk.event("hangup", call: 2, to: "918888888803")
        #expect(desk.lines.contains("warning: the call to 918888888803 has ended; it was not transferred"))
        #expect(desk.type("918888888802")[0].hasPrefix("error: “918888888802” is not a command"))
        #expect(desk.sent.count == 1)
    }

    @Test("A call in doubt is settled by a word; placing it again asks")
    func settle() throws {
        var desk = PlainDesk()
        desk.type(Self.whole)
        let ref = try #require(desk.sent.placedRefs.first)
        desk.happen(.outcome(ref, .unknown(Doubt(.timedOut(.seconds(10))))))
        desk.event("ringing", call: 7)
        let told = desk.type("settle 1")
        #expect(told.contains("it may be call 2 to 918888888888: ringing, from 919999999999, call id \(Desk.id(7))"))
        #expect(told.contains("settle 1 was-not-placed: it was not placed"))
        #expect(desk.model.asked == nil)
        let again = "918888888888 is ringing: that may be this call. Dial it again? yes or no"
        #expect(desk.type("settle 1 again").last == again)
        desk.type("no")
        #expect(desk.type("settle 1 is 99999")[0].contains("“99999” does not name exactly one"))
        let question = desk.type("settle 1 is 2").last
        #expect(question == "Is it the call 00000000 to 918888888888? That cannot be taken back. yes or no")
        #expect(desk.sent.count == 1)
        desk.type("yes")
        guard case .settle(_, .isCall(let id))? = desk.sent.last else {
            Issue.record("it was not settled")
            return
        }
        #expect(id.text == Desk.id(7))
        // Two numbers are one call now; the first one stays, either finds it.
        #expect(desk.lines.contains { $0.hasSuffix("call 2 is the same as call 1") })
        desk.type("hang-up 2", "yes")
        #expect(desk.hungUp == [Desk.id(7)])
        #expect(desk.placed.count == 1)
    }

    @Test("Placed again it is a call of its own, after one yes")
    func again() throws {
        var desk = PlainDesk()
        desk.type(Self.whole)
        let ref = try #require(desk.sent.placedRefs.first)
        desk.happen(.outcome(ref, .unknown(Doubt(.timedOut(.seconds(10))))))
        desk.type("settle 1 again")
        #expect(desk.type("yes").first == "placing a call to 918888888888 again")
        #expect(desk.placed.count == 2)
        #expect(desk.type("settle 1 again")[0].contains("is not in doubt"))
        desk.type("yes")
        #expect(desk.placed.count == 2)
    }

    @Test("A call that was placed, and whose id nobody knows, can be said to be over and no more")
    func withoutID() throws {
        var desk = PlainDesk()
        desk.type(Self.whole)
        let ref = try #require(desk.sent.placedRefs.first)
        desk.happen(.outcome(ref, .accepted(Acceptance(status: 200, requestID: RequestID("r1")))))
        for word in ["was-placed", "was-not-placed", "again"] {
            #expect(desk.type("settle 1 \(word)")[0].contains("is known to have been placed"))
        }
        #expect(desk.sent.count == 1 && desk.model.asked == nil)
        desk.type("settle 1 is-over")
        #expect(desk.sent.count == 1)
        desk.type("yes")
        #expect(desk.lines.contains { $0.contains("call 1 to 918888888888: ended") })
    }

    @Test("Lists and details are words; filter, sort, columns and agents are obeyed")
    func lists() {
        var desk = PlainDesk()
        desk.event("answered", call: 1, to: "918888888801", extra: ["agent_id": .string(Desk.agent)])
        desk.event("ringing", call: 2, to: "918888888802", extra: ["extra_params": "{\"order\":\"A-17\"}"])
        #expect(
            desk.type("calls") == [
                "2 calls, newest first", "call 2 to 918888888802: ringing 00:00, from 919999999999",
                "call 1 to 918888888801: talking 00:00, from 919999999999, agent Support EN",
            ]
        )
        #expect(desk.type("filter state:talking") == ["1 of 2 calls, newest first, filter state:talking"])
        #expect(desk.type("calls").count == 2)
        #expect(desk.type("filter") == ["2 calls, newest first"])
        #expect(desk.type("sort to reversed") == ["2 calls, by to, reversed"])
        #expect(desk.type("columns var:order") == ["calls lists var:order"])
        #expect(desk.type("calls")[1] == "call 2 to 918888888802: ringing 00:00, var:order A-17")
        #expect(desk.type("agents").last == "agent Support EN: \(Desk.agent)")
        #expect(desk.type("copy-id 1") == [Desk.id(1)])
        #expect(desk.type("help hang-up")[0].hasPrefix("hang-up [CALL …]"))
        #expect(desk.type("theme dark", "up", "redraw").allSatisfy { $0.hasPrefix("error: ") })
        for line in desk.type("help", "messages", "show 1", "settle 1") {
            #expect(line.allSatisfy { !"●◌○→✕⇄›▪✓─".contains($0) }, "\(line)")
        }
    }

    @Test("A read-only console refuses in words")
    func readOnly() {
        var desk = PlainDesk { $0.isReadOnly = true }
        desk.event("answered", call: 1)
        for line in [Self.whole, "call", "new", "hang-up 1", "transfer 1 warm 918888888802", "settle 1 was-placed"] {
            #expect(desk.type(line)[0].contains("read-only"), "\(line)")
        }
        #expect(desk.type("calls").count == 2)
        #expect(desk.sent.isEmpty && desk.model.asked == nil)
    }

    @Test("quit ends; a hang-up that has not gone out is asked about first")
    func quit() {
        var desk = PlainDesk()
        desk.event("answered", call: 1)
        desk.type("quit")
        #expect(desk.hasQuit)
        desk = PlainDesk()
        desk.type(Self.whole, "hang-up 1", "yes")
        #expect(desk.type("quit").last?.contains("1 hang-up will not be sent. Quit? yes or no") == true)
        #expect(!desk.hasQuit)
        // What the end of the input leaves open is waited for, and told by whoever waits.
        #expect(desk.model.end().lines == ["The open question was not answered; nothing was done."])
        desk.type("yes")
        #expect(desk.hasQuit)
        desk = PlainDesk { $0.isSandbox = true }
        desk.event("answered", call: 1)
        #expect(desk.type("quit") == ["1 call ends with the sandbox. Quit? end or no"])
        #expect(desk.type("yes") == ["nothing was done: “yes” is neither end nor no"])
        #expect(!desk.hasQuit)
        desk.type("quit", "end")
        #expect(desk.hasQuit)
    }

    @Test("Nothing from outside prints a control character", arguments: [false, true])
    func hostile(ascii: Bool) {
        var desk = PlainDesk { $0.ascii = ascii }
        let evil = "\u{1B}[2J\u{9B}31m\u{7}\r\n\u{202E}x\u{7F}\u{2028}"
        desk.event(
            "ringing",
            call: 1,
            to: evil,
            extra: ["from": .string(evil), "agent_id": .string(evil), "extra_params": .string("{\"a\":\"\(evil)\"}")]
        )
        desk.happen(.webhook(.unreadable(evil)))
        desk.happen(.note(.error, evil))
        desk.type(
            "calls",
            "show 1",
            "columns var:a agent",
            "calls",
            "messages",
            "hang-up 1",
            "no",
            "call \(evil)",
            "filter \u{202E}x",
            "calls",
            "hang-up \u{202E}abcdef"
        )
        #expect(desk.lines.count > 10)
        for line in desk.lines {
            for scalar in line.unicodeScalars {
                let category = scalar.properties.generalCategory
                #expect(category != .control && category != .format && category != .lineSeparator, "\(line)")
                if ascii { #expect(scalar.isASCII) }
            }
        }
    }

    @Test("A line with a control character is not run")
    func control() {
        var desk = PlainDesk()
        desk.event("answered", call: 1)
        #expect(desk.type("hang-up 1\u{1B}[A") == ["error: the line holds a control character; nothing was done"])
        desk.type("hang-up\t1")
        #expect(desk.model.asked != nil)
    }

    @Test("With the mask on no whole number is printed, and the ids can be read")
    func mask() {
        var desk = PlainDesk {
            $0.masksNumbers = true
            $0.lockAfter = .seconds(1)
        }
        desk.event("answered", call: 1, to: "918888888801", extra: ["extra_params": "{\"phone\":\"447700900123\"}"])
        desk.pass(.seconds(60))
        desk.type(
            "calls",
            "show 1",
            "columns var:phone from",
            "calls",
            "hang-up 918888888801",
            "yes",
            Self.whole,
            "messages"
        )
        for line in desk.lines {
            for number in ["918888888801", "447700900123", "919999999999", "918888888888"] {
                #expect(!line.contains(number), "\(line)")
            }
        }
        #expect(desk.lines.contains("Call id: \(Desk.id(1))"))
        // Nor does it lock, which lines could not show.
        #expect(desk.hungUp.count == 1 && desk.placed.count == 1)
    }

    @Test("Past calls are asked of the journal and told when it answers, narrowed by words")
    func history() throws {
        var desk = PlainDesk()
        desk.event("answered", call: 1, to: "918888888801")
        desk.event("hangup", call: 1, to: "918888888801")
        #expect(desk.type("history sate:ended")[0].contains("sate: is not a column"))
        #expect(desk.type("history to:9188*") == [])
        let ask = try #require(desk.errands.compactMap { if case .history(let ask) = $0 { ask } else { nil } }.last)
        let call = try #require(desk.board.snapshot.order.first.flatMap { desk.board.snapshot.call($0) })
        let stored = StoredCall(account: "test", call: call, request: nil)
        let told = desk.hear(.history(ask, HistoryPage(calls: [stored])))
        #expect(told[0] == "1 call")
        #expect(told[1].hasPrefix("2023-11-14 22:13:20 call 1 to 918888888801: ended, completed"))
        #expect(told[1].hasSuffix("call id \(Desk.id(1))"))
        desk.type("history")
        let next = try #require(desk.errands.last?.history)
        #expect(desk.hear(.failed(.history(next), "no disk")) == ["error: the journal could not be read: no disk"])
    }

    @Test("Agents that the platform names stand for their ids, and a call is placed again through a question")
    func agentsAndAgain() {
        var desk = PlainDesk()
        #expect(desk.errands.contains(.agents))
        desk.hear(.agents([AgentName(id: Desk.id(90), name: "Sales", status: "active")]))
        #expect(desk.type("agents").contains("agent Sales: \(Desk.id(90)), active"))
        desk.type("call 918888888888 from 919999999999 agent sales a=1")
        #expect(desk.placed.first?.agentID.text == Desk.id(90))
        #expect(desk.type("call-again")[0].hasPrefix("error: call-again needs a call"))
        let asked = desk.type("call-again 1").last
        #expect(asked == "Place a call to 918888888888 from 919999999999, agent Sales, a=1? yes or no")
        #expect(desk.type("yes").last == "918888888888 is already on the board. Dial it again? yes or no")
        desk.type("no")
        #expect(desk.placed.count == 1)
    }
}
