/// A key that a terminal reports by its code: kitty's `CSI code ; modifiers u` and xterm's `CSI 27 ; modifiers ; code
/// ~`.
///
/// Another program may have switched these reports on and died. The codes of kitty's protocol are those of its
/// specification (sw.kovidgoyal.net/kitty/keyboard-protocol), xterm's those of its option `modifyOtherKeys`.
struct ReportedKey {
    /// The key's character as the layout has it without Shift, or a code of kitty's from Unicode's private area.
    var code: Int
    /// The character with Shift, where the terminal tells it.
    var shifted: Int?
    var modifiers: Modifiers
    /// The characters that the key types, where the terminal tells them.
    var text: [Int] = []
    /// Whether ``code`` has Shift in it already, as xterm's has.
    var hasShiftInCode = false

    /// The keys that it is: one, or several where an input method composed them. Empty for what is no key.
    var keys: [Key] {
        guard modifiers.areKnown else { return [] }
        if let typed { return typed.map(Key.character) }
        guard let key = Self.named(code) ?? functional else { return character.map { [$0] } ?? [] }
        return [modifiers.contains(.alt) ? key.withAlt : key]
    }

    /// The text, where it is what was meant: on some layouts Alt types other characters, on others it is a key with
    /// Alt.
    private var typed: [Character]? {
        let typed = text.compactMap(Self.character)
        guard !typed.isEmpty, typed.count == text.count, !modifiers.contains(.control) else { return nil }
        let isPlain = typed.count == 1 && [code, shifted].contains(text.first)
        return modifiers.contains(.alt) && isPlain ? nil : typed
    }

    /// Keys that have names, by the codes that nearly all terminals use.
    private static func named(_ code: Int) -> Key? {
        switch code {
        case 0x0D: .enter
        case 0x1B: .escape
        case 0x08, 0x7F: .backspace
        default: nil
        }
    }

    /// Tab, and kitty's codes: editing keys, function keys, the number block. Another code of the private area is no
    /// key of ours: a modifier, a lock or a media key.
    private var functional: Key? {
        switch code {
        case 0x09: modifiers.contains(.shift) ? .backTab : .tab
        case 57344: .escape
        case 57345, 57414: .enter
        case 57346: modifiers.contains(.shift) ? .backTab : .tab
        case 57347: .backspace
        case 57348, 57425: .insert
        case 57349, 57426: .delete
        case 57350, 57417: .left
        case 57351, 57418: .right
        case 57352, 57419: .up
        case 57353, 57420: .down
        case 57354, 57421: .pageUp
        case 57355, 57422: .pageDown
        case 57356, 57423: .home
        case 57357, 57424: .end
        case 57364...57375: ControlSequence.function(code - 57363, modifiers: modifiers)
        case 57376...57398: .function(code - 57363)
        case 57399...57408: .character(Character(Unicode.Scalar(UInt8(code - 57399) + 0x30)))
        case 57409: .character(".")
        case 57410: .character("/")
        case 57411: .character("*")
        case 57412: .character("-")
        case 57413: .character("+")
        case 57415: .character("=")
        case 57416: .character(",")
        default: nil
        }
    }

    /// A key that types a character, with what is held.
    private var character: Key? {
        guard let plain = Self.character(code) else { return nil }
        if modifiers.contains(.control) { return control(plain) }
        guard let character = withShift(plain) else { return nil }
        return modifiers.contains(.alt) ? .alt(character) : .character(character)
    }

    private func withShift(_ character: Character) -> Character? {
        if hasShiftInCode { return character }
        let isLetter = character.isLetter
        let isUpper = modifiers.contains(.shift) != (isLetter && modifiers.contains(.capsLock))
        guard isUpper else { return character }
        if modifiers.contains(.shift), let shifted = shifted.flatMap(Self.character) { return shifted }
        if isLetter {
            let upper = character.uppercased()
            return upper.count == 1 ? Character(upper) : character
        }
        // Only the layout knows what is on a digit's key with Shift. A wrong digit would be dialed.
        return character.isNumber ? nil : character
    }

    /// Ctrl with a character, as it would be in one byte: with Alt the key table has it as Alt and that byte.
    private func control(_ character: Character) -> Key? {
        let lower = Character(character.lowercased().first.map(String.init) ?? "\u{0}")
        let typed: Character = lower == " " ? "@" : lower
        guard let byte = typed.asciiValue, ("a"..."z").contains(typed) || "[\\]^_@".contains(typed) else { return nil }
        if modifiers.contains(.alt) { return .alt(Character(Unicode.Scalar(byte & 0x1F))) }
        return switch typed {
        case "h": .backspace
        case "i": .tab
        case "m": .enter
        case "[": .escape
        default: .control(typed)
        }
    }

    /// The character of a code; `nil` for controls and the private area, whose codes are no text.
    private static func character(_ code: Int) -> Character? {
        guard code >= 0x20, let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init) else { return nil }
        switch scalar.properties.generalCategory {
        case .control, .privateUse, .unassigned, .surrogate: return nil
        default: return Character(scalar)
        }
    }
}
