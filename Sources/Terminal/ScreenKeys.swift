internal import CNcurses

extension KeyTable {
    /// The table for the terminal and the locale of the screen that is open.
    init(ofScreenWithUTF8 isUTF8: Bool) {
        var sequences: [[UInt8]: Key] = [:]
        // In this order: where two capabilities have the same string, the later and more usual one counts.
        for number in (1...63).reversed() { Self.add("kf\(number)", .function(number), to: &sequences) }
        for (name, key) in Self.named { Self.add(name, key, to: &sequences) }
        self.init(sequences: sequences, highCharacters: isUTF8 ? nil : Self.highCharacters())
    }

    private static func add(_ name: String, _ key: Key, to sequences: inout [[UInt8]: Key]) {
        guard let value = terminal_capability(name) else { return }
        sequences[Array(String(cString: value).utf8)] = key
    }

    /// What a locale of one byte a character makes of the upper bytes. In the C locale they have no meaning; what comes
    /// from the keyboard is UTF-8 nearly always.
    private static func highCharacters() -> [Character]? {
        guard !terminal_locale_is_ascii() else { return nil }
        return (UInt8(0x80)...0xFF).map { byte in
            let scalar = UInt32(exactly: terminal_scalar_of_byte(byte)).flatMap(Unicode.Scalar.init)
            return scalar.map(Character.init) ?? "\u{FFFD}"
        }
    }

    private static let named: [(String, Key)] = [
        ("kLFT", .left), ("kRIT", .right), ("kri", .up), ("kind", .down), ("kHOM", .home), ("kEND", .end),
        ("kPRV", .pageUp), ("kNXT", .pageDown), ("kIC", .insert), ("kDC", .delete), ("ka1", .home), ("ka3", .pageUp),
        ("kc1", .end), ("kc3", .pageDown), ("kfnd", .home), ("kslt", .end), ("kent", .enter), ("kbs", .backspace),
        ("kcbt", .backTab), ("kich1", .insert), ("kdch1", .delete), ("khome", .home), ("kend", .end), ("kpp", .pageUp),
        ("knp", .pageDown), ("kcuu1", .up), ("kcud1", .down), ("kcub1", .left), ("kcuf1", .right),
    ]
}
