#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Any JSON value.
///
/// The platform's answers and webhooks come in several dialects (a number here is a string there), so they are read as
/// this first and looked at afterwards.
public enum JSONValue: Hashable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without fraction or exponent that fits an `Int`.
    case integer(Int)
    /// A longer one: its digits as they were written, with a `-` in front of a negative one. They are sent as they are;
    /// written by hand, they must be an integer of JSON (no `+`, no leading zero).
    case bigInteger(String)
    /// A number with fraction or exponent, such as `60.0`, which stays one when it is written.
    case number(Double)
    /// A text.
    case string(String)
    /// Values in order.
    case array([JSONValue])
    /// Members by key, without order.
    case object([String: JSONValue])
}

extension JSONValue {
    /// Parses JSON text that the platform sent. The last value of a repeated key wins; half a surrogate pair becomes
    /// U+FFFD, so that the rest can be read. A byte order mark in front is passed over.
    ///
    /// Keys that Swift takes for the same text (é as one scalar, or as e and an accent) count as one key too.
    /// ``init(strictlyParsing:)`` refuses both.
    /// - Throws: `DecodingError` when `bytes` is not one JSON value in UTF-8, is nested deeper than 200 levels, or holds a
    ///   number with fraction or exponent beyond `Double`.
    public init(parsing bytes: some Sequence<UInt8>) throws {
        self = try JSONParser.parse(bytes, strictly: false)
    }

    /// Parses JSON text that is to be sent. It refuses text that could be sent on with another meaning than its
    /// writer's, where ``init(parsing:)`` makes the best of it: half a surrogate pair, and a key that one object has
    /// twice, because nobody can tell which of the two numbers was meant.
    /// - Throws: `DecodingError`, as ``init(parsing:)`` does. For a repeated key its context has the path to the key in
    ///   `codingPath`, which is empty for every other error, and names the key in `debugDescription`.
    public init(strictlyParsing bytes: some Sequence<UInt8>) throws {
        self = try JSONParser.parse(bytes, strictly: true)
    }

    /// The path to the repeated key that ``init(strictlyParsing:)`` found, such as `args.variables.name` or
    /// `[2].number`.
    /// - Parameter error: an error of that initializer.
    /// - Returns: `nil` when the error is another one.
    public static func repeatedKey(in error: any Error) -> String? {
        guard case DecodingError.dataCorrupted(let context) = error, !context.codingPath.isEmpty else { return nil }
        return context.codingPath.reduce(into: "") { path, step in
            if let index = step.intValue {
                path += "[\(index)]"
            } else {
                path += path.isEmpty ? step.stringValue : ".\(step.stringValue)"
            }
        }
    }

    /// The value as JSON text in UTF-8: keys sorted by their Unicode scalars, slashes not escaped, so that equal values
    /// give equal bytes.
    /// - Throws: `EncodingError` for a number that JSON cannot hold (NaN, an infinity, a ``bigInteger(_:)`` that is none).
    public func bytes(pretty: Bool = false) throws -> [UInt8] {
        var writer = JSONWriter(pretty: pretty)
        try writer.write(self)
        return writer.bytes
    }

    /// ``bytes(pretty:)`` as `Data`.
    public func serialized(pretty: Bool = false) throws -> Data { Data(try bytes(pretty: pretty)) }

    /// ``bytes(pretty:)`` as a string.
    public func text(pretty: Bool = false) throws -> String {
        String(decoding: try bytes(pretty: pretty), as: UTF8.self)
    }
}

extension JSONValue {
    /// What kind of value it is, in the words of an error message: "a string", "an object".
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .integer, .bigInteger, .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// The members, when it is an object.
    public var object: [String: JSONValue]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The elements, when it is an array.
    public var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The string, when it is one. A number is no string: see ``looseText``.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The value under a key, when it is an object that has it.
    public subscript(key: String) -> JSONValue? { object?[key] }

    /// A string, or a number written out: the platform sends phone numbers and ids as either. Empty text counts as absent.
    public var looseText: String? {
        switch self {
        case .string(let text): text.isEmpty ? nil : text
        case .integer(let value): String(value)
        case .bigInteger(let digits): digits
        case .number(let value): Int(exactly: value).map { String($0) } ?? String(value)
        default: nil
        }
    }

    /// A number, or a string that holds one.
    public var looseNumber: Double? {
        let value: Double? =
            switch self {
            case .integer(let value): Double(value)
            case .number(let value): value
            case .bigInteger(let text), .string(let text): Double(text)
            default: nil
            }
        guard let value, value.isFinite else { return nil }
        return value
    }
}

extension JSONValue {
    /// Whether a text is an integer as JSON writes it, of any length.
    static func isIntegerLiteral(_ text: String) -> Bool {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        guard let first = digits.first, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else {
            return false
        }
        return first != UInt8(ascii: "0") || digits.count == 1
    }
}

extension JSONValue: Encodable {
    /// Writes the value with any encoder, as far as the encoder can: ``bytes(pretty:)`` alone writes every integer in full
    /// and every whole ``number(_:)`` as one. Reading is ``init(parsing:)``'s alone: decoders do not tell `60.0` from `60`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .bigInteger(let digits):
            guard let value = Int128(digits) else {
                let what = "no encoder accepts an integer of more than 128 bits"
                throw EncodingError.invalidValue(self, .init(codingPath: encoder.codingPath, debugDescription: what))
            }
            try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let text): try container.encode(text)
        case .array(let elements): try container.encode(elements)
        case .object(let members): try container.encode(members)
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByFloatLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(nilLiteral: ()) { self = .null }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }
}
