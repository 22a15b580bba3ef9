import Foundation
import Piopiy
import Testing

@Suite("A call is checked before anything is sent")
struct AICallTests {
    static let good: [String: JSONValue] = [
        "caller_id": "919999999999", "to_number": "918888888888", "agent_id": "bdd32bcb-767c-40a5-be4a-5f45eeb348a6",
    ]

    /// The field that the error names, `nil` when the call is fine.
    static func error(_ changes: [String: JSONValue?]) -> ValidationError? {
        var body = good
        for (key, value) in changes { body[key] = value }
        do throws(ValidationError) {
            _ = try AICall(json: .object(body))
            return nil
        } catch {
            return error
        }
    }

    @Test("The smallest and the fullest call pass")
    func passes() throws {
        #expect(Self.error([:]) == nil)
        let call = try AICall(
            json: .object(
                Self.good.merging([
                    "options": ["max_duration_sec": 30, "ring_timeout_sec": 120, "record": false],
                    "variables": ["a": "x", "_B9": 1.5, "c": true, "d": -3, "empty": ""],
                ]) { $1 }
            )
        )
        #expect(call.json["options"]?["max_duration_sec"] == 30)
        #expect(call.json["options"]?["record"] == false)
        #expect(call.json["variables"]?.object?.count == 5)
        #expect(try AICall(json: call.json) == call)
    }

    @Test("A value on its limit passes", arguments: [30, 31, 600, 7199, 7200])
    func durationInRange(seconds: Int) {
        #expect(Self.error(["options": ["max_duration_sec": .integer(seconds)]]) == nil)
    }

    @Test("A ring timeout on its limit passes", arguments: [5, 6, 119, 120])
    func ringTimeoutInRange(seconds: Int) {
        #expect(Self.error(["options": ["ring_timeout_sec": .integer(seconds)]]) == nil)
    }

    @Test(
        "A wrong option is named, and the range told",
        arguments: [
            ("max_duration_sec", 29, "30 to 7200"), ("max_duration_sec", 7201, "30 to 7200"),
            ("max_duration_sec", 0, "30 to 7200"), ("max_duration_sec", -60, "30 to 7200"),
            ("ring_timeout_sec", 4, "5 to 120"), ("ring_timeout_sec", 121, "5 to 120"),
            ("max_duration_sec", true, "a whole number"), ("ring_timeout_sec", false, "a whole number"),
            ("max_duration_sec", 30.5, "a whole number"), ("max_duration_sec", "60", "a whole number"),
            ("ring_timeout_sec", nil, "a whole number"), ("max_duration_sec", 1e300, "a whole number"),
            ("record", 1, "true or false"), ("record", "true", "true or false"), ("record", 0, "true or false"),
            ("nonsense", 1, "max_duration_sec"),
        ] as [(String, JSONValue, String)]
    )
    func wrongOption(key: String, value: JSONValue, right: String) throws {
        let error = try #require(Self.error(["options": .object([key: value])]))
        #expect(error.field == "options.\(key)")
        #expect(error.problem.contains(right))
    }

    @Test(
        "A number written with a fraction or an exponent is no integer",
        arguments: ["60.0", "6e1", "600.00", "6E+2", "1e999", "99999999999999999999"]
    )
    func fractionsAreNoIntegers(number: String) throws {
        let text = """
            {"caller_id":"919999999999","to_number":"918888888888",\
            "agent_id":"bdd32bcb-767c-40a5-be4a-5f45eeb348a6","options":{"max_duration_sec":\(number)}}
            """
        #expect(throws: (any Error).self) { try AICall(json: JSONValue(parsing: text.utf8)) }
    }

    @Test(
        "A wrong phone number is refused, in either field",
        arguments: [
            "", "0918888888888", "+918888888888", "91888888888a", "918888 888888", "918888888888\n", "\n918888888888",
            "918888888888\r\n", "918888888888 ", "123456", "12345678901234567", "９１８８８８８８８８８８", "٩١٨٨٨٨٨٨٨٨٨٨",
            "91-8888888888", "918888888888\u{0}", "918888888888\u{301}", "1234567８", "9188\u{200B}88888888",
            "-918888888",
        ],
        ["caller_id", "to_number"]
    )
    func wrongNumber(text: String, field: String) throws {
        let error = try #require(Self.error([field: .string(text)]))
        #expect(error.field == field)
        #expect(error.problem.contains("7 to 16 digits"))
    }

    @Test("A phone number of 7 to 16 digits passes", arguments: ["1000000", "9999999999999999", "918888888888"])
    func rightNumber(text: String) {
        #expect(Self.error(["to_number": .string(text), "caller_id": .string(text)]) == nil)
    }

    @Test(
        "An agent id that is no plain UUID is refused",
        arguments: [
            "", "bdd32bcb767c40a5be4a5f45eeb348a6", "{bdd32bcb-767c-40a5-be4a-5f45eeb348a6}",
            "urn:uuid:bdd32bcb-767c-40a5-be4a-5f45eeb348a6", "bdd32bcb-767c-40a5-be4a-5f45eeb348a",
            "bdd32bcb-767c-40a5-be4a-5f45eeb348a6\n", "gdd32bcb-767c-40a5-be4a-5f45eeb348a6",
            "bdd32bcb-767c-40a5-be4a_5f45eeb348a6", "bdd32bcb-767c-40a5-be4a-5f45eeb348é",
        ]
    )
    func wrongAgent(text: String) throws {
        let error = try #require(Self.error(["agent_id": .string(text)]))
        #expect(error.field == "agent_id")
        #expect(error.problem.contains("a UUID such as"))
    }

    @Test("A UUID passes in either letter case")
    func rightAgent() {
        #expect(Self.error(["agent_id": "BDD32BCB-767C-40A5-BE4A-5F45EEB348A6"]) == nil)
    }

    @Test("What is missing is named, with what it takes", arguments: ["caller_id", "to_number", "agent_id"])
    func missing(field: String) throws {
        let error = try #require(Self.error([field: JSONValue?.none]))
        #expect(error.field == field)
        #expect(error.problem == "is missing; it must be a string")
    }

    @Test("A number where a string belongs is refused", arguments: ["caller_id", "to_number", "agent_id"])
    func wrongKind(field: String) throws {
        let error = try #require(Self.error([field: 918_888_888_888]))
        #expect(error == ValidationError(field: field, "is a number; it must be a string"))
    }

    @Test("Unknown keys are refused at every level")
    func unknownKeys() throws {
        let top = try #require(Self.error(["app_id": "x"]))
        #expect(top.field == "app_id")
        #expect(top.problem.contains("agent_id, caller_id, options, to_number, variables"))
        #expect(Self.error(["options": ["rekord": true]])?.field == "options.rekord")
    }

    @Test("The body, options and variables must be objects", arguments: [nil, 1, "x", [], true] as [JSONValue])
    func notObjects(value: JSONValue) {
        #expect(Self.error(["options": value])?.field == "options")
        #expect(Self.error(["variables": value])?.field == "variables")
        #expect(throws: ValidationError.self) { try AICall(json: value) }
    }
}
