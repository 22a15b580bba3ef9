import Testing

@testable import Terminal

@Suite("Bytes to keys")
struct KeyDecoderTests {
    private func keys(_ text: String, final: Bool = true) -> [Key] {
        var decoder = KeyDecoder()
        let keys = decoder.feed(Array(text.utf8))
        return final ? keys + decoder.giveUp() : keys
    }

    @Test(
        "Keys as terminals send them",
        arguments: [
            ("a", [.character("a")]), ("é", [.character("é")]), ("漢", [.character("漢")]), ("\r", [.enter]),
            ("\n", [.control("j")]), ("\t", [.tab]), ("\u{1B}[Z", [.backTab]), ("\u{7F}", [.backspace]),
            ("\u{3}", [.control("c")]),
            ("\u{1B}[A", [.up]), ("\u{1B}OA", [.up]), ("\u{1B}[1;5C", [.right]), ("\u{1B}[H", [.home]),
            ("\u{1B}[1~", [.home]),
            ("\u{1B}[4~", [.end]), ("\u{1B}[5~", [.pageUp]), ("\u{1B}[6~", [.pageDown]), ("\u{1B}[3~", [.delete]),
            ("\u{1B}OP", [.function(1)]), ("\u{1B}[15~", [.function(5)]), ("\u{1B}x", [.alt("x")]),
            ("\u{1B}", [.escape]),
            ("\u{1B}\u{1B}", [.escape, .escape]), ("xy", [.character("x"), .character("y")]),
        ] as [(String, [Key])]
    )
    func known(bytes: String, expected: [Key]) {
        #expect(keys(bytes) == expected)
    }

    @Test(
        "A sequence torn at any byte is the same key, and never its characters",
        arguments: ["\u{1B}[A", "\u{1B}[15~", "\u{1B}OP", "é", "漢"]
    )
    func torn(sequence: String) {
        let bytes = Array(sequence.utf8)
        let whole = keys(sequence)
        for cut in 1..<bytes.count {
            var decoder = KeyDecoder()
            var got = decoder.feed(bytes[..<cut])
            got += decoder.feed(bytes[cut...])
            #expect(got == whole, "cut at \(cut)")
        }
    }

    @Test("Esc alone waits only as long as it must, and a torn sequence longer")
    func patience() {
        var decoder = KeyDecoder(escapeDelay: .milliseconds(25))
        #expect(decoder.patience == nil)
        _ = decoder.feed([0x1B])
        #expect(decoder.patience == .milliseconds(25))
        #expect(decoder.giveUp() == [.escape])
        // For the rest of an arrow that is late; it keeps nothing from acting.
        #expect(decoder.giveUp() == [])
        #expect(decoder.patience == nil)
        _ = decoder.feed(Array("\u{1B}[1".utf8))
        #expect((decoder.patience ?? .zero) > .milliseconds(25))
    }

    @Test("What is no key is dropped whole: its characters would be commands")
    func unknown() {
        #expect(keys("\u{1B}[99;99;99xq") == [.character("q")])
        #expect(keys("\u{1B}]11;rgb:0000/0000/0000\u{07}q") == [.character("q")])
        #expect(keys("\u{1B}P1$r0m\u{1B}\\q") == [.character("q")])
        #expect(keys("\u{1B}[?62;c") == [])
    }

    @Test(
        "The mouse, where it was asked for: presses of the left button and the wheel, and nothing else",
        arguments: [
            ("\u{1B}[<0;1;1M", [.mouse(Mouse(.left, at: Point(x: 0, y: 0)))]),
            ("\u{1B}[<64;500;200M", [.mouse(Mouse(.wheelUp, at: Point(x: 499, y: 199)))]),
            ("\u{1B}[<65;7;8M", [.mouse(Mouse(.wheelDown, at: Point(x: 6, y: 7)))]),
            // Up, the other buttons, movement, a held modifier, no place, too few numbers.
            ("\u{1B}[<0;1;1m", []), ("\u{1B}[<1;1;1M", []), ("\u{1B}[<2;1;1M", []), ("\u{1B}[<35;1;1M", []),
            ("\u{1B}[<16;1;1M", []), ("\u{1B}[<0;0;1M", []), ("\u{1B}[<0;1M", []), ("\u{1B}[<;;M", []),
            // The form that is older, and was not asked for.
            ("\u{1B}[M !!", []),
        ] as [(String, [Key])]
    )
    func mouse(bytes: String, expected: [Key]) {
        var table = KeyTable()
        table.readsMouse = true
        for cut in 0..<bytes.utf8.count {
            var decoder = KeyDecoder(table: table)
            let all = Array((bytes + "q").utf8)
            #expect(
                decoder.feed(all[..<cut]) + decoder.feed(all[cut...]) == expected + [.character("q")],
                "cut at \(cut)"
            )
        }
        // Where nobody asked, a report is one that a lost connection left on.
        #expect(keys(bytes + "q") == [.character("q")])
    }

    @Test("A paste is one key, whatever is in it and however it is cut")
    func paste() {
        let content = "xy\r\nq\u{1B}[Aé\u{1B}[20"
        let bytes = Array("\u{1B}[200~\(content)\u{1B}[201~n".utf8)
        let expected: [Key] = [.paste("xy\nq\u{1B}[Aé\u{1B}[20"), .character("n")]
        for cut in 0...bytes.count {
            var decoder = KeyDecoder()
            #expect(decoder.feed(bytes[..<cut]) + decoder.feed(bytes[cut...]) == expected, "cut at \(cut)")
        }
    }

    @Test("The rest of a paste that stalled is no command; a single key then is")
    func stalledPaste() {
        var decoder = KeyDecoder()
        #expect(decoder.feed(Array("\u{1B}[200~one".utf8)) == [])
        #expect(decoder.giveUp() == [.paste("one")])
        #expect(decoder.feed(Array("xyxyxyxyxyxyxy".utf8)) == [])
        #expect(decoder.feed(Array("\u{1B}[201~".utf8)) == [.paste("xyxyxyxyxyxyxy")])

        decoder = KeyDecoder()
        _ = decoder.feed(Array("\u{1B}[200~".utf8))
        #expect(decoder.giveUp() == [])
        #expect(decoder.feed(Array("q".utf8)) == [.character("q")])
    }

    @Test("A paste is bounded")
    func hugePaste() {
        var decoder = KeyDecoder()
        _ = decoder.feed(Array("\u{1B}[200~".utf8))
        _ = decoder.feed([UInt8](repeating: 0x61, count: Key.pasteLimit + 1000))
        let keys = decoder.feed(Array("\u{1B}[201~".utf8))
        guard case .paste(let text)? = keys.first else {
            Issue.record("\(keys)")
            return
        }
        #expect(text.utf8.count == Key.pasteLimit)
    }

    @Test("Random bytes never stop it, and it always comes back to keys", arguments: 0..<200)
    func noise(seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        func next() -> UInt8 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            // Escapes and brackets often, so that sequences begin.
            let pool: [UInt8] = [0x1B, 0x5B, 0x4F, 0x5D, 0x32, 0x30, 0x7E, 0x3B, 0x9B, 0xC3, 0xE6]
            return state & 1 == 0 ? pool[Int(state >> 8) % pool.count] : UInt8(truncatingIfNeeded: state >> 16)
        }
        var decoder = KeyDecoder()
        _ = decoder.feed((0..<300).map { _ in next() })
        _ = decoder.giveUp()
        _ = decoder.feed(Array("\u{1B}[201~".utf8))
        _ = decoder.giveUp()
        #expect(decoder.feed(Array("\u{1B}[A".utf8)) + decoder.giveUp() == [.up])
    }
}
