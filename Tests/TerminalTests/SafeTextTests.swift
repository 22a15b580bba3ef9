import Testing

@testable import Terminal

@Suite("Text from outside")
struct SafeTextTests {
    @Test("No scalar of all there are reaches the terminal as a control, an order or nothing at all")
    func everyScalar() {
        var wrong: [UInt32] = []
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            for ascii in [false, true] {
                let glyphs = SafeText.glyphs("a\(Character(scalar))b", ascii: ascii)
                let shown = glyphs.flatMap(\.scalars)
                let isSafe = shown.allSatisfy { scalar in
                    let properties = scalar.properties
                    switch properties.generalCategory {
                    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
                        return false
                    default: return !ascii || scalar.isASCII
                    }
                }
                // Columns are the same in both, so that nothing moves.
                if !isSafe || glyphs.reduce(0, { $0 + $1.width }) != SafeText.width("a\(Character(scalar))b") {
                    wrong.append(value)
                }
            }
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(20).map { String($0, radix: 16) })")
    }

    @Test(
        "What a terminal would obey is a visible mark",
        arguments: [
            ("\u{1B}]0;owned\u{07}", "␛]0;owned␇"), ("a\nb\tc", "a␊b␉c"), ("\u{9B}31m", "\u{FFFD}31m"), ("\u{7F}", "␡"),
            ("\u{202E}abc\u{2066}", "·abc·"), ("a\u{200B}b\u{FEFF}c", "a·b·c"), ("x\u{2028}y", "x\u{FFFD}y"),
            ("\u{301}", "◌\u{301}"), ("e\u{301}", "e\u{301}"), ("❤\u{FE0F}", "❤"), ("\u{E000}", "\u{FFFD}"),
        ]
    )
    func marks(text: String, shown: String) {
        let printable = SafeText.printable(text)
        #expect(Array(printable.unicodeScalars) == Array(shown.unicodeScalars))
    }

    @Test(
        "Widths are those of the columns",
        arguments: [
            ("abc", 3), ("漢字", 4), ("e\u{301}", 1), ("한글", 4), ("🙂", 2), ("ｱ", 1), ("Ａ", 2), ("", 0), ("é", 1),
            ("→", 1),
        ]
    )
    func widths(text: String, width: Int) {
        #expect(SafeText.width(text) == width)
    }

    @Test("A thousand marks on one letter take one column and four marks")
    func zalgo() {
        let text = "a" + String(repeating: "\u{301}", count: 1000) + "b"
        #expect(SafeText.width(text) == 2)
        #expect(SafeText.printable(text).unicodeScalars.count == 6)
    }
}
