/// Drops a sequence up to its end, however long it is and in however many pieces it comes. Nothing of it is kept.
struct SequenceSkipper: Sendable {
    enum Kind: Equatable {
        /// Esc ], which BEL ends too.
        case command
        /// Esc P, Esc _, Esc ^ or Esc X.
        case string
        /// A control sequence that is too long for a key. Its final byte ends it.
        case control
    }

    private let kind: Kind
    private var sawEscape = false

    init(_ kind: Kind) { self.kind = kind }

    /// Takes bytes. Esc \ ends a string, CAN and SUB break it off, and Esc with anything else begins something new.
    /// - Returns: what comes behind the end; `nil` while there is none.
    mutating func skip(_ bytes: some Collection<UInt8>) -> [UInt8]? {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            if kind == .control {
                // Torn by something else, which is looked at next.
                guard (0x20...0x7E).contains(byte) else { return Array(bytes[index...]) }
                index = bytes.index(after: index)
                if byte >= 0x40 { return Array(bytes[index...]) }
                continue
            }
            if sawEscape, byte != UInt8(ascii: "\\") { return [0x1B] + bytes[index...] }
            let isEnd = sawEscape || byte == 0x18 || byte == 0x1A || (byte == 0x07 && kind == .command)
            sawEscape = byte == 0x1B
            index = bytes.index(after: index)
            if isEnd { return Array(bytes[index...]) }
        }
        return nil
    }
}
