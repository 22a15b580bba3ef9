import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("The form for a new call")
struct FormTests {
    @Test("All of its fields go into the call")
    func everyField() throws {
        var desk = Desk()
        desk.press(.character("n"))
        desk.type("919999999999")
        desk.press(.tab)
        desk.type("918888888888")
        desk.press(.tab)
        desk.type(Desk.agent)
        desk.press(.tab)
        desk.type("600")
        desk.press(.tab)
        desk.type("25")
        desk.press(.tab, .character(" "), .tab)
        for (key, value) in [("order", "A-17"), ("tries", "3"), ("vip", "yes")] {
            desk.type(key)
            desk.press(.tab, .tab)
            desk.type(value)
            desk.press(.tab)
        }
        desk.press(.control("s"))
        let call = try #require(desk.placed.first, "\(desk.screen)")
        #expect(
            call.json == [
                "caller_id": "919999999999", "to_number": "918888888888", "agent_id": .string(Desk.agent),
                "options": ["max_duration_sec": 600, "ring_timeout_sec": 25, "record": true],
                "variables": ["order": "A-17", "tries": 3, "vip": true],
            ]
        )
    }

    @Test("Enter on the button places the call, Enter in a field goes on to the next")
    func enter() {
        var desk = Desk()
        desk.press(.character("n"))
        for text in [Desk.caller, "918888888888", Desk.agent] {
            desk.type(text)
            desk.press(.enter)
        }
        desk.press(.enter, .enter, .enter)
        #expect(desk.placed.isEmpty)
        desk.press(.backTab, .tab)
        while desk.model.form.focus != .place { desk.press(.tab) }
        desk.press(.enter)
        #expect(desk.placed.count == 1)
    }

    @Test(
        "A wrong field is named with what is right, gets the focus, and nothing is sent",
        arguments: [
            (
                FormField.destination, "0918888888888",
                "starts with 0; a phone number is 7 to 16 digits with the country code first"
            ),
            (.destination, "91888", "only 5 digits"),
            (.agent, "support", "UUID"),
            (.maxDuration, "29", "it must be 30 to 7200 seconds"),
            (.maxDuration, "7201", "it must be 30 to 7200 seconds"),
            (.ringTimeout, "4", "it must be 5 to 120 seconds"),
            (.variableKey(0), "9x", "starts with a digit"),
        ]
    )
    func wrongField(field: FormField, text: String, problem: String) throws {
        var desk = Desk()
        desk.press(.character("n"))
        let good: [FormField: String] = [.caller: Desk.caller, .destination: "918888888888", .agent: Desk.agent]
        for each in desk.model.form.fields {
            desk.type(each == field ? text : good[each] ?? "")
            desk.press(.tab)
        }
        desk.press(.control("s"))
        #expect(desk.placed.isEmpty)
        #expect(desk.model.form.focus == field)
        // It may go on over several lines.
        let lines = desk.lines
        let first = try #require(lines.firstIndex { $0.contains("▲") })
        let shown = lines[first...].prefix(3).map(\.trimmed).joined(separator: " ")
        #expect(shown.contains(problem), "\(shown)")
        #expect(!shown.contains("…"))
    }

    @Test("A letter in a number is refused in words, not swallowed")
    func letters() {
        var desk = Desk()
        desk.press(.character("n"))
        desk.type("91x")
        #expect(desk.model.form.caller.text == "91")
        #expect(desk.line(holding: "▲")?.contains("accepts digits only; “x” was ignored") == true)
    }

    @Test("A pasted number loses its formatting; a pasted line end places nothing")
    func paste() {
        var desk = Desk()
        desk.press(.character("n"), .paste("+91 (999) 999-9999\n"))
        #expect(desk.model.form.caller.text == "919999999999")
        desk.press(.tab, .paste("918888888888\r\n\u{13}"))
        #expect(desk.placed.isEmpty)
        #expect(desk.model.layers == [.form])
    }

    @Test("A pasted number with letters keeps them and says so, rather than become another number")
    func pasteOfLetters() {
        var desk = Desk()
        desk.press(.character("n"), .tab, .paste("91888x888888"), .tab)
        #expect(desk.model.form.destination.text == "91888x888888")
        #expect(desk.line(holding: "▲")?.contains("a letter") == true)
    }

    @Test("Esc keeps the draft")
    func draft() {
        var desk = Desk()
        desk.press(.character("n"))
        desk.type("91999")
        desk.press(.escape)
        #expect(desk.model.layers.isEmpty)
        desk.press(.character("n"))
        #expect(desk.model.form.caller.text == "91999")
    }

    @Test("The next form offers the last values, without the destination")
    func next() {
        var desk = Desk()
        desk.place("918888888888")
        desk.press(.character("n"))
        #expect(desk.model.form.caller.text == Desk.caller)
        #expect(desk.model.form.agent.text == Desk.agent)
        #expect(desk.model.form.destination.text.isEmpty)
        #expect(desk.model.form.focus == .destination)
    }

    @Test("A second call to a number that is up, or was placed in the last minute, asks first")
    func ringsTwice() {
        var desk = Desk()
        desk.place("918888888888")
        desk.place("918888888888")
        #expect(desk.placed.count == 1)
        #expect(desk.status == "918888888888 is already on the board. Dial it again? y/n")
        for key in [Key.enter, .paste("y"), .character(" "), .character("n")] {
            desk.press(key)
            #expect(desk.placed.count == 1, "only y is a yes here")
            #expect(desk.model.question == nil && desk.model.form.destination.text == "918888888888")
            desk.press(.control("s"))
        }
        desk.press(.escape)
        desk.press(.control("s"), .character("y"))
        #expect(desk.placed.count == 2)
        #expect(desk.effects.count { if case .send = $0 { true } else { false } } == 2)
    }

    @Test("Ctrl-J shows the JSON; keys do not change the fields that it hides")
    func preview() {
        var desk = Desk()
        desk.press(.character("n"))
        desk.type(Desk.caller)
        desk.press(.control("j"))
        #expect(desk.screen.contains("Not ready: to_number"))
        desk.type("12345")
        desk.press(.backspace, .paste("77"))
        #expect(desk.model.form.caller.text == Desk.caller)
        // Placing from there shows what is wrong on the form.
        desk.press(.control("s"))
        #expect(desk.line(holding: "▲") != nil)
        desk.type("918888888888")
        desk.press(.tab)
        desk.type(Desk.agent)
        desk.press(.control("j"))
        #expect(desk.screen.contains("\"to_number\": \"918888888888\""))
        desk.press(.control("j"))
        #expect(desk.screen.contains("[ Place the call ]"))
    }

    @Test("A type is guessed and can be changed; digits that a number would lose stay text")
    func kinds() throws {
        #expect(VariableRow.guess("12") == .number)
        #expect(VariableRow.guess("-0.5") == .number)
        #expect(VariableRow.guess("007") == .text)
        #expect(VariableRow.guess("12345678901234567890") == .text)
        #expect(VariableRow.guess("1.2.3") == .text)
        #expect(VariableRow.guess("No") == .flag)
        var desk = Desk()
        desk.press(.character("n"))
        while desk.model.form.focus != .variableKey(0) { desk.press(.tab) }
        desk.type("pin")
        desk.press(.tab, .tab)
        desk.type("12")
        desk.press(.backTab, .left)
        let value = try desk.model.form.variables[0].json(field: "x")
        #expect(value == .text("12"))
    }

    @Test("A form with many variables scrolls with its focus")
    func manyVariables() {
        var desk = Desk()
        desk.press(.character("n"))
        while desk.model.form.focus != .variableKey(0) { desk.press(.tab) }
        for number in 1...30 {
            desk.type("key\(number)")
            desk.press(.tab, .tab)
            desk.type("value\(number)")
            #expect(desk.screen.contains("value\(number)"))
            desk.press(.tab)
        }
        desk.press(.control("d"), .backTab)
        #expect(desk.model.form.variables.count == 31)
    }
}
