import Foundation
import TestSupport
import Testing

/// What a team's script does in a day, with the sandbox for a platform.
@Suite("A script's day on the sandbox")
struct ScriptStoryTests {
    private func with(
        _ arguments: [String],
        _ body: (Program, RunningSandbox) async throws -> Void
    ) async throws {
        let plain = try Program()
        defer { plain.clean() }
        try await RunningSandbox.with(plain, arguments) { sandbox in
            var program = plain
            program.environment["PIOPIY_API_URL"] = sandbox.base
            try program.keepMessagingLogin()
            try await body(program, sandbox)
        }
    }

    private func place(_ program: Program, _ number: String, _ more: [String] = []) async throws {
        let placed = try await program.run(
            ["call", "--from", "919999999999", "--to", number, "--agent", CallCommandTests.agent] + more
        )
        #expect(placed.status == 0, "\(placed.errors)")
    }

    /// Waits until a call is in a state.
    private func callID(_ sandbox: RunningSandbox, _ state: String) async throws -> String {
        try await wait(for: "a call that is \(state)") {
            try await sandbox.calls().first { $0["state"] as? String == state }?["call_id"] as? String
        }
    }

    @Test("Agents are looked up, a call is placed, its record and its recording are fetched, a message is sent")
    func day() async throws {
        try await with(["--speed", "200"]) { program, sandbox in
            let agents = try await program.run("agents", "list", "--output", "json")
            #expect(agents.objects.contains { $0["id"] as? String == CallCommandTests.agent })

            try await place(program, "918888888801", ["--record"])
            let id = try await callID(sandbox, "ended")
            let time = ["--app", "2222224", "--from", "-7d", "--to", "now"]
            let records = try await program.run(["cdr", "list", "--output", "json"] + time)
            #expect(records.status == 0, "\(records.errors)")
            let record = try #require(records.objects.first { $0["call_id"] as? String == id })
            let name = try #require(record["file_name"] as? String)
            let text = try await program.run(["cdr", "list"] + time)
            #expect(text.output.contains(id) && text.output.hasPrefix("TIME "))

            let file = program.home.appending(path: "heard.wav")
            let saved = try await program.run("recording", name, "--to", file.path)
            #expect(saved.status == 0, "\(saved.errors)")
            #expect(try Data(contentsOf: file).starts(with: Data("RIFF".utf8)))

            let message = try await program.run("sms", "--to", "918888888801", "--text", "It is done.")
            #expect(message.status == 0, "\(message.errors)")
        }
    }

    @Test("A call that is up is handed over; a busy desk is told, and the caller stays")
    func handOver() async throws {
        try await with(["--speed", "2"]) { program, sandbox in
            try await place(program, "918888888801")
            let id = try await callID(sandbox, "talking")
            let busy = try await program.run(
                ["transfer", id, "--warm", "--to", "918888880001", "--wait", "--output", "json"]
            )
            #expect(busy.status == 76)
            #expect(busy.error["code"] as? String == "busy")
            let done = try await program.run(
                ["transfer", id, "--warm", "--to", "918888888802", "--summary", "a refund", "--wait"]
            )
            #expect(done.status == 0, "\(done.errors)")
            #expect(done.output.contains("completed"))
        }
    }

    @Test("A failover is one connect action with both agents")
    func failover() async throws {
        let second = "3f0c2f4e-9d1b-4c8a-8a63-0d5f6f1c7b21"
        try await with([]) { program, sandbox in
            let more = [
                "--app", "2222224", "--failover-agent", second, "--failover-strategy", "sequential",
                "--failover-ring-timeout", "20", "--failover-metadata", "team=en", "--failover-record",
                "--failover-record-channels", "dual", "--failover-record-format", "wav",
            ]
            try await place(program, "918888888801", more)
            let request = try #require(try await sandbox.requests().first)
            #expect((request["path"] as? String)?.hasSuffix("/voice/pcmo/call") == true)
            let body = try #require(request["body"] as? [String: Any])
            let action = try #require((body["pipeline"] as? [[String: Any]])?.first)
            let endpoints = action["endpoints"] as? [[String: Any]] ?? []
            #expect(endpoints.compactMap { $0["id"] as? String } == [CallCommandTests.agent, second])
            let params = action["params"] as? [String: Any]
            #expect(params?["strategy"] as? String == "sequential")
            let options = try #require(params?["options"] as? [String: Any])
            #expect(options["ring_timeout_sec"] as? Int == 20)
            let recording = try #require(options["recording"] as? [String: Any])
            #expect(recording["enabled"] as? Bool == true)
            #expect(recording["channels"] as? String == "dual" && recording["format"] as? String == "wav")

            let wrong = try await program.run(
                [
                    "call", "--from", "919999999999", "--to", "918888888801", "--agent", CallCommandTests.agent,
                    "--app", "2222224", "--failover-agent", second, "--failover-ring-timeout", "4", "--output", "json",
                ]
            )
            #expect(wrong.status == 64)
            #expect(wrong.error["field"] as? String == "failover.ring_timeout_sec")
        }
    }

    @Test("A batch takes every operation of the SDK")
    func operations() async throws {
        let agent = CallCommandTests.agent
        let numbers = #""caller_id":"919999999999","to_number":"918888888801""#
        let strange = HangupCommandTests.strange
        let operations: [(String, String)] = [
            ("ai.call", #"{\#(numbers),"agent_id":"\#(agent)"}"#),
            ("voice.call", #"{\#(numbers),"app_id":"1"}"#),
            ("pcmo.call", #"{\#(numbers),"app_id":"1","pipeline":[{"action":"hangup"}]}"#),
            ("flow.call", #"{\#(numbers),"app_id":"1","flow_id":"\#(strange)","org_id":"\#(strange)"}"#),
            ("voice.hangup", #"{"call_id":"\#(strange)"}"#), ("calls.hangup", #"{"call_id":"\#(strange)"}"#),
            ("calls.status", #"{"call_id":"\#(strange)"}"#), ("agents.list", "{}"),
            ("cdr.list", #"{"app_id":"1","start_time":0,"end_time":1}"#),
            ("messages.send", #"{"to":"918888888801","text":"hello"}"#),
            ("webhooks.add", #"{"type":"cdr","url":"http://127.0.0.1:1/hooks"}"#),
        ]
        try await with([]) { program, _ in
            let lines = operations.map { #"{"op":"\#($0)","args":\#($1),"id":"\#($0)"}"# }
            let file = try BatchCommandTests.file(lines, in: program)
            let result = try await program.run("batch", file, "--allow-busy", "--output", "json")
            // Nobody knows the call that is to be hung up.
            #expect(result.status == 76, "\(result.output)")
            for (name, _) in operations {
                let object = result.objects.first { $0["id"] as? String == name } ?? [:]
                let isPlacement = ["ai.call", "voice.call", "pcmo.call", "flow.call"].contains(name)
                let outcome = isPlacement ? "accepted" : name.hasSuffix("hangup") ? "refused" : "ok"
                #expect(object["outcome"] as? String == outcome)
                #expect((object["ref"] != nil) == isPlacement)
            }
            let agents = result.objects.first { $0["id"] as? String == "agents.list" }?["result"] as? [[String: Any]]
            #expect(agents?.isEmpty == false)
        }
    }
}
