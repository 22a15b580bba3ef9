/// Reads JSON text (RFC 8259) from bytes that nobody vouches for.
///
/// It is our own because two things matter here that Foundation's decoder does not tell: whether a number was written as
/// an integer (`60.0` and `6e1` are none, and the platform refuses them), and what a text with half a surrogate pair says
/// apart from it.
struct JSONParser {
    /// Arrays and objects inside each other. Deeper text is refused, so that no body can exhaust the stack.
    static let depthLimit = 200

    // Valid as long as `parse` runs, which the parser does not outlive. Only `next` and runs that it walked read it, so
    // that nothing is read beyond its end.
    private let bytes: UnsafeBufferPointer<UInt8>
    private let isStrict: Bool
    private var index = 0
    private var depth = 0

    /// - Parameter strictly: refuse what ``JSONValue/init(strictlyParsing:)`` says, instead of making the best of it.
    static func parse(_ bytes: some Sequence<UInt8>, strictly: Bool) throws -> JSONValue {
        if let value = try bytes.withContiguousStorageIfAvailable({ try parse($0, strictly) }) { return value }
        return try Array(bytes).withUnsafeBufferPointer { try parse($0, strictly) }
    }

    private static func parse(_ bytes: UnsafeBufferPointer<UInt8>, _ strictly: Bool) throws -> JSONValue {
        var parser = JSONParser(bytes, strictly)
        parser.skipMark()
        parser.skipSpace()
        let value: JSONValue
        do {
            value = try parser.value()
        } catch let error as RepeatedKey {
            throw error.decodingError
        }
        parser.skipSpace()
        guard parser.index == bytes.count else { throw parser.error("there is text after the value") }
        return value
    }

    private init(_ bytes: UnsafeBufferPointer<UInt8>, _ strictly: Bool) {
        self.bytes = bytes
        isStrict = strictly
    }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private func error(_ what: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: [], debugDescription: "not JSON at byte \(index): \(what)"))
    }

    /// Passes over a byte order mark of UTF-8, which some senders put in front, and a reader may take (RFC 8259,
    /// section 8.1).
    private mutating func skipMark() {
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { index = 3 }
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        index += 1
        return true
    }

    private mutating func value() throws -> JSONValue {
        switch next {
        case UInt8(ascii: "{"): return try nested { try $0.members() }
        case UInt8(ascii: "["): return try nested { try $0.elements() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-")?: return try number()
        case let byte? where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte): return try number()
        case nil: throw error("it ends too early")
        default: throw error("this does not begin a value")
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws -> JSONValue {
        for offset in 0..<word.utf8CodeUnitCount where !take(word.utf8Start[offset]) { throw error("unknown word") }
        return value
    }

    // MARK: Arrays and objects

    private mutating func nested(_ read: (inout JSONParser) throws -> JSONValue) throws -> JSONValue {
        guard depth < Self.depthLimit else { throw error("more than \(Self.depthLimit) levels") }
        depth += 1
        defer { depth -= 1 }
        index += 1
        skipSpace()
        return try read(&self)
    }

    private mutating func elements() throws -> JSONValue {
        var elements: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            skipSpace()
            do {
                elements.append(try value())
            } catch let error as RepeatedKey {
                throw error.within(JSONPathStep(intValue: elements.count))
            }
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(elements) }
            guard take(UInt8(ascii: ",")) else { throw error("a comma or ] is missing") }
        }
    }

    /// The last value of a repeated key wins, unless reading strictly: then a repeated key is an error.
    private mutating func members() throws -> JSONValue {
        var members: [String: JSONValue] = [:]
        if take(UInt8(ascii: "}")) { return .object(members) }
        // Most objects have a few members; growing to them step by step would hash each of them thrice.
        members.reserveCapacity(6)
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw error("a key is missing") }
            let key = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw error("a colon is missing") }
            skipSpace()
            if isStrict, members[key] != nil { throw RepeatedKey(key, at: index) }
            do {
                members[key] = try value()
            } catch let error as RepeatedKey {
                throw error.within(JSONPathStep(stringValue: key))
            }
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw error("a comma or } is missing") }
        }
    }

    // MARK: Numbers

    private mutating func number() throws -> JSONValue {
        let start = index
        let isNegative = take(UInt8(ascii: "-"))
        let first = index
        if !take(UInt8(ascii: "0")) { try digits() }
        let digitCount = index - first
        var isInteger = true
        if take(UInt8(ascii: ".")) {
            isInteger = false
            try digits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isInteger = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        if isInteger, digitCount <= 18 {
            // 18 digits fit an Int.
            var integer = 0
            for place in first..<index { integer = integer &* 10 &+ Int(bytes[place] &- UInt8(ascii: "0")) }
            return .integer(isNegative ? -integer : integer)
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isInteger { return Int(text).map { .integer($0) } ?? .bigInteger(text) }
        guard let number = Double(text), number.isFinite else { throw error("a number is too big") }
        return .number(number)
    }

    private mutating func digits() throws {
        let start = index
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        if index == start { throw error("a digit is missing") }
    }

    // MARK: Strings

    private mutating func string() throws -> String {
        index += 1
        var text = ""
        while true {
            let start = index
            while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { index += 1 }
            let run = UnsafeBufferPointer(rebasing: bytes[start..<index])
            guard let run = String(validating: run, as: UTF8.self) else { throw error("not UTF-8") }
            // Nearly every string is one run.
            if text.isEmpty { text = run } else { text += run }
            guard let byte = next else { throw error("a string does not end") }
            index += 1
            if byte == UInt8(ascii: "\"") { return text }
            guard byte == UInt8(ascii: "\\") else { throw error("a string contains a control character") }
            text.unicodeScalars.append(try escape())
        }
    }

    private mutating func escape() throws -> Unicode.Scalar {
        guard let byte = next else { throw error("a string does not end") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicode()
        default: throw error("unknown escape")
        }
    }

    /// Half a surrogate pair becomes U+FFFD, unless reading strictly: the rest of the text is still worth reading.
    private mutating func unicode() throws -> Unicode.Scalar {
        let unit = try hex()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        let afterFirst = index
        if unit < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
            let second = try hex()
            let value = 0x10000 + (unit - 0xD800) << 10 + (second & 0x3FF)
            if (0xDC00...0xDFFF).contains(second), let scalar = Unicode.Scalar(value) { return scalar }
        }
        index = afterFirst
        if isStrict { throw error("a string contains half a surrogate pair") }
        return "\u{FFFD}"
    }

    private mutating func hex() throws -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch next {
            case let byte? where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte):
                digit = byte - UInt8(ascii: "0")
            case let byte? where (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20):
                digit = (byte | 0x20) - UInt8(ascii: "a") + 10
            default: throw error("four hex digits are missing")
            }
            unit = unit << 4 | UInt32(digit)
            index += 1
        }
        return unit
    }
}

/// A key that one object has twice, found while reading strictly. Each level on the way out adds its step to the path.
private struct RepeatedKey: Error {
    private let key: String
    /// The byte at which its second value begins.
    private let index: Int
    private var path: [JSONPathStep]

    init(_ key: String, at index: Int) {
        self.key = key
        self.index = index
        path = [JSONPathStep(stringValue: key)]
    }

    func within(_ step: JSONPathStep) -> RepeatedKey {
        var error = self
        error.path.insert(step, at: 0)
        return error
    }

    var decodingError: DecodingError {
        let words = "ambiguous JSON at byte \(index): the key \"\(key)\" appears twice"
        return .dataCorrupted(.init(codingPath: path, debugDescription: words))
    }
}

/// A key or an index on the way to a value.
private struct JSONPathStep: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init(intValue: Int) {
        stringValue = "\(intValue)"
        self.intValue = intValue
    }
}
