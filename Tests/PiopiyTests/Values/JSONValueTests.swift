import Foundation
import Piopiy
import TestSupport
import Testing

@testable import struct Piopiy.JSONParser

@Suite("JSON")
struct JSONValueTests {
    static func random(depth: Int, using random: inout SplitMix64) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 7), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .integer(Int(bitPattern: UInt(random.next())) >> Int.random(in: 0..<64, using: &random))
        case 3:
            let number = Double(bitPattern: random.next())
            return .number(number.isFinite ? random.chance(0.3) ? number.rounded() : number : 60)
        case 4:
            let digits = (0..<Int.random(in: 19..<60, using: &random)).map { _ in
                Character("\(Int.random(in: 0...9, using: &random))")
            }
            return .bigInteger((random.chance(0.5) ? "-9" : "9") + String(digits))
        case 5, 6: return .string(text(using: &random))
        case 7:
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
            ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .bigInteger("9223372036854775808")),
            ("-9223372036854775809", .bigInteger("-9223372036854775809")), ("-0", .integer(0)),
            ("999999999999999999", .integer(999_999_999_999_999_999)), ("-0.0", .number(-0.0)),
            ("1000000000000000000", .integer(1_000_000_000_000_000_000)),
            ("60.0", .number(60)), ("6e1", .number(60)), ("1E-2", .number(0.01)), ("1e-999", .number(0)),
        ] as [(String, JSONValue)]
    )
    func numbers(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text.utf8) == value)
    }

    @Test(
        "A number leaves as it came: with its fraction, in full, whatever its size",
        arguments: [
            "60.0", "-0.0", "0.1", "1e+20", "5e-324", "1.7976931348623157e+308", "0", "-7", "9223372036854775807",
            "-9223372036854775808", "9223372036854775808", "-123456789012345678901234567890",
        ]
    )
    func numbersUnchanged(text: String) throws {
        #expect(try JSONValue(parsing: text.utf8).text() == text)
        #expect(try JSONValue(strictlyParsing: "[\(text)]".utf8).text() == "[\(text)]")
    }

    @Test(
        "A text that is no integer is not written as one",
        arguments: ["", "-", "01", "+1", "1.0", "1e3", "x", "１", "1 "]
    )
    func noBigInteger(digits: String) {
        #expect(throws: EncodingError.self) { try JSONValue.bigInteger(digits).text() }
    }

    @Test("Keys are sorted by their scalars, whatever Swift holds for equal")
    func keyOrder() throws {
        let value = try JSONValue(parsing: #"{"z":1,"é":2,"e":3,"":4,"😀":5,"\uffff":6,"ea":7}"#.utf8)
        #expect(try value.text() == "{\"\":4,\"e\":3,\"ea\":7,\"z\":1,\"é\":2,\"\u{FFFF}\":6,\"😀\":5}")
    }

    @Test("Control characters, quotes and backslashes are escaped, all else stays as it is")
    func escapes() throws {
        let text = "\u{0}\u{8}\t\n\u{B}\u{C}\r\u{1F}\"\\/\u{7F}é😀"
        let written = #""\u0000\b\t\n\u000b\f\r\u001f\"\\/"# + "\u{7F}é😀\""
        #expect(try JSONValue.string(text).text() == written)
    }

    @Test("Text for people is indented by two spaces")
    func pretty() throws {
        let value: JSONValue = ["a": [1, ["b": [:]]], "c": []]
        let lines = [
            "{", "  \"a\": [", "    1,", "    {", "      \"b\": {}", "    }", "  ],", "  \"c\": []", "}",
        ]
        #expect(try value.text(pretty: true) == lines.joined(separator: "\n"))
    }

    @Test(
        "What cannot be sent on as it was meant is refused by the strict reading alone",
        arguments: [
            #""\ud800""#, #"["a\udc00b"]"#, #"{"\ud83d":1}"#, #""\ud800\ud800""#, #"{"\u00e9":1,"e\u0301":2}"#,
            #"{"e\u0301":1,"x":0,"\u00e9":2}"#,
        ]
    )
    func strict(text: String) throws {
        _ = try JSONValue(parsing: text.utf8)
        #expect(throws: DecodingError.self) { try JSONValue(strictlyParsing: text.utf8) }
    }

    @Test("The strict reading takes whole surrogate pairs")
    func strictTakes() throws {
        #expect(try JSONValue(strictlyParsing: #"{"a":"\ud83d\ude00"}"#.utf8) == ["a": "😀"])
    }

    @Test(
        "The strict reading refuses a repeated key at any depth and says where; the lenient one takes the last",
        arguments: [
            (#"{"to_number":"1","to_number":"2"}"#, "to_number"),
            (#"{"a":1,"b":2,"a":1}"#, "a"),
            (#"{"args":{"variables":{"x":1,"y":2,"x":3}}}"#, "args.variables.x"),
            (#"[{"a":1},{"endpoints":[{"number":"1","number":"2"}]}]"#, "[1].endpoints[0].number"),
            (#"{"\u0061":1,"a":2}"#, "a"), (#"{"a":null,"a":null}"#, "a"), (#"{"":1,"":2}"#, ""),
        ]
    )
    func repeatedKey(text: String, path: String) throws {
        let error = try #require(throws: DecodingError.self) { try JSONValue(strictlyParsing: text.utf8) }
        #expect(JSONValue.repeatedKey(in: error) == path)
        _ = try JSONValue(parsing: text.utf8)
    }

    @Test("The same key in two objects is no repeated key, and other errors name none")
    func noRepeatedKey() throws {
        let text = #"{"a":{"a":[{"a":1},{"a":2}]},"b":{"a":3}}"#
        #expect(try JSONValue(strictlyParsing: text.utf8) == JSONValue(parsing: text.utf8))
        let error = try #require(throws: DecodingError.self) { try JSONValue(strictlyParsing: #"{"a":1,"b":}"#.utf8) }
        #expect(JSONValue.repeatedKey(in: error) == nil)
    }

    @Test("A byte order mark in front is passed over; anywhere else it is none")
    func byteOrderMark() throws {
        for (text, value) in [
            ("\u{FEFF}{\"a\":1}", ["a": 1]), ("\u{FEFF} 7 ", 7), ("\u{FEFF}\"\u{FEFF}x\"", "\u{FEFF}x"),
        ] as [(String, JSONValue)] {
            #expect(try JSONValue(parsing: text.utf8) == value)
            #expect(try JSONValue(strictlyParsing: text.utf8) == value)
        }
        for text in ["\u{FEFF}", " \u{FEFF}1", "\u{FEFF}\u{FEFF}1", "1\u{FEFF}", "[\u{FEFF}1]", "{\u{FEFF}\"a\":1}"] {
            #expect(throws: DecodingError.self) { try JSONValue(parsing: text.utf8) }
        }
        // Half of one, and the mark of another coding.
        for bytes: [UInt8] in [[0xEF, 0xBB], [0xEF, 0xBB, 0x31], [0xFE, 0xFF, 0x31], [0xFF, 0xFE, 0x31, 0]] {
            #expect(throws: DecodingError.self) { try JSONValue(parsing: bytes) }
        }
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
        #expect(JSONValue.bigInteger("12345678901234567890").looseText == "12345678901234567890")
        #expect(JSONValue.bigInteger("12345678901234567890").looseNumber == 1.2345678901234567e19)
        #expect(JSONValue.string("").looseText == nil)
        #expect(JSONValue.bool(true).looseText == nil)
        #expect(JSONValue.string("76.349024").looseNumber == 76.349024)
        #expect(JSONValue.string("nan").looseNumber == nil)
        #expect(JSONValue.string("inf").looseNumber == nil)
        #expect(JSONValue.string("x").looseNumber == nil)
        #expect(JSONValue.null.looseNumber == nil)
    }
}
