/// Esc [, parameters and a final byte: what most keys that aren't characters are sent as.
enum ControlSequence {
    /// No key is longer.
    private static let longest = 128

    /// A parameter, which a colon can part further: `1:3` is the modifiers 1 and the event 3.
    private struct Parameter {
        let parts: [Int]
        var value: Int { parts.first ?? 0 }
        func part(_ index: Int) -> Int? { parts.indices.contains(index) ? parts[index] : nil }
    }

    /// What `bytes`, which begin with Esc [, are; `nil` while the sequence is unfinished.
    /// - Parameter readsMouse: whether the mouse was asked for. Reports that nobody asked for are dropped.
    static func match(_ bytes: [UInt8], readsMouse: Bool = false) -> KeyDecoder.Match? {
        guard bytes.count > 2 else { return nil }
        if bytes[2] == UInt8(ascii: "[") { return linuxFunctionKey(bytes) }
        if bytes[2] == UInt8(ascii: "M") {
            // A mouse report of the oldest kind, from a program that died without switching the mouse off.
            return bytes.count >= 6 ? .dropped(length: 6) : nil
        }
        var index = 2
        while index < bytes.count, (0x30...0x3F).contains(bytes[index]) { index += 1 }
        let parameters = bytes[2..<index]
        // rxvt ends Shift with an editing key by a dollar sign, which elsewhere comes before the final byte.
        let isRxvt = index < bytes.count && bytes[index] == UInt8(ascii: "$") && parameters.allSatisfy { $0 < 0x3A }
        while !isRxvt, index < bytes.count, (0x20...0x2F).contains(bytes[index]) { index += 1 }
        guard index < longest else { return .skipped(.control, length: index) }
        guard index < bytes.count else { return nil }
        guard isRxvt || (0x40...0x7E).contains(bytes[index]) else {
            // Torn by something else, which is looked at next.
            return .dropped(length: index)
        }
        let length = index + 1
        if readsMouse, let mouse = Mouse(report: parameters, final: bytes[index]) {
            return .keys([.mouse(mouse)], length: length)
        }
        // A terminal's answer about itself, such as Esc [ ? 62 ; c, ends in the letters of keys; no key begins like
        // that, or has anything between its parameters and its letter.
        if let first = parameters.first, (0x3C...0x3F).contains(first) { return .dropped(length: length) }
        guard parameters.endIndex == index else { return .dropped(length: length) }
        let fields = parameters.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { field in
            Parameter(parts: field.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map(number))
        }
        if fields.first?.value == 200, bytes[index] == UInt8(ascii: "~") { return .paste(length: length) }
        let keys = interpret(fields, final: bytes[index])
        return keys.isEmpty ? .dropped(length: length) : .keys(keys, length: length)
    }

    /// The key of a final letter, which Esc O shares.
    static func letterKey(_ letter: UInt8, modifiers: Modifiers) -> Key? {
        guard modifiers.areKnown else { return nil }
        return switch letter {
        case UInt8(ascii: "A"), UInt8(ascii: "a"): .up
        case UInt8(ascii: "B"), UInt8(ascii: "b"): .down
        case UInt8(ascii: "C"), UInt8(ascii: "c"): .right
        case UInt8(ascii: "D"), UInt8(ascii: "d"): .left
        case UInt8(ascii: "H"): .home
        case UInt8(ascii: "F"): .end
        case UInt8(ascii: "P")...UInt8(ascii: "S"): function(Int(letter - UInt8(ascii: "P")) + 1, modifiers: modifiers)
        default: nil
        }
    }

    private static func interpret(_ fields: [Parameter], final: UInt8) -> [Key] {
        let first = fields.first?.value ?? 0
        let second = fields.count > 1 ? fields[1] : Parameter(parts: [])
        // kitty's events: 1 or nothing for a press, 2 for a repetition. 3 is a release, and others are not known.
        guard (0...2).contains(second.part(1) ?? 0) else { return [] }
        let modifiers = Modifiers(second.value)
        switch final {
        case UInt8(ascii: "~"), UInt8(ascii: "$"), UInt8(ascii: "^"), UInt8(ascii: "@"):
            if first == 27, fields.count == 3 {
                return ReportedKey(code: fields[2].value, modifiers: modifiers, hasShiftInCode: true).keys
            }
            return numberedKey(first, modifiers: modifiers).map { [$0] } ?? []
        case UInt8(ascii: "u"):
            let text = fields.count > 2 ? fields[2].parts.filter { $0 > 0 } : []
            let shifted = fields.first?.part(1).flatMap { $0 > 0 ? $0 : nil }
            return ReportedKey(code: first, shifted: shifted, modifiers: modifiers, text: text).keys
        case UInt8(ascii: "Z"):
            return [.backTab]
        case UInt8(ascii: "R") where fields.count > 1 && second.value > 8:
            // Where the cursor is, as some program asked. F3 with modifiers looks the same in the first line alone.
            return []
        default:
            guard first <= 1, fields.count <= 3 else { return [] }
            return letterKey(final, modifiers: modifiers).map { [$0] } ?? []
        }
    }

    private static func numberedKey(_ number: Int, modifiers: Modifiers) -> Key? {
        guard modifiers.areKnown else { return nil }
        return switch number {
        case 1, 7: .home
        case 2: .insert
        case 3: .delete
        case 4, 8: .end
        case 5: .pageUp
        case 6: .pageDown
        case 11...15: function(number - 10, modifiers: modifiers)
        case 17...21: function(number - 11, modifiers: modifiers)
        case 23...26: function(number - 12, modifiers: modifiers)
        case 28, 29: function(number - 13, modifiers: modifiers)
        case 31...34: function(number - 14, modifiers: modifiers)
        default: nil
        }
    }

    /// A function key, counted as terminfo does.
    static func function(_ number: Int, modifiers: Modifiers) -> Key {
        let offset =
            switch (modifiers.contains(.alt), modifiers.contains(.control), modifiers.contains(.shift)) {
            case (true, _, _): 48
            case (false, true, true): 36
            case (false, true, false): 24
            case (false, false, true): 12
            case (false, false, false): 0
            }
        return .function(number + offset)
    }

    /// Esc [ [ and a letter, the Linux console's F1 to F5.
    private static func linuxFunctionKey(_ bytes: [UInt8]) -> KeyDecoder.Match? {
        guard bytes.count > 3 else { return nil }
        let letters = UInt8(ascii: "A")...UInt8(ascii: "E")
        // Torn by something else, which is looked at next.
        guard (0x20...0x7E).contains(bytes[3]) else { return .dropped(length: 3) }
        guard letters.contains(bytes[3]) else { return .dropped(length: 4) }
        return .keys([.function(Int(bytes[3] - letters.lowerBound) + 1)], length: 4)
    }

    /// A parameter's value, 0 if it's empty or anything but a small number.
    static func number(_ digits: ArraySlice<UInt8>) -> Int {
        guard digits.count < 8, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return 0 }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
