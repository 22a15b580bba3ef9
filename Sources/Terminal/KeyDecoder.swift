/// Turns what a terminal sends into keys: a value without a clock, which the session feeds and tells when time is up.
///
/// ncurses could decode too, but it can't tell the end of input from none, has no bracketed paste, and turns an escape
/// sequence it doesn't know into its characters, which here would be commands. What isn't known to be a key is dropped
/// whole, in however many pieces it comes: once a sequence has begun, none of it is a key until it ends or ``patience``
/// is over.
struct KeyDecoder: Sendable {
    /// What is at the beginning of the bytes that are waiting.
    enum Match: Equatable {
        /// Keys of that many bytes: nearly always one.
        case keys([Key], length: Int)
        /// Something that is no key, of that many bytes.
        case dropped(length: Int)
        /// The beginning of a paste.
        case paste(length: Int)
        /// The beginning of what is dropped up to its end, such as a terminal's answer, and its kind.
        case skipped(SequenceSkipper.Kind, length: Int)
        /// Perhaps a key, once more bytes are there.
        case incomplete
    }

    /// How long is waited for what.
    private enum Waiting {
        /// For the rest of a sequence. It is longer than a poor link keeps anything back.
        static let sequence = Duration.seconds(2)
        /// For the rest of a character.
        static let character = Duration.seconds(1)
        /// For more of a paste.
        static let paste = Duration.seconds(1)
        /// After an Esc that was given out: for what would have made it another key.
        static let late = Duration.milliseconds(500)
        /// For the byte behind a late `[` or its like, which may have been typed.
        static let lateLetter = Duration.milliseconds(100)
    }

    private let table: KeyTable
    private let escapeDelay: Duration
    private var buffer: [UInt8] = []
    private var paste: PasteCollector?
    private var stalled: StalledPaste?
    private var skipper: SequenceSkipper?
    /// Whether Esc was given out and what comes now may belong to it still. ``buffer`` then begins with that Esc, or is
    /// empty.
    private var isLate = false
    /// Whether what came after that Esc came in one read.
    private var isLateWhole = false

    init(table: KeyTable = KeyTable(), escapeDelay: Duration = .milliseconds(25)) {
        self.table = table
        self.escapeDelay = escapeDelay
    }

    /// How long to wait for more bytes before ``giveUp()``; `nil` when nothing is begun.
    var patience: Duration? {
        if paste != nil || stalled?.hasBegunToEnd == true { return Waiting.paste }
        if skipper != nil { return Waiting.sequence }
        if isLate { return buffer.isEmpty ? Waiting.late : Waiting.lateLetter }
        guard let first = buffer.first else { return nil }
        // Esc alone is to act at once, and twice; behind it a sequence has begun.
        if buffer.allSatisfy({ $0 == 0x1B }) { return escapeDelay }
        return first == 0x1B ? Waiting.sequence : Waiting.character
    }

    /// Takes bytes and returns the keys that are now complete.
    mutating func feed(_ bytes: some Collection<UInt8>) -> [Key] {
        guard !bytes.isEmpty else { return [] }
        if stalled != nil { return resume(with: Array(bytes)) }
        if paste != nil { return collect(bytes) }
        if skipper != nil { return skip(bytes) }
        if isLate, buffer.isEmpty {
            if let first = bytes.first, LateSequence.introducers.contains(first) {
                buffer = [0x1B]
                isLateWhole = bytes.count > 1
            } else {
                isLate = false
            }
        }
        buffer.append(contentsOf: bytes)
        return decode(isFinal: false)
    }

    /// Decides about what is begun: more isn't coming.
    mutating func giveUp() -> [Key] {
        if let paste {
            self.paste = nil
            stalled = StalledPaste(matched: paste.matched)
            return paste.isEmpty ? [] : [.paste(paste.text)]
        }
        if let stalled {
            // Esc alone is a person's. More than that was the paste's end, and the rest of it is lost.
            if stalled.hasBegunToEnd { self.stalled = nil }
            return stalled.isEscape ? [.escape] : []
        }
        if skipper != nil {
            skipper = nil
            return []
        }
        return decode(isFinal: true)
    }

    // MARK: Pastes

    /// After a paste whose end is missing, decides what the next bytes are.
    ///
    /// Either the link stalled and this is the rest of the paste, which must never act as keys; or the end was lost and
    /// this is a person at the keyboard, who must not be locked out.
    private mutating func resume(with bytes: [UInt8]) -> [Key] {
        guard var stalled else { return [] }
        self.stalled = nil
        switch stalled.add(bytes) {
        case .unfinished:
            self.stalled = stalled
            return []
        case .ended(let rest):
            return feed(rest)
        case .other(let content):
            guard isRestOfPaste(stalled.bytes) else { return feed(stalled.bytes) }
            paste = PasteCollector()
            return collect(content)
        }
    }

    /// A person's press arrives as one key alone.
    private func isRestOfPaste(_ bytes: [UInt8]) -> Bool {
        if bytes.starts(with: "\u{1B}[200~".utf8) { return false }
        if bytes.count > 8 || bytes.firstRange(of: PasteCollector.end) != nil { return true }
        var trial = KeyDecoder(table: table)
        return trial.feed(bytes).count > 1 || trial.paste != nil
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

    // MARK: Sequences

    private mutating func skip(_ bytes: some Collection<UInt8>) -> [Key] {
        guard let rest = skipper?.skip(bytes) else { return [] }
        skipper = nil
        return feed(rest)
    }

    private mutating func decode(isFinal: Bool) -> [Key] {
        if isLate, !decideLate(isFinal: isFinal) { return [] }
        var keys: [Key] = []
        var rest = buffer[...]
        while !rest.isEmpty {
            switch table.match(rest, isFinal: isFinal) {
            case .keys(let found, let length):
                keys += found
                isLate = rest.count == 1 && found == [.escape]
                rest = rest.dropFirst(length)
            case .dropped(let length):
                rest = rest.dropFirst(length)
            case .paste(let length):
                let content = Array(rest.dropFirst(length))
                buffer = []
                paste = PasteCollector()
                return keys + collect(content)
            case .skipped(let kind, let length):
                let content = Array(rest.dropFirst(length))
                buffer = []
                skipper = SequenceSkipper(kind)
                return keys + skip(content)
            case .incomplete:
                buffer = Array(rest)
                return keys
            }
        }
        buffer = []
        return keys
    }

    /// Decides whether what came after an Esc that was given out belongs to it; false while that can't be told.
    private mutating func decideLate(isFinal: Bool) -> Bool {
        switch LateSequence.judge(buffer, isOneRead: isLateWhole) {
        case .unfinished where !isFinal: return false
        case .sequence: break
        case .unfinished, .typed: buffer = Array(buffer.dropFirst())
        }
        isLate = false
        return true
    }
}

/// A sequence whose Esc was taken for a key because the rest of it was late.
private enum LateSequence {
    enum Judgement {
        case sequence, typed, unfinished
    }

    /// What makes Esc the beginning of a sequence.
    static let introducers: Set<UInt8> = Set("[O]P_^".utf8)

    /// Whether Esc and what came after it are a sequence. A person may have typed it: then two keys of theirs would
    /// have come within the time in which the second is waited for, and be like the beginning of a sequence.
    /// - Parameter isOneRead: whether all that is behind Esc came at once, as a terminal sends a key.
    static func judge(_ bytes: [UInt8], isOneRead: Bool) -> Judgement {
        guard bytes.count > 2 else { return bytes.isEmpty ? .typed : .unfinished }
        let next = bytes[2]
        let isParameter = (0x21...0x3F).contains(next)
        // The number block's letters are words' letters too.
        let isOneKey = isOneRead && (bytes.count == 3 || bytes[3] == 0x1B)
        let isSequence =
            switch bytes[1] {
            case UInt8(ascii: "["): isParameter || "ABCDEFHIMOPQRSZ[".utf8.contains(next)
            case UInt8(ascii: "O"): "ABCDFHMPQRS".utf8.contains(next) || isParameter || isOneKey
            case UInt8(ascii: "_"): isParameter || next == UInt8(ascii: "G")
            // A title begins with a letter.
            case UInt8(ascii: "]"): isParameter || "lLI".utf8.contains(next)
            default: isParameter
            }
        return isSequence ? .sequence : .typed
    }
}
