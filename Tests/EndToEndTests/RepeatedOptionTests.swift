import Foundation
import TerminalDriver
import Testing

/// Of two values for one option nobody can tell which was meant.
@Suite("What is given twice")
struct RepeatedOptionTests {
    private static let agent = CallCommandTests.agent
    private static let call = [
        "call", "--from", "919999999999", "--to", "918888888801", "--agent", agent, "--output", "json",
    ]
    private static let id = "00000000-0000-4000-8000-000000000000"

    @Test(
        "An option that takes one value is given once, in every command; nothing is sent",
        arguments: [
            (call + ["--to", "918888888802"], "--to"), (call + ["--from=447700900123"], "--from"),
            (call + ["--agent", HangupCommandTests.strange], "--agent"),
            (call + ["--max-duration", "60", "--max-duration", "90"], "--max-duration"),
            (call + ["--app", "a", "--failover-agent", id, "--app", "b"], "--app"),
            (["transfer", id, "--to", "918888888801", "--to=918888888802"], "--to"),
            (["transfer", id, "--sip", "sip:a@example.com", "--sip", "sip:b@example.com"], "--sip"),
            (["hangup", id, "--cause", "A", "--cause", "B"], "--cause"),
            (["sms", "--to", "918888888801", "--to", "918888888802", "--text", "x"], "--to"),
            (["history", "--since", "-2h", "--since", "-3h"], "--since"),
            (["agents", "--profile", "call", "--profile", "to"], "--profile"),
            (["--theme", "dark", "--theme", "light"], "--theme"),
            (["listen", "--port", "0", "--port", "1"], "--port"),
            (["webhooks", "add", "--url", "https://example.com/", "--kind", "cdr", "--kind", "event"], "--kind"),
        ]
    )
    func twice(arguments: [String], option: String) async throws {
        let program = try Program()
        defer { program.clean() }
        try await RunningSandbox.with(program) { sandbox in
            let result = try await program.run(arguments + ["--api-url", sandbox.base])
            #expect(result.status == 64)
            #expect(result.errors.contains("\(option) is given twice"), "\(result.errors)")
            #expect(result.output.isEmpty)
            #expect(try await sandbox.requests().isEmpty)
        }
    }

    @Test("What may be given several times is, and a value may look like an option or a command")
    func allowed() async throws {
        let program = try Program()
        defer { program.clean() }
        let many = try await program.run(Self.call + ["--dry-run", "--var", "a=1", "--var", "b=2"])
        #expect(many.status == 0, "\(many.errors)")
        let headers = try await program.run([
            "transfer", Self.id, "--sip", "sip:a@example.com", "--dry-run", "--sip-header", "A=1", "--sip-header",
            "B=2", "--summary", "--to", "--warm",
        ])
        #expect(!headers.errors.contains("given twice"), "\(headers.errors)")
        let states = try await program.run("history", "--state", "ended", "--state", "talking")
        #expect(states.status == 0, "\(states.errors)")
        let value = try await program.run("history", "--search", "history", "--since=-2h", "--", "--since")
        #expect(!value.errors.contains("given twice"), "\(value.errors)")
    }

    @Test("A SIP header is given once, whatever its letters")
    func headers() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let result = try await program.run([
            "transfer", Self.id, "--sip", "sip:a@example.com", "--dry-run", "--output", "json", "--sip-header",
            "X-Case=7", "--sip-header", "x-case=8",
        ])
        #expect(result.status == 64)
        #expect(result.error["field"] as? String == "sip_headers.x-case")
    }

    @Test("A key that stands twice in a line of a batch makes it invalid, and nobody is rung")
    func batch() async throws {
        let program = try Program()
        defer { program.clean() }
        let head = #""op":"ai.call","args":{"caller_id":"919999999999","agent_id":"\#(Self.agent)""#
        let pipeline =
            #"{"op":"pcmo.call","id":6,"args":{"caller_id":"919999999999","to_number":"918888888801","app_id":"a","#
            + #""pipeline":[{"action":"connect","params":{"caller_id":"919999999999"},"endpoints":[{"type":"pstn","#
            + #""number":"918888888801","number":"918888888802"}]}]}}"#
        let lines = [
            #"{"id":1,\#(head),"to_number":"918888888801","to_number":"918888888802"}}"#,
            #"{"id":2,"op":"ai.hangup",\#(head),"to_number":"918888888801"}}"#,
            #"{"id":3,"id":33,\#(head),"to_number":"918888888801"}}"#,
            #"{"id":4,\#(head),"to_number":"918888888801","variables":{"n":1,"n":2}}}"#,
            #"{"id":5,\#(head),"to_number":"918888888801"},"args":{}}"#, pipeline,
        ]
        let file = try BatchCommandTests.file(lines, in: program)
        try await RunningSandbox.with(program) { sandbox in
            let result = try await program.run("batch", file, "--api-url", sandbox.base, "--output", "json")
            #expect(result.status == 64)
            let fields = ["to_number", "op", "id", "variables.n", "args", "pipeline[0].endpoints[0].number"]
            let sorted = result.objects.sorted { ($0["id"] as? Int ?? 3) < ($1["id"] as? Int ?? 3) }
            #expect(sorted.map { $0["outcome"] as? String } == Array(repeating: "invalid", count: 6))
            #expect(sorted.map { ($0["error"] as? [String: Any])?["field"] as? String } == fields)
            // Of two ids neither is the line's.
            #expect(sorted[2]["id"] == nil && sorted[2]["line"] as? Int == 3)
            #expect(try await sandbox.requests().isEmpty)
        }
    }

    @Test("A pipeline's file, a result's line of --skip-done and a variable's JSON have each key once")
    func otherJSON() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let file = program.home.appending(path: "pipeline.json")
        try Data(#"[{"action":"play","file_name":"a.wav","file_name":"b.wav"}]"#.utf8).write(to: file)
        let pipeline = try await program.run(
            "transfer",
            Self.id,
            "--pipeline",
            file.path,
            "--dry-run",
            "--output",
            "json"
        )
        #expect(pipeline.status == 64)
        #expect(pipeline.error["field"] as? String == "pipeline[0].file_name")

        let done = try BatchCommandTests.file([#"{"id":1,"id":2,"outcome":"accepted"}"#], in: program, name: "done")
        let lines = try BatchCommandTests.file([BatchCommandTests.call("918888888801", id: "1")], in: program)
        let again = try await program.run("batch", lines, "--skip-done", done, "--dry-run")
        #expect(again.status == 64)
        #expect(again.errors.contains("line 1 is not a result line"), "\(again.errors)")

        let variable = try await program.run(Self.call + ["--dry-run", "--var", #"a:={"x":1,"x":2}"#])
        #expect(variable.status == 64)
        #expect((variable.error["message"] as? String)?.contains("has the key x twice") == true)
        let custom = try await program.run(
            "webhooks",
            "add",
            "--url",
            "https://example.com/",
            "--kind",
            "cdr",
            "--custom",
            #"{"x":1,"x":2}"#,
            "--dry-run",
            "--output",
            "json"
        )
        #expect(custom.status == 64)
        #expect((custom.error["message"] as? String)?.contains("has the key x twice") == true, "\(custom.errors)")
    }
}
