import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

/// What operators stumbled over.
@Suite("Small things that operators see")
struct OperatorTests {
    @Test("The form's question stands alone on its line, and at 40x10 its answers are seen")
    func formQuestion() throws {
        var desk = Desk()
        desk.place("918888888888")
        let ref = try #require(desk.sent.placedRefs.first)
        desk.happen(.outcome(ref, .accepted(Acceptance(status: 200, callID: CallID(Desk.id(1))))))
        #expect(desk.status == "call placed to 918888888888")
        desk.press(.character("n"))
        desk.type("918888888888")
        desk.press(.control("s"))
        #expect(desk.status == "918888888888 is already on the board. Dial it again? y/n")
        desk.model.resize(to: Size(width: 40, height: 10))
        #expect(desk.status.hasPrefix("918888888888 is al") && desk.status.hasSuffix("\u{2026} y/n"))
        desk.press(.escape, .escape)
        desk.press(.character("x"))
        #expect(desk.status.hasPrefix("Hang up 918888888888") && desk.status.hasSuffix("y/Enter/n"))
    }

    @Test("A letter in a number is not forgotten: the number may lack a digit, and is not rung before it was changed")
    func leftOut() {
        var desk = Desk()
        desk.press(.character("n"))
        desk.type(Desk.caller)
        desk.press(.tab)
        desk.type("9188888O88881")
        #expect(desk.screen.contains("“O” was ignored"))
        desk.press(.tab)
        #expect(desk.screen.contains("may lack a digit: “O” was typed"))
        desk.type(Desk.agent)
        desk.press(.control("s"))
        #expect(desk.placed.isEmpty && desk.model.form.focus == .destination)
        // Looked at and changed, it is what the operator means.
        desk.press(.backspace)
        desk.type("8")
        desk.press(.control("s"))
        #expect(desk.placed.map(\.toNumber.digits) == ["918888888888"])
        // A number that is typed anew is anew.
        desk.press(.character("n"))
        desk.type("44z")
        desk.press(.control("u"))
        desk.type("447700900123")
        desk.press(.control("s"))
        #expect(desk.placed.count == 2)
    }

    @Test("With caller and agent there the form begins with the destination, wherever they came from")
    func focus() {
        var desk = Desk()
        desk.press(.character(":"))
        desk.type("call 918888888888 from \(Desk.caller) agent \(Desk.agent)")
        desk.press(.enter)
        #expect(desk.placed.count == 1)
        desk.press(.character("n"))
        desk.type("447700900123")
        #expect(desk.model.form.destination.text == "447700900123")
        #expect(desk.model.form.caller.text == Desk.caller)
    }

    @Test("Esc takes the message away first, and the filter with the next one")
    func escape() {
        var desk = Desk()
        desk.event("answered", call: Desk.id(1), to: "447700900123")
        desk.event("answered", call: Desk.id(2), to: "918888888888")
        desk.press(.character("/"))
        desk.type("4477")
        desk.press(.enter, .character("z"))
        #expect(desk.status.contains("does nothing here"))
        desk.press(.escape)
        #expect(desk.status.isEmpty && desk.model.rows.count == 1)
        desk.press(.escape)
        #expect(desk.model.rows.count == 2)
    }

    @Test("A console that only looks says so, and offers nothing that it does not do")
    func readOnly() {
        var settings = ConsoleModel.Settings(place: "test")
        settings.isReadOnly = true
        var desk = Desk(settings: settings)
        #expect(desk.lines[0].contains("read-only"))
        #expect(!desk.screen.contains("n new") && !desk.screen.contains("Press n"))
        desk.event("answered", call: Desk.id(1))
        desk.press(.down)
        #expect(!desk.screen.contains("x hang up") && desk.screen.contains("Enter details"))
    }

    @Test("Ctrl-C asks whether it should lead out; it is not the answer too, as a bounced key would give it")
    func controlC() {
        var desk = Desk()
        desk.event("answered", call: Desk.id(1))
        desk.press(.control("c"))
        #expect(!desk.wantsToQuit && desk.status.contains("Quit? y/n"))
        desk.press(.control("c"))
        #expect(!desk.wantsToQuit && desk.status == "nothing was done")
        desk.press(.control("c"), .character("y"))
        #expect(desk.wantsToQuit)
    }

    @Test("The transfer's dialog begins with its kind, also the second time; what is typed there goes into the target")
    func transferFocus() {
        var desk = Desk()
        desk.event("answered", call: Desk.id(1))
        desk.press(.down, .character("t"), .backTab, .escape, .character("t"))
        #expect(desk.model.transfer?.focus == .kind)
        desk.type("918888888899")
        #expect(desk.model.transfer?.target.text == "918888888899")
    }

    @Test("A word finds ids by their beginning, and nothing in our own references")
    func words() throws {
        var desk = Desk()
        desk.place("918888888888")
        let ref = try #require(desk.sent.placedRefs.first)
        desk.event(
            "answered",
            call: "feed0000-0000-4000-8000-000000000001",
            extra: ["extra_params": .string(#"{"console_ref":"\#(ref.text)","order":"A-17"}"#)]
        )
        #expect(desk.model.snapshot.order.count == 1)
        func shown(_ word: String) -> Bool {
            desk.model.setFilter(word)
            return !desk.model.rows.isEmpty
        }
        #expect(shown("8888") && shown("a-17") && shown("feed0000") && shown(String(ref.text.prefix(8))))
        #expect(!shown(String(ref.text.dropFirst(2).prefix(4))))
        #expect(!shown("0000-4000"))
    }

    @Test("With the mask on a number that was not typed here stays hidden in the form, until it is changed")
    func maskedForm() {
        var settings = ConsoleModel.Settings(place: "test")
        settings.masksNumbers = true
        var desk = Desk(settings: settings)
        desk.place("918888888801")
        desk.press(.character("r"))
        for _ in 0..<4 {
            #expect(!desk.screen.contains("918888888801") && !desk.screen.contains(Desk.caller))
            desk.press(.tab)
        }
        desk.model.form.focus = .destination
        desk.press(.backspace)
        #expect(desk.screen.contains("91888888880"))
    }

    @Test("A screen that is ASCII writes ranges and quotation marks as ASCII does")
    func ascii() {
        var settings = ConsoleModel.Settings(place: "test")
        settings.ascii = true
        var desk = Desk(settings: settings)
        desk.press(.character("n"))
        #expect(desk.screen.contains("30-7200 s") && !desk.screen.contains("?7200"))
        desk.press(.escape, .character(":"))
        desk.type("frob")
        desk.press(.enter)
        #expect(desk.screen.contains("\"frob\" is not a command"))
    }

    @Test("A filter with a mistake shows the mistake, not that nothing is like it")
    func filterMistake() {
        var desk = Desk()
        desk.event("answered", call: Desk.id(1))
        desk.press(.character("/"))
        desk.type("state:nonsense")
        #expect(desk.model.filterMistake != nil && !desk.screen.contains("No call matches"))
    }

    @Test("lock is a command")
    func lock() {
        var desk = Desk()
        desk.press(.character(":"))
        desk.type("lock")
        desk.press(.enter)
        #expect(desk.model.lock != nil)
    }

    @Test("The JSON that will be sent has the console's own reference in it")
    func preview() {
        var desk = Desk()
        desk.press(.character("n"))
        desk.type(Desk.caller)
        desk.press(.tab)
        desk.type("918888888888")
        desk.press(.tab)
        desk.type(Desk.agent)
        desk.press(.control("j"))
        #expect(desk.screen.contains("\"console_ref\": \"(made when the call is placed)\""))
    }

    @Test("The help opens at the screen that it was asked on; while a filter is typed the footer names its keys")
    func help() {
        var desk = Desk()
        desk.press(.character("h"), .character("?"))
        #expect(desk.lines[2].contains("History"))
        desk.press(.escape, .escape, .character("n"), .function(1))
        #expect(desk.lines[2].contains("New call"))
        desk.press(.escape, .escape, .character("?"))
        #expect(desk.lines[2].contains("Board"))
        desk.press(.escape)
        desk.event("answered", call: Desk.id(1))
        desk.press(.character("/"))
        #expect(desk.lines.last?.contains("Enter keep  Esc clear  Tab complete") == true)
        #expect(desk.lines.last?.contains("hang up") == false)
        desk.press(.escape)
        #expect(desk.lines.last?.contains("n new") == true)
    }

    @Test("On the smallest screen the header says how many calls are up")
    func smallHeader() {
        var desk = Desk(width: 40, height: 10)
        desk.event("answered", call: Desk.id(1))
        #expect(desk.lines[0].contains("1 up") && desk.lines[0].contains("hooks"))
    }
}
