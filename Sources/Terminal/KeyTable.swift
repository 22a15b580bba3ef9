/// What the bytes of a terminal mean: what terminfo says of it, and the sequences that nearly all of them share.
///
/// The shared ones are known in any case, because `TERM` is often not quite right: a PuTTY that calls itself xterm sends
/// its own Home and End.
struct KeyTable: Sendable {
    private let sequences: [[UInt8]: Key]
    /// All beginnings of the sequences.
    private let prefixes: Set<[UInt8]>
    private let longestKey: Int
    /// For locales of one byte a character: the character of each byte from 0x80. `nil` means UTF-8.
    private let highCharacters: [Character]?
    /// Whether the mouse was asked for.
    var readsMouse = false

    /// Makes a table.
    /// - Parameters:
    ///   - sequences: terminfo's, each beginning with Esc and of at least two bytes; others are left out.
    ///   - highCharacters: 128 characters for the bytes from 0x80, or `nil` for UTF-8.
    init(sequences: [[UInt8]: Key] = [:], highCharacters: [Character]? = nil) {
        let sequences = sequences.filter { sequence, _ in
            sequence.count > 1 && sequence[0] == 0x1B && !Self.isKeypad(sequence)
        }
        self.sequences = sequences
        prefixes = Set(sequences.keys.flatMap { key in (2..<max(2, key.count)).map { Array(key.prefix($0)) } })
        longestKey = sequences.keys.map(\.count).max() ?? 0
        self.highCharacters = highCharacters?.count == 128 ? highCharacters : nil
    }

    /// The letters that stand for the number block's `*` to `9`.
    private static let keypad = UInt8(ascii: "j")...UInt8(ascii: "y")
    /// No sequence that is decided at once is longer.
    private static let longest = 256

    /// Whether terminfo gives a function to a key of the number block. What is printed on the key counts more: operators
    /// type numbers there, and PuTTY sends the block this way.
    private static func isKeypad(_ sequence: [UInt8]) -> Bool {
        sequence.count == 3 && sequence[1] == UInt8(ascii: "O") && keypad.contains(sequence[2])
    }

    /// What `bytes`, of which there is at least one, begin with.
    /// - Parameter isFinal: whether no more bytes will come, so that nothing is incomplete.
    func match(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> KeyDecoder.Match {
        guard bytes.first == 0x1B else { return plain(bytes, isFinal: isFinal) }
        let bytes = Array(bytes.prefix(Self.longest))
        guard bytes.count > 1 else { return isFinal ? .keys([.escape], length: 1) : .incomplete }
        var length = min(bytes.count, longestKey)
        while length > 1 {
            if let key = sequences[Array(bytes.prefix(length))] { return .keys([key], length: length) }
            length -= 1
        }
        if !isFinal, prefixes.contains(bytes) { return .incomplete }
        switch bytes[1] {
        case 0x1B:
            return doubleEscape(bytes, isFinal: isFinal)
        case UInt8(ascii: "["):
            return ControlSequence.match(bytes, readsMouse: readsMouse) ?? unfinished(bytes, isFinal: isFinal)
        case UInt8(ascii: "O"):
            return applicationKey(bytes) ?? unfinished(bytes, isFinal: isFinal)
        // The terminal's answer to whatever ran here before: its text must not act as keys.
        case UInt8(ascii: "]"):
            return .skipped(.command, length: 2)
        case UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"), UInt8(ascii: "X"):
            return .skipped(.string, length: 2)
        default:
            return alt(bytes, isFinal: isFinal)
        }
    }

    /// What to do with a sequence whose end isn't there.
    private func unfinished(_ bytes: [UInt8], isFinal: Bool) -> KeyDecoder.Match {
        isFinal ? .dropped(length: bytes.count) : .incomplete
    }

    /// Esc Esc: Alt with an arrow and the like, as PuTTY, iTerm2 and rxvt send it; Esc twice otherwise.
    private func doubleEscape(_ bytes: [UInt8], isFinal: Bool) -> KeyDecoder.Match {
        guard bytes.count > 2 else { return isFinal ? .keys([.escape], length: 1) : .incomplete }
        guard bytes[2] == UInt8(ascii: "[") || bytes[2] == UInt8(ascii: "O") else { return .keys([.escape], length: 1) }
        switch match(bytes[1...], isFinal: isFinal) {
        case .incomplete: return .incomplete
        case .dropped(let length): return .dropped(length: length + 1)
        case .keys(let keys, let length) where !keys.contains(where: \.isMouse):
            return .keys(keys.map(\.withAlt), length: length + 1)
        case .keys, .paste, .skipped:
            // Nobody holds Alt while they paste.
            return .keys([.escape], length: 1)
        }
    }

    private func alt(_ bytes: [UInt8], isFinal: Bool) -> KeyDecoder.Match {
        if bytes[1] < 0x20 || bytes[1] == 0x7F {
            return .keys([.alt(Character(Unicode.Scalar(bytes[1])))], length: 2)
        }
        switch plain(bytes[1...], isFinal: isFinal) {
        case .keys(let keys, let length): return .keys(keys.map(\.withAlt), length: length + 1)
        case .incomplete: return .incomplete
        default: return .dropped(length: 2)
        }
    }

    /// Bytes that don't begin with Esc.
    private func plain(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> KeyDecoder.Match {
        let byte = bytes[bytes.startIndex]
        switch byte {
        case 0x09: return .keys([.tab], length: 1)
        case 0x0D: return .keys([.enter], length: 1)
        case 0x08, 0x7F: return .keys([.backspace], length: 1)
        case 0x00: return .keys([.control("@")], length: 1)
        case 0x01...0x1A: return .keys([.control(Character(Unicode.Scalar(byte + 0x60)))], length: 1)
        case 0x1B: return .keys([.escape], length: 1)
        case 0x1C...0x1F: return .keys([.control(Character(Unicode.Scalar(byte + 0x40)))], length: 1)
        case 0x20...0x7E: return .keys([.character(Character(Unicode.Scalar(byte)))], length: 1)
        default:
            if let highCharacters { return .keys([.character(highCharacters[Int(byte) - 0x80])], length: 1) }
            return utf8(bytes, isFinal: isFinal)
        }
    }

    private func utf8(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> KeyDecoder.Match {
        let length =
            switch bytes[bytes.startIndex] {
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 1
            }
        let sequence = bytes.prefix(length)
        let isWellBegun = length > 1 && sequence.dropFirst().allSatisfy { $0 & 0xC0 == 0x80 }
        if isWellBegun, sequence.count < length, !isFinal { return .incomplete }
        if isWellBegun, let scalar = String(validating: sequence, as: UTF8.self)?.unicodeScalars.first {
            return .keys([.character(Character(scalar))], length: length)
        }
        // One mark for what belongs together, as far as it does.
        let damaged = 1 + bytes.dropFirst().prefix(length - 1).prefix { $0 & 0xC0 == 0x80 }.count
        return .keys([.character("\u{FFFD}")], length: damaged)
    }

    /// Esc O and a letter: arrows in application mode, F1 to F4, the number block; `nil` while it's unfinished. Another
    /// letter is no key: nothing says whether Alt-O was meant.
    private func applicationKey(_ bytes: [UInt8]) -> KeyDecoder.Match? {
        // Some put the modifiers between.
        let parameters = bytes.dropFirst(2).prefix(8).prefix { (0x30...0x3B).contains($0) }
        guard parameters.endIndex < bytes.count else { return nil }
        let letter = bytes[parameters.endIndex]
        let length = parameters.endIndex + 1
        // Torn by something else, which is looked at next.
        guard (0x20...0x7E).contains(letter) else { return .dropped(length: length - 1) }
        let modifiers = Modifiers(parameters.split(separator: UInt8(ascii: ";")).last.map(ControlSequence.number) ?? 1)
        if let key = ControlSequence.letterKey(letter, modifiers: modifiers) { return .keys([key], length: length) }
        switch letter {
        case Self.keypad:
            let printed = Unicode.Scalar(letter - UInt8(ascii: "j") + UInt8(ascii: "*"))
            return .keys([.character(Character(printed))], length: length)
        case UInt8(ascii: "X"): return .keys([.character("=")], length: length)
        case UInt8(ascii: "M"): return .keys([.enter], length: length)
        case UInt8(ascii: "I"): return .keys([.tab], length: length)
        case UInt8(ascii: " "): return .keys([.character(" ")], length: length)
        default: return .dropped(length: length)
        }
    }
}
