/// Writes JSON text into bytes.
///
/// It is our own for the reasons that the parser is: what was written `60.0` must not leave as `60`, nor an integer beyond
/// `Int` as a rounded number. It is also several times quicker than Foundation's encoder.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private let pretty: Bool
    private var depth = 0

    init(pretty: Bool) {
        self.pretty = pretty
        bytes.reserveCapacity(256)
    }

    mutating func write(_ value: JSONValue) throws {
        switch value {
        case .null: append("null")
        case .bool(let flag): append(flag ? "true" : "false")
        case .integer(let number): write(number)
        case .bigInteger(let digits):
            guard JSONValue.isIntegerLiteral(digits) else { throw Self.unwritable(value, "is not an integer literal") }
            bytes.append(contentsOf: digits.utf8)
        case .number(let number):
            guard number.isFinite else { throw Self.unwritable(value, "is not a finite number") }
            // The shortest text that reads back as the same number, and never as an integer.
            bytes.append(contentsOf: number.description.utf8)
        case .string(let text): write(text)
        case .array(let elements): try write(elements)
        case .object(let members): try write(members)
        }
    }

    private static func unwritable(_ value: JSONValue, _ what: String) -> EncodingError {
        .invalidValue(value, .init(codingPath: [], debugDescription: "a number \(what)"))
    }

    private mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func write(_ number: Int) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        var rest = number.magnitude
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    // MARK: Arrays and objects

    private mutating func write(_ elements: [JSONValue]) throws {
        bytes.append(UInt8(ascii: "["))
        var isFirst = true
        depth += 1
        for element in elements {
            separate(&isFirst)
            try write(element)
        }
        depth -= 1
        if pretty, !isFirst { newLine() }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ members: [String: JSONValue]) throws {
        bytes.append(UInt8(ascii: "{"))
        var isFirst = true
        depth += 1
        for (key, value) in members.sorted(by: { Self.precedes($0.key, $1.key) }) {
            separate(&isFirst)
            write(key)
            bytes.append(UInt8(ascii: ":"))
            if pretty { bytes.append(UInt8(ascii: " ")) }
            try write(value)
        }
        depth -= 1
        if pretty, !isFirst { newLine() }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func separate(_ isFirst: inout Bool) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        if pretty { newLine() }
    }

    private mutating func newLine() {
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }

    /// By their bytes, which is by their scalars: `<` of strings takes é for e with an accent, whichever was written.
    private static func precedes(_ one: String, _ other: String) -> Bool {
        let answer = one.utf8.withContiguousStorageIfAvailable { one in
            other.utf8.withContiguousStorageIfAvailable { other in
                for index in 0..<min(one.count, other.count) where one[index] != other[index] {
                    return one[index] < other[index]
                }
                return one.count < other.count
            }
        }
        return (answer ?? nil) ?? one.utf8.lexicographicallyPrecedes(other.utf8)
    }

    // MARK: Strings

    private mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if text.utf8.withContiguousStorageIfAvailable({ write($0) }) == nil {
            Array(text.utf8).withUnsafeBufferPointer { write($0) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func write(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for index in 0..<text.count {
            let byte = text[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            bytes.append(contentsOf: text[start..<index])
            escape(byte)
            start = index + 1
        }
        bytes.append(contentsOf: text[start...])
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        default:
            append("u00")
            for digit in [byte >> 4, byte & 0xF] {
                bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
    }
}
