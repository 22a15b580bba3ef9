import Testing

@testable import Terminal

/// A link delivers bytes in whatever pieces it likes, and with whatever pauses between them.
@Suite("Sequences in pieces")
struct TornSequenceTests {
    struct Sent: CustomTestStringConvertible, Sendable {
        let bytes: String
        let keys: [Key]
        var testDescription: String { SafeText.printable(bytes) }

        init(_ bytes: String, _ keys: [Key] = []) {
            self.bytes = bytes
            self.keys = keys
        }
    }

    static let keys: [Sent] = [
        Sent("\u{1B}[A", [.up]), Sent("\u{1B}OB", [.down]), Sent("\u{1B}[1;5C", [.right]), Sent("\u{1B}[H", [.home]),
        Sent("\u{1B}[4~", [.end]), Sent("\u{1B}[3~", [.delete]), Sent("\u{1B}[5;2~", [.pageUp]),
        Sent("\u{1B}[Z", [.backTab]), Sent("\u{1B}OP", [.function(1)]), Sent("\u{1B}[15~", [.function(5)]),
        Sent("\u{1B}[1;2R", [.function(15)]), Sent("\u{1B}[[B", [.function(2)]), Sent("\u{1B}[1;3S", [.function(52)]),
        Sent("\u{1B}[97;5u", [.control("a")]), Sent("\u{1B}[27;5;115~", [.control("s")]),
        Sent("\u{1B}[49;1:1u", [.character("1")]), Sent("\u{1B}[49;1:3u"), Sent("\u{1B}[1;1:3A"),
        Sent("\u{1B}Oq", [.character("1")]), Sent("\u{1B}OM", [.enter]),
    ]

    /// What terminals answer to whatever ran before, and what they report.
    static let answers: [Sent] = [
        // The colours of text and ground, the clipboard, a colour of the palette, a title.
        Sent("\u{1B}]10;rgb:dcdc/dcdc/dcdc\u{1B}\\"), Sent("\u{1B}]11;rgb:1e1e/1e1e/1e1e\u{1B}\\"),
        Sent("\u{1B}]11;rgb:1e1e/1e1e/1e1e\u{7}"), Sent("\u{1B}]52;c;eHl4eXh5\u{1B}\\"),
        Sent("\u{1B}]52;c;eHl4eQ==\u{7}"),
        Sent("\u{1B}]4;1;rgb:cdcd/0000/0000\u{7}"), Sent("\u{1B}]l\u{68}ome: x\u{1B}\\"),
        // A setting, a capability, what terminal it is, its unit.
        Sent("\u{1B}P1$r0;1m\u{1B}\\"), Sent("\u{1B}P1+r524742=38\u{1B}\\"), Sent("\u{1B}P>|XTerm(390)\u{1B}\\"),
        Sent("\u{1B}P!|7E565445\u{1B}\\"), Sent("\u{1B}_Gi=31;OK\u{1B}\\"), Sent("\u{1B}^0;x\u{1B}\\"),
        // BEL does not end these.
        Sent("\u{1B}P0$r\u{7}nxy\u{1B}\\"),
        // What it can do, three times.
        Sent("\u{1B}[?62;1;4c"), Sent("\u{1B}[>41;390;0c"), Sent("\u{1B}[=00000000c"),
        // kitty's flags, a mode of either kind, where the cursor is, its state, the focus, the window.
        Sent("\u{1B}[?1u"), Sent("\u{1B}[?2026;2$y"), Sent("\u{1B}[4;1$y"), Sent("\u{1B}[24;80R"),
        Sent("\u{1B}[?24;80R"),
        Sent("\u{1B}[0n"), Sent("\u{1B}[?997;1n"), Sent("\u{1B}[I"), Sent("\u{1B}[O"), Sent("\u{1B}[8;24;80t"),
        Sent("\u{1B}[48;24;80;480;800t"), Sent("\u{1B}[<0;5;3M"), Sent("\u{1B}[M !!"),
        // Too long for a key, up to its end.
        Sent("\u{1B}[" + String(repeating: "1;", count: 300) + "m"),
    ]

    /// A terminal and a clock.
    struct Line {
        var decoder = KeyDecoder()
        var keys: [Key] = []

        mutating func send(_ bytes: some Collection<UInt8>) { keys += decoder.feed(bytes) }

        mutating func pass(_ duration: Duration) {
            var left = duration
            while let patience = decoder.patience, patience <= left {
                left -= patience
                keys += decoder.giveUp()
            }
        }
    }

    private func received(_ pieces: [ArraySlice<UInt8>], pause: Duration) -> [Key] {
        var line = Line()
        for (index, piece) in pieces.enumerated() {
            if index > 0 { line.pass(pause) }
            line.send(piece)
        }
        // A key that a person presses a moment later.
        line.pass(.milliseconds(700))
        line.send("q".utf8)
        return line.keys
    }

    @Test(
        "Torn at any place, with any pause, it is its key or nothing; only Esc by itself may have acted before",
        arguments: keys + answers
    )
    func two(sent: Sent) {
        let bytes = Array(sent.bytes.utf8)
        for pause in [0, 20, 50, 400, 1500, 1990].map({ Duration.milliseconds($0) }) {
            for cut in 1..<bytes.count {
                // After that time nobody can tell a person's `[` from a terminal's.
                if cut == 1, pause > .milliseconds(500) { continue }
                let isEscape = cut == 1 && pause >= .milliseconds(25)
                let expected = (isEscape ? [.escape] : []) + sent.keys + [.character("q")]
                #expect(received([bytes[..<cut], bytes[cut...]], pause: pause) == expected, "cut at \(cut), \(pause)")
            }
        }
    }

    @Test("Byte by byte over a slow line it is the same", arguments: keys + answers)
    func bytes(sent: Sent) {
        // The number block's letters, one by one behind an Esc that was given out, are letters.
        let bytes = Array(sent.bytes.utf8)
        let isBlock = ["\u{1B}Oq"].contains(sent.bytes)
        for (pause, isEscape) in [(Duration.milliseconds(20), false), (.milliseconds(60), true)]
        where !isEscape || !isBlock {
            let expected = (isEscape ? [.escape] : []) + sent.keys + [.character("q")]
            #expect(received(bytes.indices.map { bytes[$0...$0] }, pause: pause) == expected, "\(pause)")
        }
    }

    @Test("What has no end is thrown away when seconds are over, and then keys are keys", arguments: keys + answers)
    func unfinished(sent: Sent) {
        let bytes = Array(sent.bytes.utf8)
        for cut in 2..<bytes.count {
            var line = Line()
            line.send(bytes[..<cut])
            line.pass(.seconds(3))
            #expect(line.keys.isEmpty, "cut at \(cut)")
            #expect(line.decoder.patience == nil, "cut at \(cut)")
            line.send("q".utf8)
            #expect(line.keys == [.character("q")], "cut at \(cut)")
        }
    }

    @Test("Esc breaks a string off that has no end")
    func rescue() {
        var line = Line()
        line.send("\u{1B}P0;1|17/17".utf8)
        line.pass(.milliseconds(900))
        line.send("x".utf8)
        line.send("\u{1B}".utf8)
        line.send("\u{1B}".utf8)
        line.pass(.milliseconds(700))
        line.send("x".utf8)
        #expect(line.keys == [.escape, .escape, .character("x")])
    }

    @Test("A person's Esc acts at once, and what they type next is itself")
    func person() {
        for (typed, keys) in [
            ("x", [Key.character("x")]), ("[", [.character("[")]), ("O", [.character("O")]), ("P", [.character("P")]),
            ("]", [.character("]")]), ("\u{1B}", [.escape]), ("\t", [.tab]),
            ("Or", [.character("O"), .character("r")]),
            ("Pa", [.character("P"), .character("a")]),
        ] {
            var line = Line()
            line.send("\u{1B}".utf8)
            line.pass(.milliseconds(25))
            #expect(line.keys == [.escape])
            line.pass(.milliseconds(100))
            for byte in typed.utf8 {
                line.send([byte])
                line.pass(.milliseconds(60))
            }
            line.pass(.milliseconds(100))
            #expect(line.keys == [.escape] + keys, "\(SafeText.printable(typed))")
        }
    }

    @Test("A longer delay keeps Esc for what makes it another key")
    func delay() {
        var line = Line(decoder: KeyDecoder(escapeDelay: .milliseconds(100)))
        line.send("\u{1B}".utf8)
        line.pass(.milliseconds(90))
        line.send("[B".utf8)
        #expect(line.keys == [.down])
    }

    @Test("A paste that is torn is pasted, and its end types nothing, wherever the link stalls")
    func pastes() {
        let bytes = Array("\u{1B}[200~918888888801\u{1B}[201~".utf8)
        for pause in [0, 20, 400, 1500, 1900].map({ Duration.milliseconds($0) }) {
            for cut in 2..<bytes.count {
                var line = Line()
                line.send(bytes[..<cut])
                line.pass(pause)
                line.send(bytes[cut...])
                let typed = line.keys.filter { if case .paste = $0 { false } else { true } }
                #expect(typed == [], "cut at \(cut), \(pause)")
                #expect(pasted(line.keys) == "918888888801", "cut at \(cut), \(pause)")
                line.send("q".utf8)
                #expect(line.keys.last == .character("q"), "cut at \(cut), \(pause)")
            }
        }
    }

    @Test("The end of a paste that was torn three times still ends it")
    func pasteEnd() {
        let end = Array("\u{1B}[201~".utf8)
        for first in 1..<end.count - 1 {
            for second in first + 1..<end.count {
                var line = Line()
                line.send("\u{1B}[200~91".utf8)
                line.send(end[..<first])
                line.pass(.milliseconds(1200))
                line.send(end[first..<second])
                line.pass(.milliseconds(900))
                line.send(end[second...])
                line.send("n".utf8)
                #expect(line.keys == [.paste("91"), .character("n")], "cut at \(first) and \(second)")
            }
        }
    }

    @Test("After a paste whose end is lost Esc and arrows are a person's")
    func lostEnd() {
        for (typed, key) in [("\u{1B}", Key.escape), ("\u{1B}[A", .up), ("1", .character("1"))] {
            for lost in ["", "\u{1B}[20"] {
                var line = Line()
                line.send("\u{1B}[200~91\(lost)".utf8)
                line.pass(.milliseconds(1200))
                line.send(typed.utf8)
                line.pass(.milliseconds(1600))
                // The rest of the end may be what a person types; then it is lost.
                let isRest = lost + typed == "\u{1B}[201"
                #expect(line.keys == [.paste("91")] + (isRest ? [] : [key]), "\(SafeText.printable(lost + typed))")
            }
        }
    }

    private func pasted(_ keys: [Key]) -> String {
        keys.map { if case .paste(let text) = $0 { text } else { "" } }.joined()
    }
}
