/// Lines that are typed, or come from a script, one after the other; the next one when it is asked for.
actor TypedLines {
    enum Line: Sendable {
        case line(String)
        case tooLong
        /// The end came in the middle of a line. What was cut off may mean something else than it says: it is not run.
        case cutOff
        case end
        case failed(String)
    }

    /// The longest line, in bytes.
    static let limit = 16_384

    private let source: ByteSource
    private var splitter = LineSplitter(limit: TypedLines.limit)

    init(_ source: ByteSource) { self.source = source }

    func next() async -> Line {
        while true {
            if let line = splitter.next() { return Self.line(line) }
            do {
                guard let piece = try await source.next() else { return .end }
                if piece.isEmpty { return splitter.last() == nil ? .end : .cutOff }
                splitter.append(piece)
            } catch {
                return .failed((error as? ByteSource.Failure)?.message ?? "\(error)")
            }
        }
    }

    private static func line(_ line: LineSplitter.Line) -> Line {
        guard case .bytes(var bytes) = line.content else { return .tooLong }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return .line(String(decoding: bytes, as: UTF8.self))
    }
}
