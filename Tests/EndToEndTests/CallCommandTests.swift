import Foundation
import TestSupport
import Testing

@Suite("piopiy call")
struct CallCommandTests {
    static let agent = "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"

    /// - Parameter more: options in place of the ones that are there, or beside them.
    private func arguments(_ base: String, to number: String, _ more: [String] = []) -> [String] {
        let standard = [
            ("--api-url", base), ("--from", "919999999999"), ("--to", number), ("--agent", Self.agent),
            ("--output", "json"),
        ]
        return ["call"] + standard.filter { !more.contains($0.0) }.flatMap { [$0.0, $0.1] } + more
    }

    @Test("An accepted call prints one object with its ids and exits 0")
    func accepted() async throws {
        let program = try Program()
        defer { program.clean() }
        try await RunningSandbox.with(program) { sandbox in
            let result = try await program.run(arguments(sandbox.base, to: "918888888888"))
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output.contains("\"outcome\":\"accepted\""))
            #expect(result.errors.isEmpty)
            #expect((result.object["request_id"] as? String)?.isEmpty == false)
            let ref = try #require(result.object["ref"] as? String)
            let dials = try await sandbox.dials()
            #expect(dials.count == 1)
            let body = try #require(dials.first?["body"] as? [String: Any])
            #expect((body["variables"] as? [String: Any])?["console_ref"] as? String == ref)
            let call = try #require(try await sandbox.calls().first)
            #expect(call["request_id"] as? String == result.object["request_id"] as? String)
        }
    }

    @Test(
        "What breaks a rule is invalid, names its field, exits 64, and nothing is sent",
        arguments: [
            (["--to", "0918888888888"], "to_number"),
            (["--to", "91888abc8888"], "to_number"),
            (["--from", "12345"], "caller_id"),
            (["--agent", "support"], "agent_id"),
            (["--max-duration", "29"], "options.max_duration_sec"),
            (["--max-duration", "7201"], "options.max_duration_sec"),
            (["--ring-timeout", "4"], "options.ring_timeout_sec"),
            (["--ring-timeout", "121"], "options.ring_timeout_sec"),
            (["--var", "9x=1"], "variables.9x"),
            (["--var", "novalue"], "variables"),
            (["--var", "a=1", "--var", "a=2"], "variables.a"),
            (["--var", "a:=[1]"], "variables.a"),
            (["--var", "a:=nope"], "variables.a"),
            (["--var", "console_ref=mine"], "variables.console_ref"),
        ]
    )
    func invalid(change: [String], field: String) async throws {
        let program = try Program()
        defer { program.clean() }
        try await RunningSandbox.with(program) { sandbox in
            let result = try await program.run(arguments(sandbox.base, to: "918888888888", change))
            #expect(result.status == 64)
            #expect(result.outcome == "invalid")
            #expect(result.error["field"] as? String == field)
            #expect((result.error["message"] as? String)?.isEmpty == false)
            // What is no id may be an agent's name, so the account is asked for its agents.
            let requests = try await sandbox.requests().compactMap { $0["path"] as? String }
            #expect(requests == (change.contains("--agent") ? ["/v1/ai-agents"] : []))
        }
    }

    @Test(
        "Each ending of the sandbox has its outcome and exit code, and is placed exactly once",
        arguments: [
            ("918888880004", "refused", Int32(76)), ("918888880005", "refused", 76), ("918888880006", "unknown", 75),
            ("918888880007", "unknown", 75), ("918888880009", "unknown", 75), ("918888880010", "unknown", 75),
            ("918888880013", "unknown", 75),
        ]
    )
    func endings(number: String, outcome: String, status: Int32) async throws {
        let program = try Program()
        defer { program.clean() }
        try await RunningSandbox.with(program) { sandbox in
            let result = try await program.run(arguments(sandbox.base, to: number, ["--timeout", "1"]))
            #expect(result.outcome == outcome)
            #expect(result.status == status)
            #expect((result.error["message"] as? String)?.isEmpty == false)
            #expect((result.error["code"] as? String)?.isEmpty == false)
            let dials = try await sandbox.dials()
            #expect(dials.count == 1)
            let calls = try await sandbox.calls()
            #expect(calls.count == (outcome == "unknown" ? 1 : 0))
        }
    }

    @Test("429 with Retry-After is tried again, and the call is placed once", arguments: ["0008"])
    func retried(ending: String) async throws {
        let program = try Program()
        defer { program.clean() }
        try await RunningSandbox.with(program) { sandbox in
            let result = try await program.run(arguments(sandbox.base, to: "91888888\(ending)"))
            #expect(result.outcome == "accepted")
            #expect(result.status == 0)
            let dials = try await sandbox.dials()
            #expect(dials.count == 2)
            let calls = try await sandbox.calls()
            #expect(calls.count == 1)
        }
    }

    @Test("Where nothing listens it is notSent, exit 69")
    func notSent() async throws {
        let program = try Program()
        defer { program.clean() }
        let result = try await program.run(arguments("http://127.0.0.1:1/v3", to: "918888888888"))
        #expect(result.outcome == "notSent")
        #expect(result.status == 69)
        #expect(result.error["code"] as? String == "cannot_connect")
    }

    @Test("Without a token it is 77, and so is one that is not accepted; the token is never shown")
    func tokens() async throws {
        var program = try Program(token: nil)
        defer { program.clean() }
        let none = try await program.run(arguments("http://127.0.0.1:1/v3", to: "918888888888"))
        #expect(none.status == 77)
        #expect(none.error["code"] as? String == "no_token")

        program.environment["PIOPIY_TOKEN"] = "wrong-secret-xyzzy"
        try await RunningSandbox.with(program, ["--token", "right"]) { sandbox in
            let wrong = try await program.run(arguments(sandbox.base, to: "918888888888"))
            #expect(wrong.status == 77)
            #expect(wrong.outcome == "refused")
            #expect(!wrong.output.contains("xyzzy") && !wrong.errors.contains("xyzzy"))
            let log = try String(
                contentsOf: program.home.appending(path: ".local/state/piopiy/piopiy.log"),
                encoding: .utf8
            )
            #expect(!log.contains("xyzzy") && !log.contains("918888888888"))
        }
    }

    @Test("A token's file is read when it is ours alone, and refused when others can read it")
    func tokenFile() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let folder = program.home.appending(path: ".config/piopiy")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "token").path
        try "file-token\n".write(toFile: file, atomically: false, encoding: .utf8)
        try await RunningSandbox.with(program, ["--token", "file-token"]) { sandbox in
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
            let open = try await program.run(arguments(sandbox.base, to: "918888888888"))
            #expect(open.status == 77)
            #expect((open.error["message"] as? String)?.contains("chmod 600") == true)
            let before = try await sandbox.requests()
            #expect(before.isEmpty)

            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
            let own = try await program.run(arguments(sandbox.base, to: "918888888888"))
            #expect(own.status == 0)
        }
    }

    @Test("--dry-run shows the request, sends nothing and needs no token")
    func dryRun() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let more = [
            "--dry-run", "--no-console-ref", "--max-duration", "60", "--no-record", "--var", "n:=3", "--var", "t=3",
        ]
        let result = try await program.run(arguments("http://127.0.0.1:1/v3/", to: "918888888888", more))
        #expect(result.status == 0)
        #expect(
            result.output == """
                {"outcome":"dryRun","request":{"body":{"agent_id":"\(Self.agent)","caller_id":"919999999999",\
                "options":{"max_duration_sec":60,"record":false},"to_number":"918888888888","variables":{"n":3,"t":"3"}},\
                "method":"POST","url":"http://127.0.0.1:1/v3/voice/ai/call"}}

                """
        )
    }

    @Test("Ctrl-C while the answer is awaited says unknown and exits 75")
    func interrupted() async throws {
        let program = try Program()
        defer { program.clean() }
        try await RunningSandbox.with(program) { sandbox in
            let running = try program.start(arguments(sandbox.base, to: "918888880007", ["--timeout", "60"]))
            defer { running.stop() }
            _ = try await wait(for: "the dial") { try await sandbox.dials().first }
            running.signal(SIGINT)
            let result = try await running.result()
            #expect(result.status == 75)
            #expect(result.outcome == "unknown")
            #expect(result.error["code"] as? String == "cancelled")
        }
    }

    @Test(
        "A wrong address or option is said in words",
        arguments: [
            (["--api-url", "ftp://127.0.0.1"], 78), (["--timeout", "0"], 64), (["--output", "xml"], 64),
            (["--nope"], 64),
        ] as [([String], Int32)]
    )
    func wrongOptions(options: [String], status: Int32) async throws {
        let program = try Program()
        defer { program.clean() }
        let result = try await program.run(arguments("http://127.0.0.1:1/v3", to: "918888888888", options))
        #expect(result.status == status)
        #expect(!(result.errors + result.output).isEmpty)
    }
}
