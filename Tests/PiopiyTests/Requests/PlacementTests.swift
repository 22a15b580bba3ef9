import Piopiy
import Testing

@Suite("What placements send")
struct PlacementTests {
    static let first = "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"
    static let second = "ee6a7a9b-78ea-4693-9e77-5fc085567b2f"

    @Test("A failover makes a connect of the two agents, the first one first")
    func failover() throws {
        let call = try AICall(
            callerID: "919999999999",
            toNumber: "918888888888",
            agentID: Self.first,
            options: CallOptions(maxDuration: 600),
            variables: ["order": "A-17"],
            appID: "app",
            failover: Failover(
                agentID: Self.second,
                leg: ConnectLeg(
                    strategy: .sequential,
                    options: ConnectOptions(ringTimeout: 20, recording: RecordingOptions()),
                    metadata: ["team": "blue"]
                )
            )
        )
        #expect(call.request.path == "/voice/pcmo/call")
        #expect(!call.request.repeatable)
        let params: JSONValue = [
            "caller_id": "919999999999", "strategy": "sequential", "metadata": ["team": "blue"],
            "options": ["ring_timeout_sec": 20, "recording": [:]],
        ]
        let endpoints: JSONValue = [
            ["type": "agent", "id": .string(Self.first)], ["type": "agent", "id": .string(Self.second)],
        ]
        let body: JSONValue = [
            "caller_id": "919999999999", "to_number": "918888888888", "app_id": "app",
            "options": ["max_duration_sec": 600], "variables": ["order": "A-17"],
            "pipeline": [["action": "connect", "params": params, "endpoints": endpoints]],
        ]
        #expect(call.request.body == body)
    }

    @Test("App id and failover need each other, and the failover another agent")
    func failoverRules() throws {
        func field(appID: String?, failover: String?) -> String? {
            do throws(ValidationError) {
                var agent: Failover?
                if let failover { agent = try Failover(agentID: failover) }
                _ = try AICall(
                    callerID: "919999999999",
                    toNumber: "918888888888",
                    agentID: Self.first,
                    appID: appID,
                    failover: agent
                )
                return nil
            } catch {
                return error.field
            }
        }
        #expect(field(appID: "app", failover: Self.second) == nil)
        #expect(field(appID: nil, failover: Self.second) == "app_id")
        #expect(field(appID: "app", failover: nil) == "app_id")
        #expect(field(appID: "app", failover: Self.first) == "failover.agent_id")
    }

    @Test("A voice call connects the number that is called, one after the other unless told otherwise")
    func voiceCall() throws {
        let call = try VoiceCall(callerID: "919999999999", toNumber: "918888888888", appID: "app")
        #expect(call.request.path == "/voice/pcmo/call")
        #expect(
            call.json["pipeline"] == [
                [
                    "action": "connect", "params": ["caller_id": "919999999999", "strategy": "sequential"],
                    "endpoints": [["type": "pstn", "number": "918888888888"]],
                ]
            ]
        )
        #expect(try PCMOCall(json: call.json).json == call.json)
    }

    @Test("A flow call names flow and organisation")
    func flowCall() throws {
        let call = try FlowCall(
            flowID: Self.first,
            orgID: Self.second,
            callerID: "919999999999",
            toNumber: "918888888888",
            appID: "app"
        )
        #expect(call.request.path == "/voice/flow/call")
        #expect(try FlowCall(json: call.json) == call)
        #expect(throws: ValidationError.self) {
            _ = try FlowCall(
                flowID: "x",
                orgID: Self.second,
                callerID: "919999999999",
                toNumber: "918888888888",
                appID: "app"
            )
        }
    }

    @Test("A variable can be added to every kind of placement, and nothing else changes")
    func adding() throws {
        let pipeline = try PipelineBuilder().play("a.wav").build()
        let placements: [any Placement] = [
            try AICall(callerID: "919999999999", toNumber: "918888888888", agentID: Self.first),
            try VoiceCall(callerID: "919999999999", toNumber: "918888888888", appID: "app"),
            try PCMOCall(callerID: "919999999999", toNumber: "918888888888", appID: "app", pipeline: pipeline),
            try FlowCall(
                flowID: Self.first,
                orgID: Self.second,
                callerID: "919999999999",
                toNumber: "918888888888",
                appID: "app"
            ),
        ]
        for placement in placements {
            var expected = placement.request.body?.object ?? [:]
            expected["variables"] = ["ref": "x"]
            #expect(try placement.with("ref", "x").request.body == .object(expected))
            #expect(throws: ValidationError.self) { _ = try placement.with("9", "x") }
        }
    }

    @Test("A request for a log has no whole number and no text of the customer's")
    func redaction() throws {
        let call = try AICall(
            callerID: "919999999999",
            toNumber: "918888888888",
            agentID: Self.first,
            variables: ["name": "Some Body"]
        )
        let text = try call.request.redacted.text()
        #expect(!text.contains("918888888888") && !text.contains("919999999999") && !text.contains("Some"))
        #expect(text.contains(Self.first) && text.contains("91********88"))
        let message = try TextMessage(to: "918888888888", text: "Your code is 1234").request.redacted.text()
        #expect(!message.contains("918888888888") && !message.contains("1234"))
        let odd: JSONValue = ["to": 918_888_888_888.0, "number": .bigInteger("91888888888891888888888")]
        let request = APIRequest(method: .post, path: "/", body: odd, repeatable: false)
        #expect(try !request.redacted.text().contains("8888888"))
    }
}
