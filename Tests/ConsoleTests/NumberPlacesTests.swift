import Campaigns
import Piopiy
import Terminal
import TestSupport
import Testing

@testable import CallBoard
@testable import Console

/// One rule for numbers, wherever the console takes one.
@Suite("Numbers in every place of the console")
struct NumberPlacesTests {
    /// What a person may write, and the number that is dialed; `nil` for none.
    static let written: [(String, String?)] = [
        ("918888888801", "918888888801"), ("+91 88888 88801", "918888888801"), ("(91) 8888-888801", "918888888801"),
        ("1 (415) 555-0100", "14155550100"), ("+45 12 34 56 78", "4512345678"),
        ("+44 (0) 20 7946 0018", nil), ("44 (0)2079460018", nil), ("1234567 7654321", nil), ("1001 1002", nil),
        ("918888888801 5", nil), ("918888888801, 5", nil), ("(212) 555-0100", nil), ("00918888888801", nil),
        ("91 8888 888801 (5)", nil), ("+91 22 2345 6789/90", nil), ("9.1e11", nil), ("918888888801 ext 5", nil),
        ("918888888801,,5", nil), ("tel:+918888888801", nil), ("9188888\u{200B}88801", nil),
    ]

    private static func talking() -> Desk {
        var desk = Desk(width: 160)
        desk.event("answered", call: Desk.id(1), to: "447700900123")
        desk.press(.down)
        return desk
    }

    private func transfers(_ sent: [BoardCommand]) -> [String?] {
        sent.compactMap { if case .transfer(_, let request) = $0 { request.target } else { nil } }
    }

    @Test("A paste into the form dials the number, or nobody", arguments: written)
    func formPaste(text: String, digits: String?) {
        var desk = Desk()
        desk.press(.character("n"))
        desk.type(Desk.caller)
        desk.press(.tab, .paste(text), .tab)
        desk.type(Desk.agent)
        desk.press(.control("s"))
        #expect(desk.placed.map(\.toNumber.digits) == [digits].compactMap(\.self))
        // The caller id goes by the same rule.
        var caller = Desk()
        caller.press(.character("n"), .paste(text), .tab)
        caller.type("447700900123")
        caller.press(.tab)
        caller.type(Desk.agent)
        caller.press(.control("s"))
        #expect(caller.placed.map(\.callerID.digits) == [digits].compactMap(\.self))
    }

    @Test("The same text typed key by key dials the number, or nobody", arguments: written)
    func formTyped(text: String, digits: String?) {
        var desk = Desk()
        desk.press(.character("n"))
        desk.type(Desk.caller)
        desk.press(.tab)
        desk.type(text)
        desk.press(.tab)
        desk.type(Desk.agent)
        desk.press(.control("s"))
        #expect(desk.placed.map(\.toNumber.digits) == [digits].compactMap(\.self))
    }

    @Test("The command line calls the number, or nobody", arguments: written)
    func palette(text: String, digits: String?) {
        var desk = Desk()
        desk.command("call \"\(text)\" from \(Desk.caller) agent \(Desk.agent)")
        #expect(desk.placed.map(\.toNumber.digits) == [digits].compactMap(\.self))
        var caller = Desk()
        caller.command("call 447700900123 from \"\(text)\" agent \(Desk.agent)")
        #expect(caller.placed.map(\.callerID.digits) == [digits].compactMap(\.self))
    }

    @Test("The plain console calls the number, or nobody", arguments: written)
    func plain(text: String, digits: String?) {
        var desk = PlainDesk()
        desk.type("call")
        let said = desk.type(text)
        #expect(said.first?.hasPrefix("error: the number") == (digits == nil), "\(said)")
        desk.type(digits == nil ? "cancel" : Desk.caller, "Support EN", "yes")
        #expect(desk.placed.map(\.toNumber.digits) == [digits].compactMap(\.self), "\(desk.lines)")
        var transferring = PlainDesk()
        transferring.event("answered", call: 1, to: "447700900123")
        transferring.type("transfer 1 warm", text)
        #expect(transfers(transferring.sent) == [digits].compactMap(\.self), "\(transferring.lines)")
    }

    @Test("The transfer dialog hands over to the number, or to nobody", arguments: written)
    func transfer(text: String, digits: String?) {
        for isTyped in [false, true] {
            var desk = Self.talking()
            desk.press(.character("t"))
            if isTyped { desk.type(text) } else { desk.press(.paste(text)) }
            desk.press(.control("s"))
            #expect(transfers(desk.sent) == [digits].compactMap(\.self), "typed: \(isTyped)")
        }
        var caller = Self.talking()
        caller.command("transfer 447700900123 warm 919999999998 caller \"\(text)\"")
        #expect(transfers(caller.sent).count == (digits == nil ? 0 : 1))
        var target = Self.talking()
        target.command("transfer 447700900123 blind \"\(text)\"")
        #expect(transfers(target.sent) == [digits].compactMap(\.self))
    }

    @Test("A campaign's caller id is read by the rule", arguments: written)
    func campaign(text: String, digits: String?) {
        var desk = Desk()
        desk.command("campaign run spring.csv from \"\(text)\" agent \(Desk.agent)")
        #expect(desk.listAsked?.defaults.callerID == digits)
    }

    @Test("Two numbers in one name hang up no call that has their digits")
    func finder() {
        for (name, isFound) in [("1234567 7654321", false), ("12345677654321", true), ("+1 234 567 7654321", false)] {
            var desk = Desk()
            desk.event("answered", call: Desk.id(1), to: "12345677654321")
            desk.command("hang-up \"\(name)\"")
            #expect((desk.model.question != nil) == isFound, "\(name)")
        }
    }

    @Test("Calling again takes an event's number by the rule, and does not make one of two")
    func again() {
        for (told, text) in [("+91 88888 88801", "918888888801"), ("1234567 7654321", "1234567 7654321")] {
            var desk = Desk()
            desk.event("answered", call: Desk.id(1), to: told)
            desk.press(.down, .character("r"))
            #expect(desk.model.form.destination.text == text)
            desk.press(.control("s"))
            #expect((desk.model.form.problems[.destination] == nil) == (text == "918888888801"))
        }
    }
}

@Suite("Pasting a number")
struct NumberPasteTests {
    private func problem(_ pasted: String, into text: String = "") throws -> String {
        try #require(
            throws: NumberPaste.Refusal.self,
            performing: { () throws in
                _ = try NumberPaste.insertion(of: pasted, into: TextField(text, limit: 32))
            }
        ).problem
    }

    @Test(
        "Several lines or cells with digits are refused, shown, and leave the field as it was",
        arguments: ["918888888801\n5", "918888888801\t5", "1001\n1002\n", "Anna\t918888888801\nBen\t918888888802"]
    )
    func several(pasted: String) throws {
        let shown = pasted.split(separator: "\n").joined(separator: "␊").replacing("\t", with: "␉")
        let said = try problem(pasted)
        #expect(said.contains("Pasted “\(shown)”"), "\(said)")
        var desk = Desk(width: 160)
        desk.press(.character("n"), .tab)
        desk.type("91")
        desk.press(.paste(pasted))
        #expect(desk.model.form.destination.text == "91")
        #expect(desk.line(holding: "▲")?.contains("destination was not changed") == true)
        desk.event("answered", call: Desk.id(1), to: "447700900123")
        desk.press(.escape, .down, .character("t"), .paste(pasted))
        #expect(desk.model.transfer?.target.text == "")
        #expect(desk.line(holding: "▲")?.contains("to was not changed") == true)
        // The caller's field of the dialog, too.
        desk.press(.tab, .paste(pasted))
        #expect(desk.model.transfer?.caller.text == "")
        desk.press(.escape, .character(":"))
        desk.type("call ")
        desk.press(.paste(pasted))
        #expect(desk.model.palette?.field.text == "call ")
        #expect(desk.model.palette?.mistake?.contains("Pasted") == true)
    }

    @Test("A part of a number joins the part that was typed, and a second number does not")
    func parts() throws {
        func inserted(_ pasted: String, _ text: String) throws -> String {
            try NumberPaste.insertion(of: pasted, into: TextField(text, limit: 32))
        }
        #expect(try inserted("8888888801", "91") == "8888888801")
        #expect(try inserted("88888 88801\n", "91") == "8888888801")
        #expect(try problem("88888 88801", into: "1001").contains("may be two numbers"))
        #expect(try problem("7654321", into: "1234567").contains("already holds a number; clear it first (Ctrl-U)"))
        #expect(try problem("5", into: "918888888801").contains("already holds a number"))
    }

    @Test("Letters go in for a contact's name; among digits they are named at once")
    func letters() {
        var settings = ConsoleModel.Settings(place: "test")
        settings.contacts = [Contact(name: "Front Desk", number: "447700900123")]
        var desk = Desk(width: 160, settings: settings)
        desk.press(.character("n"), .tab, .paste("front desk\n"))
        #expect(desk.model.form.destination.text == "front desk")
        #expect(desk.line(holding: "▲") == nil)
        #expect(desk.model.form.suggestions.map(\.value) == ["447700900123"])
        desk.press(.control("u"), .paste("918888888801 ext 5"))
        #expect(desk.line(holding: "▲")?.contains("has an extension (“ext 5”)") == true)
    }

    @Test("A SIP address and a file's path are pasted into a transfer as they are")
    func addresses() {
        for (typed, pasted) in [
            ("", "sip:1001@10.0.0.1"), ("sip:desk@", "10.0.0.1"), ("", "./flow 2.json"), ("./flow-", "2026"),
        ] {
            var desk = Desk()
            desk.event("answered", call: Desk.id(1), to: "447700900123")
            desk.press(.down, .character("t"))
            desk.type(typed)
            desk.press(.paste(pasted))
            #expect(desk.model.transfer?.target.text == typed + pasted)
        }
    }
}

@Suite("A number that is typed with signs")
struct TypedNumberTests {
    private func desk(typing text: String) -> Desk {
        var desk = Desk(width: 160)
        desk.press(.character("n"), .tab)
        desk.type(text)
        return desk
    }

    private func problem(_ desk: Desk) -> String? { desk.model.form.problem(with: .destination) }

    @Test("The field holds digits alone, and the signs are remembered and shown with what is wrong")
    func remembered() {
        var desk = desk(typing: "+44 (0) 20 7946 0018")
        #expect(desk.model.form.destination.text == "4402079460018")
        desk.press(.tab)
        let shown = desk.lines.map(\.trimmed).joined(separator: " ")
        #expect(shown.contains("zero in brackets") && shown.contains("+442079460018"))
        #expect(shown.contains("typed as “+44 (0) 20 7946 0018”; Ctrl-U clears the field"))
    }

    @Test("A change of some digits does not forget the signs, an emptied field does")
    func changes() {
        var desk = desk(typing: "+44 (0) 20 7946 0019")
        desk.press(.backspace)
        desk.type("8")
        #expect(problem(desk)?.contains("+442079460018") == true)
        desk.press(.left, .left, .delete)
        desk.type("1")
        #expect(problem(desk)?.contains("zero in brackets") == true)
        // Behind the zero and away with it, brackets and all.
        desk.press(.home, .right, .right, .delete)
        #expect(desk.model.form.destination.text == "442079460018")
        #expect(problem(desk) == nil)
        desk.press(.end, .control("u"))
        desk.type("1001 1002")
        #expect(problem(desk)?.contains("may be two numbers (“1001” and “1002”)") == true)
        desk.press(.control("u"))
        desk.type("10011002")
        #expect(problem(desk) == nil)
        // A sign in the middle is left out, and a blank at the end parts nothing.
        desk.press(.left)
        desk.type(" ")
        desk.press(.end)
        desk.type(" ")
        #expect(problem(desk) == nil)
    }

    @Test("Whatever is done to the digits, what is remembered has the same digits")
    func follows() {
        var random = SplitMix64(seed: 7)
        var remembered = 0
        for _ in 0..<60 {
            var desk = desk(typing: "")
            for _ in 0..<40 {
                let keys: [Key] = [
                    .character("1"), .character("0"), .character("9"), .character(" "), .character("("),
                    .character(")"),
                    .character("-"), .character("+"), .backspace, .delete, .left, .right, .home, .end, .control("w"),
                    .control("k"), .paste("88 01"),
                ]
                desk.press(keys[Int.random(in: 0..<keys.count, using: &random)])
                let typed = desk.model.form.typedNumbers[.destination]
                if typed != nil { remembered += 1 }
                #expect(typed?.isOf(desk.model.form.destination.characters) != false, "\(typed?.text ?? "")")
            }
        }
        #expect(remembered > 500)
    }
}
