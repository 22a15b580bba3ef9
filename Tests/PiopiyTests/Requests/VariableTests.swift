import Piopiy
import Testing

@Suite("A call's variables")
struct VariableTests {
    static func call(_ variables: Variables) throws(ValidationError) -> AICall {
        try AICall(
            callerID: "919999999999",
            toNumber: "918888888888",
            agentID: "bdd32bcb-767c-40a5-be4a-5f45eeb348a6",
            variables: variables
        )
    }

    static func error(_ variables: Variables) -> ValidationError? {
        do throws(ValidationError) {
            _ = try call(variables)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "A key that breaks the rule is named",
        arguments: ["9x", "", "a b", "a-b", "ä", "a\n", "a.b", "x٣", "é", "a\u{0}"]
    )
    func wrongKey(key: String) throws {
        let error = try #require(Self.error([key: .text("x")]))
        #expect(error.field == "variables.\(key)")
        #expect(error.problem.contains("letters, digits and _"))
        #expect(AICallTests.error(["variables": .object([key: "x"])])?.field == "variables.\(key)")
    }

    @Test("A key of letters, digits and underscores passes", arguments: ["a", "_", "_9", "A1_b", "console_ref"])
    func rightKey(key: String) {
        #expect(Self.error([key: .text("x")]) == nil)
    }

    @Test("NaN and infinities are refused", arguments: [Double.nan, .infinity, -.infinity, .signalingNaN])
    func notFinite(number: Double) throws {
        let error = try #require(Self.error(["x": .number(number)]))
        #expect(error.field == "variables.x")
        #expect(error.problem.contains("finite"))
        #expect(throws: ValidationError.self) { try VariableValue(.number(number), field: "x") }
    }

    @Test("An integer of any length is sent with its digits, and a whole float as a float")
    func numbersAsGiven() throws {
        let text = #"{"big":-123456789012345678901234567890,"whole":60.0}"#
        let variables = try JSONValue(parsing: text.utf8).object ?? [:]
        let call = try Self.call(try variables.mapValues { try VariableValue($0, field: "x") })
        #expect(try call.json["variables"]?.text() == text)
    }

    @Test("What stands for a long integer but is none is refused", arguments: ["", "1x", "007", "+1", "1.5"])
    func noInteger(digits: String) throws {
        #expect(try #require(Self.error(["x": .bigInteger(digits)])).field == "variables.x")
        #expect(throws: ValidationError.self) { try VariableValue(.bigInteger(digits), field: "x") }
    }

    @Test("Null, arrays and objects are no values", arguments: [nil, [], [1], [:], ["a": 1]] as [JSONValue])
    func wrongValue(value: JSONValue) throws {
        let error = try #require(AICallTests.error(["variables": ["k": value]]))
        #expect(error.field == "variables.k")
        #expect(error.problem.contains("a string, a finite number, true or false"))
    }

    @Test("One more variable keeps the others, and keeps the rules")
    func with() throws {
        let call = try Self.call(["a": .integer(1)]).with("console_ref", .text("r"))
        #expect(call.json["variables"] == ["a": 1, "console_ref": "r"])
        #expect(throws: ValidationError.self) { try call.with("9x", .text("r")) }
        #expect(throws: ValidationError.self) { try call.with("x", .number(.nan)) }
    }

    @Test("A call without options and variables sends neither key")
    func leftOut() throws {
        let call = try AICall(
            callerID: "919999999999",
            toNumber: "918888888888",
            agentID: "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"
        )
        #expect(call.json.object?.keys.sorted() == ["agent_id", "caller_id", "to_number"])
        #expect(call.request.path == "/voice/ai/call")
        #expect(call.request.method == .post)
        #expect(!call.request.repeatable)
    }
}
