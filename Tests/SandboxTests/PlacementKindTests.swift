import Piopiy
import Sandbox
import Testing

@Suite("Every kind of placement on the sandbox")
struct PlacementKindTests {
    private static let flow = "3f0c2f4e-9d1b-4c8a-8a63-0d5f6f1c7b21"

    private static func placements(to number: String) throws -> [Operation] {
        let dial: [String: JSONValue] = ["caller_id": .string(Sample.caller), "to_number": .string(number)]
        func operation(_ name: String, _ more: [String: JSONValue]) throws -> Operation {
            try Operation(name: name, arguments: .object(dial.merging(more) { $1 }))
        }
        return [
            try operation("ai.call", ["agent_id": .string(Sample.agent)]),
            try operation(
                "ai.call",
                ["agent_id": .string(Sample.agent), "app_id": "app", "failover": ["agent_id": .string(flow)]]
            ),
            try operation("voice.call", ["app_id": "app"]),
            try operation("pcmo.call", ["app_id": "app", "pipeline": [["action": "play", "file_name": "a.wav"]]]),
            try operation("flow.call", ["app_id": "app", "flow_id": .string(flow), "org_id": .string(flow)]),
        ]
    }

    @Test("Each is taken and lived through to its end")
    func lived() async throws {
        try await withSandbox(.init(speed: 1000)) { base in
            let sandbox = SandboxProbe(base: base)
            let client = try sandbox.wholeClient()
            for operation in try Self.placements(to: Sample.number) {
                let receipt = try await operation.perform(with: client).get()
                #expect(receipt.requestID != nil)
            }
            let calls = try await eventually("the end of all") {
                let calls = try await sandbox.calls()
                return calls.allSatisfy { $0["end"] == "completed" } ? calls : nil
            }
            #expect(calls.map { $0["kind"] } == ["ai", "pcmo", "pcmo", "pcmo", "flow"])
            #expect(calls[1]["agent_id"]?.string == Sample.agent)
            #expect(calls.map { $0["app_id"] } == [.string(SandboxServer.appID), "app", "app", "app", "app"])
            await client.shutdown()
        }
    }

    @Test("The number's ending chooses what happens, whatever the request was", arguments: ["0005", "0006"])
    func endings(ending: String) async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let client = try sandbox.wholeClient()
            for operation in try Self.placements(to: Sample.number(ending)) {
                let outcome = await operation.perform(with: client)
                #expect(outcome.name == (ending == "0005" ? "refused" : "unknown"))
            }
            #expect(try await sandbox.calls().count == (ending == "0005" ? 0 : 5))
            await client.shutdown()
        }
    }

    @Test("A pipeline that is wrong is refused by its action's field")
    func refused() async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let body =
                #"{"caller_id":"919999999999","to_number":"918888888888","app_id":"a","pipeline":[{"action":"play"}]}"#
            let answer = try await sandbox.request("POST", "/v3/voice/pcmo/call", body: body)
            #expect(answer.status == 400 && answer.json?["field"] == "pipeline[0].file_name")
        }
    }
}
