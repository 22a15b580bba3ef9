import Foundation
import Testing

@testable import PiopiyCommand

@Suite("Lines of a batch")
struct LineSplitterTests {
    private func lines(_ text: [UInt8], pieces: Int, limit: Int = 1 << 20) -> [LineSplitter.Line] {
        var splitter = LineSplitter(limit: limit)
        var lines: [LineSplitter.Line] = []
        for start in stride(from: 0, to: text.count, by: pieces) {
            splitter.append(Array(text[start..<min(start + pieces, text.count)]))
            while let line = splitter.next() { lines.append(line) }
        }
        if let last = splitter.last() { lines.append(last) }
        return lines
    }

    @Test("Lines are the same in whatever pieces they come")
    func pieces() {
        let text = Array("one\n\ntwo\r\nthree and more\nlast".utf8)
        let whole = lines(text, pieces: text.count)
        #expect(whole.map(\.number) == [1, 2, 3, 4, 5])
        #expect(whole[2].content == .bytes(Array("two\r".utf8)))
        #expect(whole[4].content == .bytes(Array("last".utf8)))
        for size in 1..<text.count { #expect(lines(text, pieces: size) == whole) }
    }

    @Test("A line that is too long is one line, the next is read, and no more than the limit is held")
    func tooLong() {
        let text = Array(
            (String(repeating: "x", count: 11) + "\n0123456789\n" + String(repeating: "y", count: 99)).utf8
        )
        for size in 1...30 {
            let lines = lines(text, pieces: size, limit: 10)
            #expect(lines.map(\.content) == [.tooLong, .bytes(Array("0123456789".utf8)), .tooLong])
            #expect(lines.map(\.number) == [1, 2, 3])
        }
    }

    @Test("A silent input ends with the task, and what was cut off is no line")
    func cancelled() async throws {
        var ends: [CInt] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { close(ends[1]) }
        let cut = Array("whole\nhalf".utf8)
        #expect(write(ends[1], cut, cut.count) == cut.count)
        let source = try ByteSource(descriptor: ends[0], owns: true)
        let (begun, continuation) = AsyncStream.makeStream(of: Void.self)
        let reading = Task {
            var reader = LineReader(source)
            let first = try await reader.next()
            continuation.yield()
            let second = try await reader.next()
            return (first, second)
        }
        for await _ in begun { break }
        reading.cancel()
        let (first, second) = try await reading.value
        #expect(first?.content == .bytes(Array("whole".utf8)))
        #expect(second == nil)
    }
}
