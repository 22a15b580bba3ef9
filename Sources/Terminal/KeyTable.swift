/// What the bytes of a terminal mean: what terminfo says of it, and the sequences that nearly all of them share.
///
/// The shared ones are known in any case, because `TERM` is often not quite right: a PuTTY that calls itself xterm sends
/// its own Home and End.
struct KeyTable: Sendable {
    private let sequences: [[UInt8]: Key]
    /// All beginnings of the sequences.
    private let prefixes: Set<[UInt8]>
    private let longest: Int
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
        longest = sequences.keys.map(\.count).max() ?? 0
        self.highCharacters = highCharacters?.count == 128 ? highCharacters : nil
    }

    /// The letters that stand for the number block's `*` to `9`.
    private static let keypad = UInt8(ascii: "j")...UInt8(ascii: "y")

    /// Whether terminfo gives a function to a key of the number block. What is printed on the key counts more: operators
    /// type numbers there, and PuTTY sends the block this way.
    private static func isKeypad(_ sequence: [UInt8]) -> Bool {
        sequence.count == 3 && sequence[1] == UInt8(ascii: "O") && keypad.contains(sequence[2])
    }

    /// What `bytes`, of which there is at least one, begin with.
    /// - Parameter isFinal: whether no more bytes will come, so that nothing is incomplete.
    func match(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> KeyDecoder.Match {
        guard bytes.first == 0x1B else { return plain(bytes, isFinal: isFinal) }
        let bytes = Array(bytes.prefix(4096))
        guard bytes.count > 1 else { return isFinal ? .key(.escape, length: 1) : .incomplete }
        var length = min(bytes.count, longest)
        while length > 1 {
            if let key = sequences[Array(bytes.prefix(length))] { return .key(key, length: length) }
            length -= 1
        }
        if !isFinal, prefixes.contains(bytes) { return .incomplete }
        switch bytes[1] {
        case 0x1B:
            return .key(.escape, length: 1)
        case UInt8(ascii: "["):
            return ControlSequence.match(bytes, readsMouse: readsMouse) ?? unfinished(bytes, isFinal: isFinal)
        case UInt8(ascii: "O"):
            return applicationKey(bytes) ?? unfinished(bytes, isFinal: isFinal)
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"), UInt8(ascii: "X"):
            // The terminal's answer to whatever ran here before: its text must not act as keys. An answer comes in one
            // piece; without its end it's Alt and a character.
            if let length = answerLength(bytes) { return .dropped(length: length) }
        default:
            break
        }
        return alt(bytes, isFinal: isFinal)
    }

    /// What to do with a sequence whose end isn't there.
    private func unfinished(_ bytes: [UInt8], isFinal: Bool) -> KeyDecoder.Match {
        guard isFinal else { return .incomplete }
        return bytes.count == 2 ? alt(bytes, isFinal: true) : .dropped(length: bytes.count)
    }

    private func alt(_ bytes: [UInt8], isFinal: Bool) -> KeyDecoder.Match {
        if bytes[1] < 0x20 || bytes[1] == 0x7F {
            return .key(.alt(Character(Unicode.Scalar(bytes[1]))), length: 2)
        }
        switch plain(bytes[1...], isFinal: isFinal) {
        case .key(.character(let character), let length): return .key(.alt(character), length: length + 1)
        case .incomplete: return .incomplete
        default: return .dropped(length: 2)
        }
    }

    /// Bytes that don't begin with Esc.
    private func plain(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> KeyDecoder.Match {
        let byte = bytes[bytes.startIndex]
        switch byte {
        case 0x09: return .key(.tab, length: 1)
        case 0x0D: return .key(.enter, length: 1)
        case 0x08, 0x7F: return .key(.backspace, length: 1)
        case 0x00: return .key(.control("@"), length: 1)
        case 0x01...0x1A: return .key(.control(Character(Unicode.Scalar(byte + 0x60))), length: 1)
        case 0x1B: return .key(.escape, length: 1)
        case 0x1C...0x1F: return .key(.control(Character(Unicode.Scalar(byte + 0x40))), length: 1)
        case 0x20...0x7E: return .key(.character(Character(Unicode.Scalar(byte))), length: 1)
        default:
            if let highCharacters { return .key(.character(highCharacters[Int(byte) - 0x80]), length: 1) }
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
            return .key(.character(Character(scalar)), length: length)
        }
        // One mark for what belongs together, as far as it does.
        let damaged = 1 + bytes.dropFirst().prefix(length - 1).prefix { $0 & 0xC0 == 0x80 }.count
        return .key(.character("\u{FFFD}"), length: damaged)
    }

    /// Esc O and a letter: arrows in application mode, F1 to F4, the number block. `nil` while it's unfinished.
    private func applicationKey(_ bytes: [UInt8]) -> KeyDecoder.Match? {
        guard bytes.count > 2 else { return nil }
        // Some put the modifiers between.
        let hasModifiers = (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(bytes[2])
        if hasModifiers, bytes.count < 4 { return nil }
        let letter = bytes[hasModifiers ? 3 : 2]
        let modifiers = hasModifiers ? Int(bytes[2] - UInt8(ascii: "0")) : 1
        let length = hasModifiers ? 4 : 3
        if let key = ControlSequence.letterKey(letter, modifiers: modifiers) { return .key(key, length: length) }
        switch letter {
        case Self.keypad:
            let printed = Unicode.Scalar(letter - UInt8(ascii: "j") + UInt8(ascii: "*"))
            return .key(.character(Character(printed)), length: length)
        case UInt8(ascii: "X"): return .key(.character("="), length: length)
        case UInt8(ascii: "M"): return .key(.enter, length: length)
        case UInt8(ascii: "I"): return .key(.tab, length: length)
        case UInt8(ascii: " "): return .key(.character(" "), length: length)
        default: return .key(.alt("O"), length: 2)
        }
    }

    /// The length of an answer string, up to and with BEL or Esc \, if its end is there.
    private func answerLength(_ bytes: [UInt8]) -> Int? {
        for index in 2..<max(2, bytes.count) {
            if bytes[index] == 0x07 { return index + 1 }
            if bytes[index] == 0x1B {
                return index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\\") ? index + 2 : nil
            }
        }
        return nil
    }
}
