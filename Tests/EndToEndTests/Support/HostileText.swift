import Foundation
import Testing

/// Everything that a terminal would obey, reorder by or hide, and what shifts columns.
enum HostileText {
    /// Named pieces, each of which is a word of its own in ``all``.
    static let pieces: [(name: String, text: String)] =
        (UInt32(0)..<0x20).map { ("C0 \($0)", scalar($0)) } + [("DEL", scalar(0x7F))]
        + (UInt32(0x80)..<0xA0).map { ("C1 \($0)", scalar($0)) } + [
            ("SGR", "\u{1B}[31;5m"), ("clears the screen", "\u{1B}[2J\u{1B}[H"), ("leaves the screen", "\u{1B}[?1049l"),
            ("mouse", "\u{1B}[?1003h"), ("title", "\u{1B}]0;owned\u{07}"),
            ("clipboard", "\u{1B}]52;c;b3duZWQ=\u{1B}\\"),
            ("DCS", "\u{1B}P$q\"p\u{1B}\\"), ("APC", "\u{1B}_x\u{1B}\\"), ("answers back", "\u{1B}[c\u{1B}[6n"),
            ("reset", "\u{1B}c"), ("charset", "\u{1B}(0\u{0E}"), ("C1 CSI", "\u{9B}31m"), ("C1 OSC", "\u{9D}0;x\u{9C}"),
            ("bidi", "\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}\u{2066}\u{2067}\u{2068}\u{2069}\u{200E}\u{200F}\u{61C}"),
            ("zero width", "a\u{200B}b\u{200C}c\u{200D}d\u{2060}e\u{FEFF}f\u{00AD}g\u{180E}h\u{034F}i"),
            ("separators", "\u{2028}\u{2029}\u{85}"), ("tags", "\u{E0001}\u{E0041}\u{E007F}"),
            ("private", "\u{E000}\u{F8FF}"),
            ("not characters", "\u{FFFE}\u{FFFF}\u{FDD0}"), ("interlinear", "\u{FFF9}\u{FFFA}\u{FFFB}"),
            ("marks", "z" + String(repeating: "\u{301}\u{489}", count: 50)), ("a mark alone", "\u{301}"),
            ("wide", "漢字ＡＢ🙂"),
            ("joined", "👩\u{200D}👩\u{200D}👧 🇮🇳 ❤\u{FE0F}"), ("fillers", "\u{3164}\u{115F}\u{1160}"),
            ("formula", "=1+1"), ("quotes", "\"'`$(x);|&<>\\"), ("long", String(repeating: "L0ng", count: 200)),
        ]

    private static func scalar(_ value: UInt32) -> String { Unicode.Scalar(value).map { String($0) } ?? "" }

    /// As a JSON string in ASCII, with two halves of surrogates that have no other half.
    static func json(_ text: String) -> String {
        "\""
            + text.utf16.map { unit in
                let hex = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            }.joined() + "\""
    }

    /// A string of JSON that ends in half a surrogate.
    static func torn(_ text: String) -> String { String(json(text).dropLast()) + "\\ud800x\\udc00\"" }

    /// What of an output a terminal should not be sent, in words; lines may end.
    static func harm(in bytes: some Sequence<UInt8>) -> [String] {
        guard let text = String(validating: Array(bytes), as: UTF8.self) else { return ["it is not UTF-8"] }
        var harm: [String] = []
        for scalar in text.unicodeScalars where scalar != "\n" {
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
                harm.append("U+\(String(scalar.value, radix: 16, uppercase: true))")
            default: break
            }
        }
        return Array(Set(harm)).sorted()
    }
}
