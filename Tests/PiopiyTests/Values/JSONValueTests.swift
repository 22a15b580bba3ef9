import Foundation
import Piopiy
import Testing

@testable import struct Piopiy.JSONParser

@Suite("JSON")
struct JSONValueTests {
    static func random(depth: Int, using random: inout SplitMix64) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .integer(Int(bitPattern: UInt(random.next())) >> Int.random(in: 0..<64, using: &random))
        case 3:
            let number = Double(bitPattern: random.next())
            // A whole number reads back as an integer, as it was written.
            return number.isFinite && number.rounded() != number ? .number(number) : .number(0.5)
        case 4, 5: return .string(text(using: &random))
        case 6:
            return .array(
                (0..<Int.random(in: 0..<4, using: &random)).map { _ in self.random(depth: depth - 1, using: &random) }
            )
        default:
            let members = (0..<Int.random(in: 0..<4, using: &random)).map { _ in
                (text(using: &random), self.random(depth: depth - 1, using: &random))
            }
            return .object(Dictionary(members) { $1 })
        }
    }

    static func text(using random: inout SplitMix64) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0..<8, using: &random) {
            let bits = UInt32.random(in: 0...(random.chance(0.5) ? 0x7F : 0x10FFFF), using: &random)
            if let scalar = Unicode.Scalar(bits) { text.unicodeScalars.append(scalar) }
        }
        return text
    }

    @Test("What is written reads back the same", arguments: [1, 2, 3, 4])
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let value = Self.random(depth: 4, using: &random)
            #expect(try JSONValue(parsing: value.serialized()) == value, "seed \(seed)")
            #expect(try JSONValue(parsing: value.serialized(pretty: true)) == value, "seed \(seed)")
        }
    }

    @Test("Equal objects are written in equal bytes, keys sorted and slashes as they are")
    func canonical() throws {
        let value: JSONValue = ["b": "http://x/", "a": [1, 2.5, nil, true]]
        #expect(try value.text() == #"{"a":[1,2.5,null,true],"b":"http://x/"}"#)
    }

    @Test(
        "Numbers are read as they were written",
        arguments: [
            ("0", .integer(0)), ("-7", .integer(-7)), ("9223372036854775807", .integer(.max)),
            ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .number(9_223_372_036_854_775_808)),
            ("60.0", .number(60)), ("6e1", .number(60)), ("1E-2", .number(0.01)), ("1e-999", .number(0)),
        ] as [(String, JSONValue)]
    )
    func numbers(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text.utf8) == value)
    }

    @Test(
        "Text that is no JSON is refused",
        arguments: [
            "", " ", "{", "[", "]", "{]", "[1,]", "{\"a\":1,}", "{\"a\"}", "{a:1}", "01", "1.", ".5", "+1", "-", "1e",
            "1e+",
            "NaN", "Infinity", "-Infinity", "tru", "nul", "True", "'a'", "\"a", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"",
            "\"\n\"",
            "\"\u{0}\"", "1 2", "{} x", "1e999", "-1e999", "[1 2]", "{\"a\" 1}", "/*c*/1", "\u{FEFF}x",
        ]
    )
    func notJSON(text: String) {
        #expect(throws: DecodingError.self) { try JSONValue(parsing: text.utf8) }
    }

    @Test(
        "Bytes that are no UTF-8 are refused",
        arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82]] as [[UInt8]]
    )
    func notUTF8(bytes: [UInt8]) {
        #expect(throws: DecodingError.self) { try JSONValue(parsing: [0x22] + bytes + [0x22]) }
        #expect(throws: DecodingError.self) { try JSONValue(parsing: bytes) }
    }

    @Test(
        "Half a surrogate pair is replaced, a whole one is a character",
        arguments: [
            (#""\ud83d\ude00""#, "😀"), (#""\uD83D\uDE00""#, "😀"), (#""a\ud800b""#, "a\u{FFFD}b"),
            (#""\udc00""#, "\u{FFFD}"),
            (#""\ud800\ud800""#, "\u{FFFD}\u{FFFD}"), (#""\ud800\n""#, "\u{FFFD}\n"), (#""\ud800\u0041""#, "\u{FFFD}A"),
            (#""\udbff\udfff""#, "\u{10FFFF}"), (#""\ud800\udc00""#, "\u{10000}"), (#""\/\b\f""#, "/\u{8}\u{C}"),
        ]
    )
    func surrogates(json: String, text: String) throws {
        #expect(try JSONValue(parsing: json.utf8) == .string(text))
    }

    @Test("A text nested without end is refused, not run into the ground", arguments: ["[", "{\"a\":", "[{\"a\":"])
    func depthBomb(open: String) {
        let bomb = String(repeating: open, count: 500_000)
        #expect(throws: DecodingError.self) { try JSONValue(parsing: bomb.utf8) }
    }

    @Test("Nesting within the limit reads, and one level more does not")
    func depth() throws {
        let limit = JSONParser.depthLimit
        let fits = String(repeating: "[", count: limit) + String(repeating: "]", count: limit)
        let value = try JSONValue(parsing: fits.utf8)
        #expect(try value.text() == fits)
        #expect(throws: DecodingError.self) { try JSONValue(parsing: "[\(fits)]".utf8) }
    }

    @Test("A key that comes twice counts with its last value")
    func duplicateKeys() throws {
        #expect(try JSONValue(parsing: #"{"a":1,"a":2}"#.utf8) == ["a": 2])
    }

    @Test("NaN and infinities cannot be written", arguments: [Double.nan, .infinity, -.infinity])
    func notFinite(number: Double) {
        #expect(throws: EncodingError.self) { try JSONValue.number(number).serialized() }
    }

    @Test("Loose readings take numbers for text and text for numbers, and nothing else")
    func loose() {
        #expect(JSONValue.integer(919_999_999_999).looseText == "919999999999")
        #expect(JSONValue.number(919_999_999_999).looseText == "919999999999")
        #expect(JSONValue.string("").looseText == nil)
        #expect(JSONValue.bool(true).looseText == nil)
        #expect(JSONValue.string("76.349024").looseNumber == 76.349024)
        #expect(JSONValue.string("nan").looseNumber == nil)
        #expect(JSONValue.string("inf").looseNumber == nil)
        #expect(JSONValue.string("x").looseNumber == nil)
        #expect(JSONValue.null.looseNumber == nil)
    }
}
