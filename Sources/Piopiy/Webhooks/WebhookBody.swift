/// Takes the JSON values out of a webhook's body, in every dress in which relays and forwarders send them on.
///
/// | body | read as |
/// |---|---|
/// | JSON in UTF-8, with or without a byte order mark | that value, of an array its items |
/// | JSON in UTF-16 | the same, when it begins with a byte order mark or every second byte is zero |
/// | JSON whose text is not UTF-8 | the same, its text taken for ISO 8859-1 |
/// | JSON inside a JSON string | the value inside |
/// | several lines of JSON (NDJSON) | a value a line; every line must be one |
/// | `key=value&…` (a form) | an object of strings; `name[key]=value` is an object inside it |
///
/// Anything else is not read; ``Reading/problem`` says why. The body decides, not the request's headers: the journal
/// keeps the body alone, and reads it again.
enum WebhookBody {
    struct Reading {
        var values: [JSONValue] = []
        /// Why there are no values, worded to follow nothing: "the body is empty".
        var problem: String?
    }

    static func read(_ bytes: [UInt8]) -> Reading {
        if let value = json(bytes) { return Reading(values: items(value)) }
        let text: [UInt8]
        if let decoded = fromUTF16(bytes) {
            text = decoded
        } else if bytes.starts(with: [0x1F, 0x8B]) {
            return Reading(problem: "the body is compressed (gzip) and cannot be decompressed")
        } else if String(validating: bytes, as: UTF8.self) == nil {
            text = fromLatin1(bytes)
        } else {
            text = bytes
        }
        guard text.contains(where: { !isBlank($0) }) else { return Reading(problem: "the body is empty") }
        if let value = json(text) { return Reading(values: items(value)) }
        if let values = lines(text) { return Reading(values: values) }
        if let form = WebhookForm.read(text) { return Reading(values: [form]) }
        return Reading(problem: "the body is not JSON")
    }

    private static func json(_ bytes: [UInt8]) -> JSONValue? {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        return try? JSONValue(parsing: bytes.starts(with: mark) ? bytes[3...] : bytes[...])
    }

    private static func items(_ value: JSONValue, depth: Int = 0) -> [JSONValue] {
        switch value {
        case .array(let items): items
        // Whoever packs JSON into a string may do it twice.
        case .string(let text) where depth < 3:
            (try? JSONValue(parsing: text.utf8)).map { items($0, depth: depth + 1) } ?? [value]
        default: [value]
        }
    }

    private static func lines(_ text: [UInt8]) -> [JSONValue]? {
        var values: [JSONValue] = []
        for line in text.split(separator: UInt8(ascii: "\n")) where line.contains(where: { !isBlank($0) }) {
            guard let value = json(Array(line)) else { return nil }
            values += items(value)
        }
        return values.isEmpty ? nil : values
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    // MARK: Encodings

    /// - Returns: UTF-8; `nil` when the bytes are not UTF-16.
    private static func fromUTF16(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= 4, bytes.count.isMultiple(of: 2) else { return nil }
        let isBig: Bool
        var start = 2
        switch (bytes[0], bytes[1]) {
        case (0xFE, 0xFF): isBig = true
        case (0xFF, 0xFE): isBig = false
        // JSON begins with a character of ASCII.
        case (0, 1...0x7F): (isBig, start) = (true, 0)
        case (1...0x7F, 0): (isBig, start) = (false, 0)
        default: return nil
        }
        let units = stride(from: start, to: bytes.count, by: 2).map { index in
            let (high, low) = isBig ? (bytes[index], bytes[index + 1]) : (bytes[index + 1], bytes[index])
            return UInt16(high) << 8 | UInt16(low)
        }
        return String(validating: units, as: UTF16.self).map { Array($0.utf8) }
    }

    /// Each byte is the character of its number.
    private static func fromLatin1(_ bytes: [UInt8]) -> [UInt8] {
        var text = String.UnicodeScalarView()
        for byte in bytes { text.append(Unicode.Scalar(byte)) }
        return Array(String(text).utf8)
    }
}
