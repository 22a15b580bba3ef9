import Piopiy
import Testing

@Suite("A hang-up is checked before anything is sent")
struct HangUpTests {
    static let id: JSONValue = "ee6a7a9b-78ea-4693-9e77-5fc085567b2f"

    static func error(_ body: JSONValue) -> ValidationError? {
        do throws(ValidationError) {
            _ = try HangUp(json: body)
            return nil
        } catch {
            return error
        }
    }

    @Test("A cause is sent even when none is named")
    func defaultCause() throws {
        let hangUp = try HangUp(json: ["call_id": Self.id])
        #expect(hangUp.json == ["call_id": Self.id, "cause": "NORMAL_CLEARING"])
        #expect(hangUp.request.path == "/voice/call/hangup")
        #expect(hangUp.request.repeatable)
    }

    @Test("Cause and reason pass at their limits, counted in code points", arguments: [("cause", 64), ("reason", 256)])
    func limits(field: String, limit: Int) throws {
        for count in [1, limit] {
            #expect(Self.error(["call_id": Self.id, "\(field)": .string(String(repeating: "x", count: count))]) == nil)
            #expect(Self.error(["call_id": Self.id, "\(field)": .string(String(repeating: "😀", count: count))]) == nil)
        }
        for count in [0, limit + 1] {
            let text = String(repeating: "x", count: count)
            let error = try #require(Self.error(["call_id": Self.id, "\(field)": .string(text)]))
            #expect(error.field == field)
            #expect(error.problem.contains("1 to \(limit)"))
        }
        // One character to a reader, two code points to the platform.
        let combined = String(repeating: "e\u{301}", count: limit / 2) + "e\u{301}"
        #expect(Self.error(["call_id": Self.id, "\(field)": .string(combined)])?.field == field)
    }

    @Test(
        "What is wrong is named",
        arguments: [
            ([:], "call_id"), (["call_id": ""], "call_id"), (["call_id": "GQqY1234"], "call_id"),
            (["call_id": 17], "call_id"), (["call_id": id, "cause": 16], "cause"),
            (["call_id": id, "reason": nil], "reason"),
            (["call_id": id, "cause": true], "cause"), (["call_id": id, "why": "x"], "why"), ([], "body"),
            (nil, "body"),
            ("x", "body"),
        ] as [(JSONValue, String)]
    )
    func wrong(body: JSONValue, field: String) throws {
        let error = try #require(Self.error(body))
        #expect(error.field == field)
        #expect("\(error)".hasPrefix(field + " "))
    }
}
