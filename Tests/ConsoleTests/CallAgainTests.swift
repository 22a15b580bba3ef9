import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("Calling again")
struct CallAgainTests {
    private func history(_ stored: StoredCall) -> Desk {
        var desk = Desk()
        desk.press(.character("h"))
        desk.answer(from: FakeJournal([stored]))
        return desk
    }

    @Test("r fills the form with everything that was sent but the call's own reference, and sends nothing")
    func everything() throws {
        var desk = history(
            try .past(
                1,
                to: "918888888888",
                options: CallOptions(maxDuration: 600, ringTimeout: 25, record: false),
                variables: ["order": "0017", "tries": 3, "vip": true, "rate": 0.5, "pin": "12"],
                failover: Desk.agents[1].id
            )
        )
        desk.press(.character("r"))
        #expect(desk.placed.isEmpty && desk.model.layers == [.history, .form])
        #expect(!desk.screen.contains("console_ref"))
        desk.press(.enter)
        #expect(desk.placed.isEmpty, "an Enter more than was meant rings nobody")
        desk.press(.control("s"))
        let call = try #require(desk.placed.first, "\(desk.screen)")
        #expect(call.toNumber.digits == "918888888888" && call.callerID.digits == Desk.caller)
        #expect(call.options == CallOptions(maxDuration: 600, ringTimeout: 25, record: false))
        #expect(
            call.variables == [
                "order": .text("0017"), "tries": .integer(3), "vip": .flag(true), "rate": .number(0.5),
                "pin": .text("12"),
            ]
        )
        #expect(call.appID == "app-1" && call.failover?.agentID.text == Desk.agents[1].id)
        #expect(desk.model.layers.isEmpty, "the new call is what matters now")
    }

    @Test("r is there on the board and in the details too, and a number that is up is asked about")
    func board() throws {
        var desk = Desk()
        desk.place("918888888888")
        desk.press(.character("r"))
        #expect(desk.model.form.destination.text == "918888888888")
        #expect(desk.placed.count == 1)
        desk.press(.control("s"))
        #expect(desk.placed.count == 1)
        #expect(desk.status.contains("is already on the board. Dial it again? y/n"))
        desk.press(.enter)
        #expect(desk.placed.count == 1 && desk.model.question == nil)
        desk.press(.escape, .enter, .character("r"))
        #expect(desk.model.form.destination.text == "918888888888")
        #expect(desk.model.layers.last == .form)
    }

    @Test("A call that was not placed here fills what is known, and says so")
    func unknownRequest() {
        var desk = Desk()
        desk.event(
            "answered",
            call: Desk.id(1),
            to: "918888888801",
            extra: ["agent_id": .string(Desk.agent), "extra_params": "{\"order\":\"A-17\",\"console_ref\":\"x\"}"]
        )
        desk.press(.down, .character("r"))
        #expect(desk.status.contains("its options are not known here"))
        #expect(desk.model.form.caller.text == Desk.caller)
        #expect(desk.model.form.destination.text == "918888888801")
        #expect(desk.model.form.agent.text == Desk.agent)
        #expect(desk.model.form.variables.map(\.key.text) == ["order", ""])
    }

    @Test("Whoever called in is called back: our own number is not rung")
    func inbound() {
        var desk = Desk()
        desk.event(
            "answered",
            call: Desk.id(1),
            to: "918888888801",
            extra: ["direction": "inbound", "from": "447700900123"]
        )
        desk.press(.down, .character("r"))
        #expect(desk.model.form.destination.text == "447700900123")
        #expect(desk.model.form.caller.text == "918888888801")
        #expect(desk.status.contains("calls back"))
    }

    @Test("What was typed and not placed is not thrown away unasked; Enter is no yes")
    func unfinished() throws {
        var desk = Desk()
        desk.press(.character("n"))
        desk.type("447700900123")
        desk.press(.escape, .character("h"))
        desk.answer(from: FakeJournal([try .past(1, to: "918888888888")]))
        desk.press(.character("r"))
        #expect(desk.status == "The form holds a call that was not placed. Replace it? y/n")
        desk.press(.enter)
        #expect(desk.model.form.caller.text == "447700900123" && desk.model.question == nil)
        desk.press(.character("r"), .character("n"))
        #expect(desk.model.form.caller.text == "447700900123" && desk.model.layers == [.history])
        desk.press(.character("r"), .character("y"))
        #expect(desk.model.form.destination.text == "918888888888" && desk.model.layers.last == .form)
        // What was filled in and not changed is no loss.
        desk.press(.escape, .character("r"))
        #expect(desk.model.question == nil && desk.model.layers.last == .form)
    }

    @Test("The values that a placed call left in the form are no unfinished call")
    func offeredValues() throws {
        var desk = Desk()
        desk.place("918888888888")
        desk.press(.character("h"))
        desk.answer(from: FakeJournal([try .past(1, to: "918888888801")]))
        desk.press(.character("r"))
        #expect(desk.model.question == nil)
        #expect(desk.model.form.destination.text == "918888888801")
    }

    @Test("A variable that the form cannot hold is not left out silently")
    func tooMany() throws {
        let variables = Variables(uniqueKeysWithValues: (1...60).map { ("key\($0)", .integer($0)) })
        var desk = history(try .past(1, variables: variables))
        desk.press(.character("r"))
        #expect(desk.status.contains("not everything fits"))
        desk = history(try .past(2, variables: ["note": .text(String(repeating: "x", count: 2000))]))
        desk.press(.character("r"))
        #expect(desk.status.contains("not everything fits"))
    }

    @Test("A console that only looks opens no form")
    func readOnly() throws {
        var settings = ConsoleModel.Settings(place: "x")
        settings.isReadOnly = true
        var desk = Desk(settings: settings)
        desk.press(.character("h"))
        desk.answer(from: FakeJournal([try .past(1)]))
        desk.press(.character("r"))
        #expect(desk.model.layers == [.history])
        #expect(desk.status.contains("read-only: nothing was placed"))
    }
}
