import Campaigns
import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("Text that comes as keys")
struct TypingTests {
    private func desk(_ change: (inout ConsoleModel.Settings) -> Void = { _ in }) -> Desk {
        var settings = ConsoleModel.Settings(place: "sandbox")
        change(&settings)
        var desk = Desk(settings: settings)
        desk.event("answered", call: Desk.id(1), to: "918888888801")
        desk.press(.down)
        return desk
    }

    @Test(
        "Pasted into a terminal that does not mark it, no text cuts a call off, rings or hands over",
        arguments: [
            "fix it\n", "x\n", "xy", "x\ny\n", "*x\ny", "Xreason\n\n\n\n", "txt 918888888802\n\n\n\n\n\n", "qy", "qe",
            "n919999999999\n918888888888\nsupport\n\n\n\n\n\n\n\n\n\n", "rx\n\n\n\n\n\n\n\n\n\n\n\n", ":hang-up\ny\n",
            ":quit\ny", "/x\nxy", "cxy",
        ]
    )
    func unmarked(text: String) {
        for confirmation in [Confirmation.always, .marked] {
            var desk = desk { $0.confirmation = confirmation }
            desk.hear(.campaign(.all(Campaign.examples)))
            desk.pasteUnmarked(text)
            #expect(desk.sent.isEmpty && !desk.wantsToQuit && desk.campaignActs.isEmpty, "\(text)")
            #expect(desk.model.question == nil)
        }
    }

    @Test("A burst that asks is closed with what came behind it, and says why; nothing of it acts on the board")
    func closed() {
        var desk = desk()
        desk.pasteUnmarked("fix it\n")
        #expect(desk.status == "nothing was done: several keys came together; press the key again, alone")
        #expect(desk.model.layers.isEmpty)
        // The rest of it, torn on its way, is left out too; what is typed afterwards is not.
        desk.burst([.character("t")], follows: true)
        #expect(desk.model.layers.isEmpty)
        desk.burst([.character("t")])
        #expect(desk.screen.contains("Transfer 9"))
    }

    @Test("A command that acts on calls is not run by the end of a pasted line; Enter alone runs it")
    func command() {
        let call = "call 918888888802 from 919999999999 agent \(Desk.agent)"
        for (text, count) in [(call, 1), ("transfer 918888888801 blind 918888888803", 1), ("sort to", 0)] {
            var desk = desk()
            desk.pasteUnmarked(":\(text)\n")
            #expect(desk.sent.isEmpty)
            #expect((desk.model.palette == nil) == (count == 0), "\(text)")
            desk.burst([.enter])
            #expect(desk.sent.count == count && desk.model.palette == nil, "\(text)")
        }
    }

    @Test("Keys behind the one that closes a dialog are left out, and said to be")
    func behindDialog() {
        for (open, keys) in [
            ([Key.character("n")], [Key.escape, .character("x"), .character("q")]),
            ([.character("X")], [.control("s"), .character("x"), .character("t")]),
            ([.character("t")], [.escape, .character("x"), .character("q")]),
            ([.character(":")], [.escape, .character("x"), .character("q")]),
            ([.character("/")], [.enter, .character("x"), .character("q")]),
        ] {
            var desk = desk()
            for key in open { desk.press(key) }
            desk.burst(keys)
            #expect(desk.model.layers.isEmpty && desk.model.question == nil && !desk.wantsToQuit, "\(open)")
            #expect(desk.model.said.last?.text == "2 keys were ignored: typed together with the key before", "\(open)")
        }
    }

    @Test("Fast keys in one dialog all count: a form that is filled in and sent in one burst places its call once")
    func fast() {
        var desk = desk()
        let text = "n\(Desk.caller)\t918888888802\t\(Desk.agent)"
        desk.burst(text.map { $0 == "\t" ? .tab : .character($0) } + [.control("s")])
        #expect(desk.placed.map(\.toNumber.digits) == ["918888888802"])
    }

    @Test("A button takes Enter alone: neither a blank nor the end of a pasted line presses it")
    func buttons() throws {
        // Opened, how many fields down the button is, and what is filled in before.
        for (open, tabs, fill) in [
            (Key.character("X"), 2, [Key]()), (.character("t"), 6, [.character(" "), .character(" ")]),
        ] {
            var desk = desk()
            desk.press(open)
            for key in fill { desk.press(key) }
            if open == .character("t") {
                desk.type("918888888802")
                for _ in 0..<5 { desk.press(.tab) }
            } else {
                for _ in 0..<tabs { desk.press(.tab) }
            }
            for key in [Key.character(" "), .character("a"), .paste("a b\n")] {
                desk.press(key)
                #expect(desk.sent.isEmpty, "\(key)")
                #expect(desk.screen.contains("Enter presses the button; “"), "\(key)")
            }
            desk.burst([.character("a"), .enter])
            desk.burst([.enter, .enter])
            desk.burst([.enter], follows: true)
            #expect(desk.sent.isEmpty)
            #expect(desk.status.contains("Enter came with other keys; press it again"))
            desk.burst([.enter])
            #expect(desk.sent.count == 1)
        }
    }

    @Test("The call form's button takes Enter alone")
    func placeButton() {
        var desk = desk()
        desk.press(.character("n"))
        desk.type(Desk.caller)
        desk.press(.tab)
        desk.type("918888888802")
        desk.press(.tab)
        desk.type(Desk.agent)
        desk.model.form.focus = .place
        desk.press(.character(" "), .character("x"), .paste("1\n"))
        desk.burst([.character(" "), .enter])
        #expect(desk.placed.isEmpty && desk.model.layers == [.form])
        desk.burst([.enter])
        #expect(desk.placed.count == 1)
    }

    @Test("A reason that is typed one Tab too far hangs nobody up, and its letters do nothing on the board")
    func reason() {
        var desk = desk()
        desk.press(.character("X"), .tab, .tab)
        desk.pasteUnmarked("asked for it\nx\n")
        #expect(desk.sent.isEmpty)
        #expect(desk.screen.contains("[ Hang up ]"))
        desk.press(.escape)
        #expect(desk.model.layers.isEmpty && desk.model.question == nil)
    }

    @Test("A letter typed where Space changes a choice is said, and changes nothing")
    func choices() {
        var desk = desk()
        desk.press(.character("n"))
        desk.model.form.focus = .record
        let record = desk.model.form.record
        desk.press(.character("1"))
        #expect(desk.screen.contains("changes with Space; “1” was ignored"))
        #expect(desk.model.form.record == record)
        desk.press(.escape, .character("t"))
        desk.type("918888888802")
        desk.press(.tab, .tab, .tab, .character("1"))
        #expect(desk.screen.contains("confirm changes with Space; “1” was ignored"))
        #expect(desk.model.transfer?.confirm == false)
    }

    @Test("A PIN that is typed with more behind it unlocks, and the rest does nothing")
    func pin() {
        var desk = desk {
            $0.lockAfter = .seconds(60)
            $0.unlockPIN = "1234"
        }
        desk.pass(.seconds(61))
        desk.pasteUnmarked("1234\nx\ny")
        #expect(desk.model.lock == nil)
        #expect(desk.sent.isEmpty && desk.model.question == nil)
    }
}
