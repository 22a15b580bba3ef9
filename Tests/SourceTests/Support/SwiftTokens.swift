/// The words and signs of a Swift file, without its comments and texts.
///
/// Read by hand, not by the compiler: it knows nested comments, texts of one line and of many, raw texts, and regular
/// expressions. What stands in a text's interpolation is left out with the text.
struct SwiftTokens {
    struct Token: Equatable {
        let text: String
        /// From 1.
        let line: Int
    }

    private(set) var all: [Token] = []

    /// The file's bytes, and a few behind them, so that looking ahead needs no care.
    private let bytes: [UInt8]
    private let end: Int
    private var index = 0
    private var line = 1

    private static let newline = UInt8(ascii: "\n")
    private static let quote = UInt8(ascii: "\"")
    private static let hash = UInt8(ascii: "#")
    private static let slash = UInt8(ascii: "/")
    private static let star = UInt8(ascii: "*")
    private static let backslash = UInt8(ascii: "\\")

    init(_ source: String) {
        let source = Array(source.utf8)
        end = source.count
        bytes = source + [0, 0, 0, 0]
        while index < end { take() }
    }

    private mutating func take() {
        let byte = bytes[index]
        let start = line
        if byte == Self.newline || byte == 0x20 || byte == 0x09 || byte == 0x0D {
            skip()
        } else if Self.isInWord(byte) {
            takeWord(from: index)
        } else if byte == Self.slash, bytes[index + 1] == Self.slash {
            while index < end, bytes[index] != Self.newline { index += 1 }
        } else if byte == Self.slash, bytes[index + 1] == Self.star {
            skipComment()
        } else if let text = openedText() {
            skipText(text)
            all.append(Token(text: "\"\"", line: start))
        } else if let hashes = openedExpression() {
            skipExpression(hashes)
            all.append(Token(text: "//", line: start))
        } else if byte == Self.hash || byte == UInt8(ascii: "@"), Self.isInWord(bytes[index + 1]) {
            index += 1
            takeWord(from: index - 1)
        } else {
            index += 1
            all.append(Token(text: String(decoding: [byte], as: UTF8.self), line: line))
        }
    }

    private mutating func skip(_ count: Int = 1) {
        for _ in 0..<count {
            if bytes[min(index, end)] == Self.newline { line += 1 }
            index += 1
        }
    }

    private mutating func takeWord(from start: Int) {
        while Self.isInWord(bytes[index]) { index += 1 }
        all.append(Token(text: String(decoding: bytes[start..<index], as: UTF8.self), line: line))
    }

    /// Letters of other scripts are words too.
    private static func isInWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }

    // MARK: What is left out

    private mutating func skipComment() {
        var depth = 0
        repeat {
            if bytes[index] == Self.slash, bytes[index + 1] == Self.star {
                depth += 1
                index += 2
            } else if bytes[index] == Self.star, bytes[index + 1] == Self.slash {
                depth -= 1
                index += 2
            } else {
                skip()
            }
        } while depth > 0 && index < end
    }

    /// Whether so many of a byte stand at a place.
    private func stands(_ byte: UInt8, times count: Int, at place: Int) -> Bool {
        for offset in 0..<count where place + offset >= end || bytes[place + offset] != byte { return false }
        return true
    }

    private func hashes(at place: Int) -> Int {
        var count = 0
        while bytes[place + count] == Self.hash { count += 1 }
        return count
    }

    /// How many `#` stand before a text that begins here, and how many quotation marks.
    private func openedText() -> (hashes: Int, quotes: Int)? {
        let hashes = hashes(at: index)
        if stands(Self.quote, times: 3, at: index + hashes) { return (hashes, 3) }
        return bytes[index + hashes] == Self.quote ? (hashes, 1) : nil
    }

    private mutating func skipText(_ text: (hashes: Int, quotes: Int)) {
        index += text.hashes + text.quotes
        while index < end {
            if stands(Self.quote, times: text.quotes, at: index),
                stands(Self.hash, times: text.hashes, at: index + text.quotes)
            {
                index += text.quotes + text.hashes
                return
            }
            let isEscape = bytes[index] == Self.backslash && stands(Self.hash, times: text.hashes, at: index + 1)
            if isEscape, bytes[index + 1 + text.hashes] == UInt8(ascii: "(") {
                index += 2 + text.hashes
                skipInterpolation()
            } else if isEscape {
                skip(2 + text.hashes)
            } else {
                skip()
            }
        }
    }

    /// Skips to behind the bracket that closes an interpolation; it may hold texts of its own.
    private mutating func skipInterpolation() {
        var depth = 1
        while depth > 0, index < end {
            if let text = openedText() {
                skipText(text)
                continue
            }
            if bytes[index] == UInt8(ascii: "(") { depth += 1 }
            if bytes[index] == UInt8(ascii: ")") { depth -= 1 }
            skip()
        }
    }

    /// How many `#` stand before a regular expression that begins here. A bare `/` begins one where no value is before
    /// it that could be divided.
    private func openedExpression() -> Int? {
        let hashes = hashes(at: index)
        guard bytes[index + hashes] == Self.slash else { return nil }
        if hashes > 0 { return hashes }
        let begins = ["(", ",", "=", "[", ":", "{", "return", "in", "!"].contains(all.last?.text ?? "{")
        return begins && bytes[index + 1] > 0x20 ? 0 : nil
    }

    private mutating func skipExpression(_ hashes: Int) {
        index += hashes + 1
        while index < end, bytes[index] != Self.slash || !stands(Self.hash, times: hashes, at: index + 1) {
            skip(bytes[index] == Self.backslash ? 2 : 1)
        }
        index += hashes + 1
    }
}
