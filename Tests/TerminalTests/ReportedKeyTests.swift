import Testing

@testable import Terminal

/// Keys that are reported by their codes, as a program that died may have switched on.
@Suite("Reported keys")
struct ReportedKeyTests {
    private func keys(_ text: String) -> [Key] {
        var decoder = KeyDecoder()
        return decoder.feed(Array(text.utf8)) + decoder.giveUp()
    }

    @Test(
        "kitty's protocol: presses and repetitions are keys, releases and unknown events are not",
        arguments: [
            ("49;1:1", [.character("1")]), ("49;1:2", [.character("1")]), ("49;1:3", []), ("49;1:4", []),
            ("49;:3", []), ("49", [.character("1")]), ("13;1:1", [.enter]), ("13;1:3", []), ("27", [.escape]),
            ("127", [.backspace]), ("9;2", [.backTab]), ("9", [.tab]),
        ] as [(String, [Key])]
    )
    func events(parameters: String, expected: [Key]) {
        #expect(keys("\u{1B}[\(parameters)u") == expected)
    }

    @Test("Editing and function keys have events too", arguments: ["A", "B", "H", "P", "S"])
    func letterEvents(letter: String) {
        #expect(keys("\u{1B}[1;1:1\(letter)") == keys("\u{1B}[\(letter)"))
        #expect(keys("\u{1B}[1;1:2\(letter)") == keys("\u{1B}[\(letter)"))
        #expect(keys("\u{1B}[1;1:3\(letter)") == [])
        #expect(keys("\u{1B}[3;1:3~") == [] && keys("\u{1B}[3;1:1~") == [.delete])
    }

    @Test("A number that is typed with releases told has each digit once, and Enter once")
    func number() {
        let number = "918888888801\r"
        let sent = number.utf8.map { "\u{1B}[\($0);1:1u\u{1B}[\($0);1:3u" }.joined()
        #expect(keys(sent) == "918888888801".map { .character($0) } + [.enter])
    }

    @Test(
        "Modifiers are read, locks among them pass, and a desktop's shortcut is no key",
        arguments: [
            ("115;5u", [.control("s")]), ("115;69u", [.control("s")]), ("115;133u", [.control("s")]),
            ("120;3u", [.alt("x")]), ("120;33u", [.alt("x")]), ("115;7u", [.alt("\u{13}")]),
            ("97;2u", [.character("A")]),
            ("97:65;2u", [.character("A")]), ("97;65u", [.character("A")]), ("97;66u", [.character("a")]),
            ("49:33;2u", [.character("!")]), ("49;129u", [.character("1")]), ("32;5u", [.control("@")]),
            ("104;5u", [.backspace]), ("109;5u", [.enter]), ("105;5u", [.tab]), ("91;5u", [.escape]),
            ("106;5u", [.control("j")]), ("13;3u", [.alt("\r")]), ("13;5u", [.enter]),
            // Not the digit: what is on its key with Shift, only the layout knows.
            ("49;2u", []),
            // Super, Hyper, and Ctrl with what has no control character.
            ("120;9u", []), ("120;17u", []), ("1;9A", []), ("3;9~", []), ("49;5u", []),
        ] as [(String, [Key])]
    )
    func modifiers(sequence: String, expected: [Key]) {
        #expect(keys("\u{1B}[\(sequence)") == expected)
    }

    @Test(
        "The text that a key types counts, whatever its code is",
        arguments: [
            ("97;2;65", [.character("A")]), ("0;;229", [.character("å")]), ("108;3;64", [.character("@")]),
            ("120;3;120", [.alt("x")]), ("0;;12354:12356", [.character("あ"), .character("い")]),
            // Never a control character.
            ("0;;27", []), ("13;1;13", [.enter]), ("97;5;1", [.control("a")]),
        ] as [(String, [Key])]
    )
    func text(parameters: String, expected: [Key]) {
        #expect(keys("\u{1B}[\(parameters)u") == expected)
    }

    @Test("The number block types what is printed on it, with kitty's codes and in application mode")
    func block() {
        for digit in 0...9 { #expect(keys("\u{1B}[\(57399 + digit);129u") == [.character(Character("\(digit)"))]) }
        for (letter, digit) in zip("pqrstuvwxy", "0123456789") {
            #expect(keys("\u{1B}O\(letter)") == [.character(digit)])
        }
        for (code, key) in [
            (57409, Key.character(".")), (57410, .character("/")), (57411, .character("*")), (57412, .character("-")),
            (57413, .character("+")), (57414, .enter), (57415, .character("=")), (57416, .character(",")),
            (57417, .left), (57418, .right), (57419, .up), (57420, .down), (57421, .pageUp), (57422, .pageDown),
            (57423, .home), (57424, .end), (57425, .insert), (57426, .delete), (57364, .function(1)),
            (57376, .function(13)),
        ] {
            #expect(keys("\u{1B}[\(code)u") == [key], "\(code)")
        }
        // Modifiers, locks and media keys by themselves.
        for code in [57358, 57360, 57427, 57428, 57441, 57447, 57454] {
            #expect(keys("\u{1B}[\(code)u") == [], "\(code)")
        }
    }

    @Test(
        "modifyOtherKeys: the code has Shift in it",
        arguments: [
            ("27;5;115", [.control("s")]), ("27;2;65", [.character("A")]), ("27;2;49", [.character("1")]),
            ("27;3;120", [.alt("x")]), ("27;5;13", [.enter]), ("27;2;9", [.backTab]), ("27;6;83", [.control("s")]),
            ("27;1;27", [.escape]), ("27;9;120", []),
        ] as [(String, [Key])]
    )
    func modifyOtherKeys(parameters: String, expected: [Key]) {
        #expect(keys("\u{1B}[\(parameters)~") == expected)
    }

    @Test(
        "Alt with a key as PuTTY, iTerm2 and rxvt send it is one key, and not Esc",
        arguments: [
            ("\u{1B}\u{1B}[D", [.left]), ("\u{1B}\u{1B}OC", [.right]), ("\u{1B}\u{1B}[5~", [.pageUp]),
            ("\u{1B}\u{1B}OP", [.function(49)]), ("\u{1B}\u{1B}[99;99;99x", []),
            // Esc and then a paste, an answer, the mouse, a key.
            ("\u{1B}\u{1B}[200~1\u{1B}[201~", [.escape, .paste("1")]), ("\u{1B}\u{1B}]11;x\u{7}", [.escape]),
            ("\u{1B}\u{1B}", [.escape, .escape]), ("\u{1B}\u{1B}\u{1B}", [.escape, .escape, .escape]),
            ("\u{1B}\u{1B}x", [.escape, .alt("x")]),
        ] as [(String, [Key])]
    )
    func doubleEscape(bytes: String, expected: [Key]) {
        let all = Array(bytes.utf8)
        for cut in 0..<all.count {
            var decoder = KeyDecoder()
            #expect(
                decoder.feed(all[..<cut]) + decoder.feed(all[cut...]) + decoder.giveUp() == expected,
                "cut at \(cut)"
            )
        }
    }

    @Test("Where the cursor is, as somebody asked, is no function key; F3 is")
    func cursorReport() {
        #expect(keys("\u{1B}[24;80R") == [] && keys("\u{1B}[1;80R") == [] && keys("\u{1B}[24;1R") == [])
        #expect(keys("\u{1B}OR") == [.function(3)] && keys("\u{1B}[R") == [.function(3)])
    }

    @Test("What tears a sequence is a key of its own")
    func torn() {
        #expect(keys("\u{1B}[1;\u{1B}[A") == [.up] && keys("\u{1B}O\u{1B}[A") == [.up])
        #expect(keys("\u{1B}[[\u{1B}[A") == [.up] && keys("\u{1B}]11;rg\u{1B}[A") == [.up])
    }
}
