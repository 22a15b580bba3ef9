/// Turns what a terminal sends into keys: a value without a clock, which the session feeds and tells when time is up.
///
/// ncurses could decode too, but it can't tell the end of input from none, has no bracketed paste, and turns an escape
/// sequence it doesn't know into its characters, which here would be commands. What isn't known to be a key is dropped
/// whole.
struct KeyDecoder: Sendable {
    /// What is at the beginning of the bytes that are waiting.
    enum Match: Equatable {
        /// A key of that many bytes.
        case key(Key, length: Int)
        /// Something that is no key, of that many bytes.
        case dropped(length: Int)
        /// The beginning of a paste.
        case paste(length: Int)
        /// Perhaps a key, once more bytes are there.
        case incomplete
    }

    private let table: KeyTable
    private let escapeDelay: Duration
    private var buffer: [UInt8] = []
    private var paste: PasteCollector?
    /// Whether a paste was given out without its end having come; see ``resume(with:)``.
    private var pasteStalled = false

    init(table: KeyTable = KeyTable(), escapeDelay: Duration = .milliseconds(25)) {
        self.table = table
        self.escapeDelay = escapeDelay
    }

    /// How long to wait for more bytes before ``giveUp()``; `nil` when nothing is begun.
    var patience: Duration? {
        if paste != nil { return .seconds(1) }
        if buffer.isEmpty { return nil }
        // Esc alone is to act at once. A sequence that is torn further on is one key in two packets of a poor link: its
        // rest must not be taken for commands, and hardly anyone presses Alt-[.
        return buffer == [0x1B] ? escapeDelay : .milliseconds(250)
    }

    /// Takes bytes and returns the keys that are now complete.
    mutating func feed(_ bytes: some Collection<UInt8>) -> [Key] {
        if pasteStalled, !bytes.isEmpty { resume(with: Array(bytes)) }
        if paste != nil { return collect(bytes) }
        buffer.append(contentsOf: bytes)
        return decode(isFinal: false)
    }

    /// Decides about what is begun: more isn't coming.
    mutating func giveUp() -> [Key] {
        if let paste {
            self.paste = nil
            pasteStalled = true
            return paste.isEmpty ? [] : [.paste(paste.text)]
        }
        return decode(isFinal: true)
    }

    /// After a paste whose end is missing, decides what the next bytes are.
    ///
    /// Either the link stalled and this is the rest of the paste, which must never act as keys; or the end was lost and
    /// this is a person at the keyboard, who must not be locked out. A person's press arrives as one key alone.
    private mutating func resume(with bytes: [UInt8]) {
        pasteStalled = false
        if bytes.starts(with: "\u{1B}[200~".utf8) { return }
        guard bytes.count <= 8 else {
            paste = PasteCollector()
            return
        }
        var trial = KeyDecoder(table: table)
        if trial.feed(bytes).count > 1 || trial.paste != nil { paste = PasteCollector() }
    }

    private mutating func collect(_ bytes: some Collection<UInt8>) -> [Key] {
        guard var collector = paste else { return [] }
        // Out of self while it's changed, so that its bytes aren't copied.
        paste = nil
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let isEnd = collector.add(bytes[index])
            index = bytes.index(after: index)
            guard isEnd else { continue }
            buffer.append(contentsOf: bytes[index...])
            return [.paste(collector.text)] + decode(isFinal: false)
        }
        paste = collector
        return []
    }

    private mutating func decode(isFinal: Bool) -> [Key] {
        var keys: [Key] = []
        var rest = buffer[...]
        while !rest.isEmpty {
            switch table.match(rest, isFinal: isFinal) {
            case .key(let key, let length):
                keys.append(key)
                rest = rest.dropFirst(length)
            case .dropped(let length):
                rest = rest.dropFirst(length)
            case .paste(let length):
                let content = Array(rest.dropFirst(length))
                buffer = []
                paste = PasteCollector()
                return keys + collect(content)
            case .incomplete:
                buffer = Array(rest)
                return keys
            }
        }
        buffer = []
        return keys
    }
}

/// The text of a paste as it comes in.
struct PasteCollector: Sendable {
    private static let end = Array("\u{1B}[201~".utf8)
    private var bytes: [UInt8] = []
    /// How many bytes of the end's sequence were just seen.
    private var matched = 0

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
