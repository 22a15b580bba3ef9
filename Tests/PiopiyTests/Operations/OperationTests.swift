import Piopiy
import Testing

@Suite("An operation by its SDK name")
struct OperationTests {
    static let agent = "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"
    static let call = "ee6a7a9b-78ea-4693-9e77-5fc085567b2f"
    static let dial: [String: JSONValue] = ["caller_id": "919999999999", "to_number": "918888888888"]

    static func path(_ name: String, _ arguments: [String: JSONValue]) throws -> String {
        try Operation(name: name, arguments: .object(arguments)).request.path
    }

    static func field(_ name: String, _ arguments: JSONValue) -> String? {
        do throws(ValidationError) {
            _ = try Operation(name: name, arguments: arguments)
            return nil
        } catch {
            return error.field
        }
    }

    @Test("Every name leads to its path")
    func paths() throws {
        let hangup: JSONValue = [["action": "hangup"]]
        let flow: [String: JSONValue] = ["flow_id": .string(Self.agent), "org_id": .string(Self.call), "app_id": "a"]
        let paths: [(String, [String: JSONValue], String)] = [
            ("ai.call", Self.dial.merging(["agent_id": .string(Self.agent)]) { $1 }, "/voice/ai/call"),
            ("voice.call", Self.dial.merging(["app_id": "a"]) { $1 }, "/voice/pcmo/call"),
            ("pcmo.call", Self.dial.merging(["app_id": "a", "pipeline": hangup]) { $1 }, "/voice/pcmo/call"),
            ("flow.call", Self.dial.merging(flow) { $1 }, "/voice/flow/call"),
            ("ai.hangup", ["call_id": .string(Self.call)], "/voice/call/hangup"),
            ("voice.hangup", ["call_id": .string(Self.call)], "/voice/call/hangup"),
            ("ai.transfer", ["call_id": .string(Self.call), "pipeline": hangup], "/voice/pcmo/transfer"),
            ("voice.transfer", ["call_id": .string(Self.call), "pipeline": hangup], "/voice/pcmo/transfer"),
            ("pcmo.transfer", ["call_id": .string(Self.call), "pipeline": hangup], "/voice/pcmo/transfer"),
            ("calls.status", ["call_id": .string(Self.call)], "/calls/\(Self.call)"),
            ("calls.hangup", ["call_id": .string(Self.call)], "/calls/\(Self.call)/actions/hangup"),
            (
                "calls.warmTransfer", ["call_id": .string(Self.call), "to_number": "918888888888"],
                "/calls/\(Self.call)/actions/transfer"
            ),
            (
                "calls.blindTransfer", ["call_id": .string(Self.call), "pipeline": hangup],
                "/calls/\(Self.call)/actions/transfer"
            ),
            ("transfers.status", ["request_id": "GQqY"], "/transfers/GQqY"),
            ("agents.list", [:], "/v1/ai-agents"),
            ("webhooks.add", ["type": "cdr", "url": "http://127.0.0.1:1/hooks/x"], "/webhook/add"),
            ("cdr.list", ["app_id": "a", "start_time": 1, "end_time": 2], "/sip/app/cdr/get"),
            ("messages.send", ["to": "918888888888", "text": "hello"], "/v2/messages"),
        ]
        for (name, arguments, path) in paths { #expect(try Self.path(name, arguments) == path, "\(name)") }
        #expect(Set(paths.map(\.0)) == Set(Operation.names))
    }

    @Test("A null is an argument that was not given; a cause is none")
    func nulls() throws {
        let call = Self.dial.merging([
            "agent_id": .string(Self.agent), "options": nil, "variables": nil, "app_id": nil, "failover": nil,
        ]) { $1 }
        let operation = try Operation(name: "ai.call", arguments: .object(call))
        #expect(operation.request.body?.object?.count == 3)
        #expect(Self.field("voice.hangup", ["call_id": .string(Self.call), "reason": nil]) == nil)
        #expect(Self.field("voice.hangup", ["call_id": .string(Self.call), "cause": nil]) == "cause")
        #expect(Self.field("voice.hangup", ["call_id": .string(Self.call), "colour": nil]) == "colour")
        #expect(Self.field("ai.call", .object(call.merging(["options": ["record": nil]]) { $1 })) == "options.record")
    }

    @Test("The two ways to describe a voice call's leg exclude each other")
    func voiceAliases() {
        let call = Self.dial.merging(["app_id": "a"]) { $1 }
        func field(_ more: [String: JSONValue]) -> String? {
            Self.field("voice.call", .object(call.merging(more) { $1 }))
        }
        #expect(field(["options": ["record": true]]) == nil)
        #expect(field(["call_options": ["record": true]]) == nil)
        #expect(field(["call_options": [:], "options": [:]]) == "call_options")
        #expect(field(["call_options": ["record": 1]]) == "call_options.record")
        #expect(field(["connect": ["strategy": "simultaneous"]]) == nil)
        #expect(field(["connect": ["strategy": nil]]) == "connect.strategy")
        #expect(field(["connect": [:], "metadata": [:]]) == "connect")
        #expect(field(["connect_options": ["ring_timeout_sec": 4]]) == "connect_options.ring_timeout_sec")
    }

    @Test("An unknown operation, arguments that are no object, and unknown arguments are refused")
    func refused() {
        #expect(Self.field("ai.cal", [:]) == "op")
        #expect(Self.field("ai.call", []) == "args")
        #expect(Self.field("agents.list", ["x": 1]) == "x")
        #expect(Self.field("transfers.status", ["request_id": "../x"]) == "request_id")
        #expect(Self.field("transfers.status", ["request_id": ""]) == "request_id")
    }

    @Test("Only what is safe to repeat may be repeated")
    func repeating() throws {
        #expect(
            try !Operation(name: "messages.send", arguments: ["to": "918888888888", "text": "x"]).request.repeatable
        )
        let call = Self.dial.merging(["agent_id": .string(Self.agent)]) { $1 }
        let operation = try Operation(name: "ai.call", arguments: .object(call))
        #expect(!operation.request.repeatable && operation.isPlacement)
        #expect(try operation.with("ref", "x").request.body?["variables"] == ["ref": "x"])
    }
}
