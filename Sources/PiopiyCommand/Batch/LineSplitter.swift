/// Cuts a stream of bytes into lines, however it comes in pieces, and holds no more than one line of it.
struct LineSplitter {
    /// A line, counted from 1.
    struct Line: Equatable {
        var number: Int
        var content: Content
    }

    enum Content: Equatable {
        /// Without its line end.
        case bytes([UInt8])
        /// It was longer than the limit; its bytes are gone.
        case tooLong
    }

    /// The longest line, in bytes.
    let limit: Int
    private var buffer: [UInt8] = []
    /// Where in the buffer the next line begins.
    private var start = 0
    /// How far the buffer has been searched for a line end.
    private var searched = 0
    private var number = 1
    /// What comes belongs to a line that was too long.
    private var isDropping = false

    init(limit: Int = 1 << 20) { self.limit = limit }

    mutating func append(_ bytes: [UInt8]) {
        // What was read is let go here, once a piece, and not once a line.
        if start > 0 {
            buffer.removeFirst(start)
            searched -= start
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next line that is there as a whole.
    mutating func next() -> Line? {
        while true {
            guard let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
                searched = buffer.count
                if buffer.count - start > limit { isDropping = true }
                if isDropping { dropRest() }
                return nil
            }
            searched = end + 1
            return line(upTo: end, next: end + 1)
        }
    }

    /// What stands after the last line end, if anything does.
    mutating func last() -> Line? {
        guard isDropping || start < buffer.count else { return nil }
        return line(upTo: buffer.count, next: buffer.count)
    }

    private mutating func line(upTo end: Int, next: Int) -> Line {
        let isTooLong = isDropping || end - start > limit
        let line = Line(number: number, content: isTooLong ? .tooLong : .bytes(Array(buffer[start..<end])))
        start = next
        searched = next
        number += 1
        isDropping = false
        return line
    }

    private mutating func dropRest() {
        buffer.removeAll(keepingCapacity: true)
        start = 0
        searched = 0
    }
}
