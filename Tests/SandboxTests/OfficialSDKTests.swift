import Piopiy
import Sandbox
import Testing

@Suite("The official Python SDK, unmodified")
struct OfficialSDKTests {
    @Test("It places a call on the sandbox and hangs it up")
    func placesAndHangsUp() async throws {
        try await withSandbox { base in
            let result = try await PythonScript.run("official_sdk.py", base)
            #expect(result["version"] == "1.2.2")
            #expect(result["placed"]?["message"] == "call_queued")
            #expect(result["hung_up"]?["message"] == "call_hangup")
            #expect(result["refused"] == ["status": 404, "error": "call_not_found"])

            let sandbox = SandboxProbe(base: base)
            let call = try await sandbox.onlyCall()
            #expect(call["request_id"] == result["placed"]?["request"])
            #expect(call["call_id"] == result["call_id"])
            #expect(call["state"] == "ended")
            #expect(call["reason"] == "tested")
            #expect(try await sandbox.placements() == [200])
        }
    }

    @Test("Its ai, voice, pcmo and flow resources place, transfer and hang up calls on the sandbox")
    func resources() async throws {
        try await withSandbox { base in
            let result = try await PythonScript.run("official_resources.py", base)
            let placed = try #require(result["placed"]?.object)
            #expect(placed.keys.sorted() == ["ai", "ai_failover", "flow", "pcmo", "voice"])
            for (name, answer) in placed {
                #expect(answer["message"] == "call_queued")
                #expect(result["talking"]?[name]?["request_id"] == answer["request"])
            }
            // Each number rang once.
            let calls = try await SandboxProbe(base: base).calls()
            #expect(
                Set(calls.compactMap { $0["to_number"]?.string })
                    == ["918888888701", "918888888702", "918888888703", "918888888704", "918888888705"]
            )
            #expect(calls.count == 5)

            for name in ["ai", "voice", "pcmo"] {
                #expect(result["transferred"]?[name]?.object?.isEmpty == false)
            }
            for name in ["ai", "voice"] { #expect(result["hung_up"]?[name]?["message"] == "call_hangup") }
            #expect(result["ended"]?["ai"]?["cause"] == "USER_BUSY")
            #expect(result["ended"]?["ai"]?["reason"] == "tested")
            #expect(result["ended"]?["ai"]?["end"] == "completed")
            #expect(result["ended"]?["flow"]?["cause"] == "NORMAL_CLEARING")

            // Nothing was refused, and nothing had to be said twice.
            #expect(
                result["requests"] == [
                    ["/v3/voice/ai/call", 200], ["/v3/voice/pcmo/call", 200], ["/v3/voice/pcmo/call", 200],
                    ["/v3/voice/pcmo/call", 200], ["/v3/voice/flow/call", 200],
                    ["/v3/voice/pcmo/transfer", 200], ["/v3/voice/pcmo/transfer", 200],
                    ["/v3/voice/pcmo/transfer", 200],
                    ["/v3/voice/call/hangup", 200], ["/v3/voice/call/hangup", 200],
                ]
            )
        }
    }
}
