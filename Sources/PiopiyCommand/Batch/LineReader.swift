/// The lines of a source, one after the other. Empty lines count, and are left out.
struct LineReader {
    private let source: ByteSource
    private var splitter: LineSplitter
    private var isAtEnd = false

    init(_ source: ByteSource, limit: Int = 1 << 20) {
        self.source = source
        splitter = LineSplitter(limit: limit)
    }

    /// A line that is here already, without a wait.
    mutating func ready() -> LineSplitter.Line? {
        while let line = splitter.next() ?? (isAtEnd ? splitter.last() : nil) {
            if let line = unlessEmpty(line) { return line }
        }
        return nil
    }

    /// Waits for more.
    /// - Returns: whether there is any; `false` at the end, and when the source was stopped.
    mutating func fill() async throws -> Bool {
        guard !isAtEnd else { return false }
        guard let piece = try await source.next() else {
            // What was cut off in the middle is no line.
            isAtEnd = true
            splitter = LineSplitter()
            return false
        }
        isAtEnd = piece.isEmpty
        splitter.append(piece)
        return true
    }

    mutating func next() async throws -> LineSplitter.Line? {
        repeat {
            if let line = ready() { return line }
        } while try await fill()
        return nil
    }

    private mutating func unlessEmpty(_ line: LineSplitter.Line) -> LineSplitter.Line? {
        var line = line
        guard case .bytes(var bytes) = line.content else { return line }
        // Some editors put a mark before the first line that is no part of it.
        if line.number == 1, bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            bytes.removeFirst(3)
            line.content = .bytes(bytes)
        }
        let isEmpty = bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        return isEmpty ? nil : line
    }
}
