import Piopiy
import Sandbox
import Testing

@Suite("PyPI's piopiy-agent, unmodified")
struct PiopiyAgentTests {
    @Test("Its call control sees, hands over and hangs up calls of the sandbox")
    func callControl() async throws {
        try await withSandbox { base in
            let result = try await PythonScript.run("piopiy_agent_control.py", base)
            #expect(result["version"] == "1.2.1")
            try checkHandoff(try #require(result["handoff"]))
            for name in ["to_number", "to_number_alone", "pipeline"] {
                let blind = try #require(result[name])
                #expect(blind["transfer"]?["call_id"] == blind["call_id"])
                #expect(blind["settled"]?["request_id"] == blind["transfer"]?["request_id"])
                #expect(blind["settled"]?["call_id"] == blind["call_id"])
                #expect(blind["settled"]?["status"] == "completed", "\(name)")
            }
            #expect(result["wrong"]?["rule"]?["status"] == 400)
            #expect(result["wrong"]?["transfer"]?["status"] == 404)
            #expect(result["unknown"]?["status"]?["status"] == 404)
            #expect(result["unknown"]?["hangup"]?["status"] == 404)
        }
    }

    private func checkHandoff(_ handoff: JSONValue) throws {
        let callID = try #require(handoff["call_id"])
        #expect(handoff["status"]?["call_id"] == callID)

        let first = try #require(handoff["first"]?["request_id"])
        #expect(handoff["first"]?["call_id"] == callID)
        #expect(handoff["running"]?["request_id"] == first)
        #expect(["queued", "started"].contains(handoff["running"]?["status"]))
        // A second one while the first rings: refused, and told which one runs.
        #expect(handoff["second"] == ["status": 409, "error": "transfer_in_progress", "request_id": first])
        #expect(handoff["failed"]?["status"] == "failed")
        #expect(handoff["failed"]?["reason"] == "no_answer")
        #expect(handoff["failed"]?["request_id"] == first)
        // The caller stayed with the agent.
        #expect(handoff["still"] == callID)

        let third = try #require(handoff["third"]?["request_id"])
        #expect(third != first)
        #expect(handoff["completed"]?["status"] == "completed")
        #expect(handoff["completed"]?["request_id"] == third)
        #expect(handoff["completed"]?["reason"] == .null)

        #expect(handoff["hangup"]?.string?.isEmpty == false)
        #expect(handoff["after"]?["status"] == 404)
    }
}
