/// Esc [, parameters and a final byte: what most keys that aren't characters are sent as.
enum ControlSequence {
    /// No key is longer. What is, isn't waited for to end.
    private static let longest = 64

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
        guard index < longest else { return .dropped(length: index) }
        guard index < bytes.count else { return nil }
        guard isRxvt || (0x40...0x7E).contains(bytes[index]) else {
            // Torn by something else, which is looked at next.
            return .dropped(length: index)
        }
        if readsMouse, let mouse = Mouse(report: parameters, final: bytes[index]) {
            return .key(.mouse(mouse), length: index + 1)
        }
        // A terminal's answer about itself, such as Esc [ ? 62 ; c, ends in the letters of keys; no key begins like that.
        if let first = parameters.first, (0x3C...0x3F).contains(first) { return .dropped(length: index + 1) }
        let numbers = parameters.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map(number)
        return interpret(numbers, final: bytes[index], length: index + 1)
    }

    /// The key of a final letter, which Esc O shares.
    static func letterKey(_ letter: UInt8, modifiers: Int) -> Key? {
        switch letter {
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

    private static func interpret(_ numbers: [Int], final: UInt8, length: Int) -> KeyDecoder.Match {
        let first = numbers.first ?? 0
        let modifiers = numbers.count > 1 ? numbers[1] : 1
        let key: Key? =
            switch final {
            case UInt8(ascii: "~"), UInt8(ascii: "$"), UInt8(ascii: "^"), UInt8(ascii: "@"):
                switch first {
                case 200: nil
                case 27 where numbers.count == 3: modified(numbers[2], modifiers: modifiers)
                default: numberedKey(first, modifiers: modifiers)
                }
            case UInt8(ascii: "u"): modified(first, modifiers: modifiers)
            case UInt8(ascii: "Z"): .backTab
            default: letterKey(final, modifiers: modifiers)
            }
        if first == 200, final == UInt8(ascii: "~") { return .paste(length: length) }
        return key.map { .key($0, length: length) } ?? .dropped(length: length)
    }

    private static func numberedKey(_ number: Int, modifiers: Int) -> Key? {
        switch number {
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

    /// A function key, counted as terminfo does. Modifiers are 1 and the sum of Shift 1, Alt 2, Ctrl 4.
    private static func function(_ number: Int, modifiers: Int) -> Key {
        let held = max(0, modifiers - 1)
        let offset =
            switch (held & 2 != 0, held & 4 != 0, held & 1 != 0) {
            case (true, _, _): 48
            case (false, true, true): 36
            case (false, true, false): 24
            case (false, false, true): 12
            case (false, false, false): 0
            }
        return .function(number + offset)
    }

    /// A character with modifiers, from terminals that were told to send every such key in full.
    private static func modified(_ code: Int, modifiers: Int) -> Key? {
        guard let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init) else { return nil }
        let held = max(0, modifiers - 1)
        switch (scalar.value, held) {
        case (0x0D, _): return .enter
        case (0x1B, _): return .escape
        case (0x7F, _), (0x08, _): return .backspace
        case (0x09, let held): return held & 1 != 0 ? .backTab : .tab
        case (0..<0x20, _): return nil
        case (_, let held) where held & 4 != 0:
            let lower = Character(scalar.properties.lowercaseMapping)
            return ("a"..."z").contains(lower) || "[\\]^_@".contains(lower) ? .control(lower) : nil
        case (_, let held) where held & 2 != 0: return .alt(Character(scalar))
        default: return .character(Character(scalar))
        }
    }

    /// Esc [ [ and a letter, the Linux console's F1 to F5.
    private static func linuxFunctionKey(_ bytes: [UInt8]) -> KeyDecoder.Match? {
        guard bytes.count > 3 else { return nil }
        let letters = UInt8(ascii: "A")...UInt8(ascii: "E")
        guard letters.contains(bytes[3]) else { return .dropped(length: 4) }
        return .key(.function(Int(bytes[3] - letters.lowerBound) + 1), length: 4)
    }

    /// A parameter's value, 0 if it's empty or anything but a small number.
    static func number(_ digits: ArraySlice<UInt8>) -> Int {
        guard digits.count < 8, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return 0 }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
