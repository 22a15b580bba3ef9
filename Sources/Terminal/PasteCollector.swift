/// The text of a paste as it comes in.
struct PasteCollector: Sendable {
    static let end = Array("\u{1B}[201~".utf8)
    private var bytes: [UInt8] = []
    /// How many bytes of the end's sequence were just seen.
    private(set) var matched = 0

    /// Whether nothing was pasted yet.
    var isEmpty: Bool { bytes.isEmpty }

    /// What was pasted, its line ends made `"\n"`; bytes that aren't UTF-8 are `U+FFFD`.
    var text: String {
        var lines: [UInt8] = []
        lines.reserveCapacity(bytes.count)
        var previous: UInt8 = 0
        for byte in bytes {
            if byte == 0x0D {
                lines.append(0x0A)
            } else if !(byte == 0x0A && previous == 0x0D) {
                lines.append(byte)
            }
            previous = byte
        }
        return String(decoding: lines, as: UTF8.self)
    }

    /// Takes a byte; true when it was the last of the paste's end.
    mutating func add(_ byte: UInt8) -> Bool {
        if byte == Self.end[matched] {
            matched += 1
            return matched == Self.end.count
        }
        for index in 0..<matched { keep(Self.end[index]) }
        matched = 0
        // Esc is only at the sequence's beginning, so it alone can begin it anew.
        if byte == Self.end[0] { matched = 1 } else { keep(byte) }
        return false
    }

    private mutating func keep(_ byte: UInt8) {
        if bytes.count < Key.pasteLimit { bytes.append(byte) }
    }
}

/// A paste that was given out because nothing more of it came, while its end is still missing.
struct StalledPaste: Sendable {
    enum Step {
        /// It may be the paste's end; more of that is needed.
        case unfinished
        /// The paste is over. What came behind its end.
        case ended(rest: [UInt8])
        /// It isn't the end. With what had been taken for the end's beginning, all that came.
        case other(content: [UInt8])
    }

    /// How many bytes of the end had come before it was given out.
    private let matched: Int
    /// What has come since.
    private(set) var bytes: [UInt8] = []

    init(matched: Int) { self.matched = matched }

    /// Whether what came since is a part of the end.
    var hasBegunToEnd: Bool { !bytes.isEmpty }

    /// Whether all that came is Esc.
    var isEscape: Bool { matched == 0 && bytes == [0x1B] }

    mutating func add(_ more: [UInt8]) -> Step {
        bytes += more
        let wanted = PasteCollector.end[matched...]
        if bytes.starts(with: wanted) { return .ended(rest: Array(bytes.dropFirst(wanted.count))) }
        if wanted.starts(with: bytes) { return .unfinished }
        return .other(content: PasteCollector.end[..<matched] + bytes)
    }
}
