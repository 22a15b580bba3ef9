import Foundation
import Testing

@Suite("piopiy batch")
struct BatchCommandTests {
    static func call(_ number: String, id: String? = nil, more: String = "") -> String {
        let id = id.map { #","id":\#($0)"# } ?? ""
        return #"{"op":"ai.call","args":{"caller_id":"919999999999","to_number":"\#(number)","agent_id":"#
            + #""\#(CallCommandTests.agent)"\#(more)}\#(id)}"#
    }

    static func file(_ lines: [String], in program: Program, name: String = "lines.jsonl") throws -> String {
        let path = program.home.appending(path: name).path
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path))
        return path
    }

    @Test("Each line has its result, matched by id or by line, and the gravest is the exit code")
    func results() async throws {
        let program = try Program()
        defer { program.clean() }
        let lines = [
            Self.call("918888888801", id: #""A-17""#), "", Self.call("918888880005", id: "7"), "no JSON",
            Self.call("918888888804"), #"{"op":"ai.dance","args":{}}"#, Self.call("918888880006", id: #""lost""#),
            Self.call("0918888888", id: #""zero""#), #"{"op":"ai.call","args":{},"when":1}"#, "[]",
            #"{"op":"ai.call","args":[],"id":2}"#, #"{"op":"ai.call","args":{},"id":true}"#, #"{"args":{}}"#,
        ]
        let file = try Self.file(lines, in: program)
        try await RunningSandbox.with(program) { sandbox in
            let result = try await program.run("batch", file, "--api-url", sandbox.base, "--output", "json")
            #expect(result.status == 75)
            let objects = result.objects
            #expect(objects.count == 12)
            func find(_ key: String, _ value: AnyHashable) -> [String: Any] {
                objects.first { $0[key] as? AnyHashable == value } ?? [:]
            }
            func field(_ object: [String: Any]) -> String? { (object["error"] as? [String: Any])?["field"] as? String }
            let accepted = find("id", "A-17")
            #expect(accepted["outcome"] as? String == "accepted")
            #expect(accepted["line"] == nil)
            #expect(find("id", 7)["outcome"] as? String == "refused")
            #expect(find("line", 5)["outcome"] as? String == "accepted")
            #expect(find("id", "lost")["outcome"] as? String == "unknown")
            #expect(field(find("id", "zero")) == "to_number")
            #expect(field(find("line", 4)) == "line")
            #expect(field(find("line", 6)) == "op")
            #expect(field(find("line", 9)) == "when")
            #expect(field(find("line", 10)) == "line")
            #expect(field(find("id", 2)) == "args")
            #expect(field(find("line", 12)) == "id")
            #expect(field(find("line", 13)) == "op")
            let dials = try await sandbox.dials()
            #expect(dials.count == 4)
            let refs = dials.compactMap {
                (($0["body"] as? [String: Any])?["variables"] as? [String: Any])?["console_ref"]
            }
            #expect(refs.contains { $0 as? String == accepted["ref"] as? String })
        }
    }

    @Test("--dry-run shows the requests in the order of the lines, needs no token and sends nothing")
    func dryRun() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let lines = (1...300).map { Self.call("9188888\(10_000 + $0)", id: "\($0)") } + ["oops"]
        let file = try Self.file(lines, in: program)
        let result = try await program.run(
            "batch",
            file,
            "--dry-run",
            "--no-console-ref",
            "--api-url",
            "http://127.0.0.1:1/v3",
            "--output",
            "json"
        )
        #expect(result.status == 64)
        #expect(result.objects.dropLast().compactMap { $0["id"] as? Int } == Array(1...300))
        #expect(
            result.output.hasPrefix(
                """
                {"id":1,"outcome":"dryRun","request":{"body":{"agent_id":"\(CallCommandTests.agent)","caller_id":\
                "919999999999","to_number":"918888810001"},"method":"POST","url":"http://127.0.0.1:1/v3/voice/ai/call"}}

                """
            )
        )
    }

    @Test("A line that stands in the file twice rings its number once; a call and its hang-up may share an id")
    func twice() async throws {
        let program = try Program()
        defer { program.clean() }
        let call = Self.call("918888888801", id: "7")
        let hangUp = #"{"op":"voice.hangup","id":7,"args":{"call_id":"\#(OwnPlatform.callID(1))"}}"#
        let other = Self.call("918888888801").replacingOccurrences(of: "918888888801", with: "918888888802")
        let file = try Self.file([call, call, hangUp, other, other], in: program)
        try await RunningSandbox.with(program) { sandbox in
            let result = try await program.run(
                "batch",
                file,
                "--api-url",
                sandbox.base,
                "--concurrency",
                "1",
                "--allow-busy",
                "--output",
                "json"
            )
            #expect(result.status == 76)
            let outcomes = result.objects.map { $0["outcome"] as? String }
            #expect(outcomes == ["accepted", "invalid", "refused", "accepted", "accepted"], "\(result.output)")
            #expect(result.output.contains("is also the id of an earlier line"))
            let numbers = try await sandbox.dials().compactMap {
                ($0["body"] as? [String: Any])?["to_number"] as? String
            }
            #expect(numbers.filter { $0 == "918888888801" }.count == 1)
        }
        let dry = try await program.run("batch", file, "--dry-run", "--output", "json")
        #expect(dry.objects.map { $0["outcome"] as? String }.filter { $0 == "invalid" }.count == 1)
    }

    @Test("People get a line for each result, and a count at the end on standard error")
    func text() async throws {
        let program = try Program()
        defer { program.clean() }
        let file = try Self.file([Self.call("918888888801", id: #""A\u001b[2J""#), "oops"], in: program)
        try await RunningSandbox.with(program) { sandbox in
            let result = try await program.run("batch", file, "--api-url", sandbox.base, "--concurrency", "1")
            let lines = result.output.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines.first?.hasPrefix("accepted  id A␛[2J  918888888801  request ") == true)
            #expect(lines.last?.hasPrefix("invalid  line 2  line is not JSON") == true)
            #expect(result.errors == "piopiy: 1 accepted, 1 invalid\n")
        }
    }

    @Test(
        "A wrong concurrency or a file that is not there is said in words, exit 64",
        arguments: [["--concurrency", "0"], ["--concurrency", "257"], ["missing.jsonl"], ["/"]]
    )
    func wrongOptions(options: [String]) async throws {
        let program = try Program()
        defer { program.clean() }
        let result = try await program.run(["batch"] + options)
        #expect(result.status == (options == ["/"] ? 74 : 64))
        #expect(result.output.isEmpty && !result.errors.isEmpty)
    }
}
