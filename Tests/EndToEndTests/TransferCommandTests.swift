import Foundation
import Testing

@Suite("piopiy transfer")
struct TransferCommandTests {
    private static let call = "ee6a7a9b-78ea-4693-9e77-5fc085567b2f"

    private func dryRun(_ program: Program, _ arguments: [String]) async throws -> Program.Result {
        try await program.run(["transfer", Self.call, "--dry-run", "--output", "json"] + arguments)
    }

    private func request(_ result: Program.Result) -> [String: Any] {
        result.object["request"] as? [String: Any] ?? [:]
    }

    @Test("A blind transfer to a number or a SIP address is a pipeline with one connect action")
    func blind() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let number = try await dryRun(program, ["--to", "918888888801", "--from", "919999999999"])
        #expect(number.status == 0, "\(number.errors)")
        let url = request(number)["url"] as? String
        #expect(url == "https://rest.piopiy.com/v3/calls/\(Self.call)/actions/transfer")
        #expect(
            number.output.contains(
                #""body":{"pipeline":[{"action":"connect","endpoints":[{"number":"918888888801","type":"pstn"}],"#
                    + #""params":{"caller_id":"919999999999"}}]}"#
            )
        )
        let sip = try await dryRun(program, ["--sip", "sip:desk@example.com", "--sip-header", "X-Case=7=8"])
        #expect(
            sip.output.contains(
                #"[{"headers":{"X-Case":"7=8"},"type":"sip","uri":"sip:desk@example.com"}],"params":{}"#
            )
        )
    }

    @Test("A warm transfer has what was said, under the platform's names")
    func warm() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let result = try await dryRun(
            program,
            [
                "--warm", "--sip", "sip:desk@example.com", "--from", "919999999999", "--ring-timeout", "30",
                "--confirm",
                "--hold-audio", "default", "--summary", "wants a refund", "--sip-header", "X-Case=7", "--var", "n:=3",
            ]
        )
        #expect(result.status == 0, "\(result.errors)")
        #expect(
            result.output.contains(
                #""body":{"caller_id":"919999999999","confirm":true,"hold_audio":true,"sip_headers":{"X-Case":"7"},"#
                    + #""sip_uri":"sip:desk@example.com","timeout_sec":30,"transfer_summary":"wants a refund","#
                    + #""variables":{"n":3}}"#
            )
        )
    }

    @Test("A pipeline's error names the action and the field")
    func pipeline() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let file = program.home.appending(path: "pipeline.json").path
        func check(_ text: String) async throws -> Program.Result {
            try Data(text.utf8).write(to: URL(filePath: file))
            return try await dryRun(program, ["--pipeline", file])
        }
        let good = try await check(#"[{"action":"play","file_name":"a.wav"},{"action":"hangup"}]"#)
        #expect(good.status == 0, "\(good.errors)")
        #expect(good.output.contains(#""pipeline":[{"action":"play","file_name":"a.wav"},{"action":"hangup"}]"#))

        // As some editors begin a file.
        #expect(try await check("\u{FEFF}[{\"action\":\"hangup\"}]\r\n").status == 0)

        let wrong = try await check(#"[{"action":"hangup"},{"action":"play","file":"a.wav"}]"#)
        #expect(wrong.status == 64)
        #expect(wrong.error["field"] as? String == "pipeline[1].file_name")
        #expect((wrong.error["message"] as? String)?.contains("action 2, play") == true)

        let broken = try await check(#"[{"action":"hangup"}"#)
        #expect(broken.status == 64)
        #expect((broken.error["message"] as? String)?.contains("not JSON at byte 20") == true)

        let missing = try await dryRun(program, ["--pipeline", "/nowhere.json"])
        #expect(missing.status == 64)
        #expect(missing.outcome == "invalid")
    }

    @Test(
        "What does not go together is said, exit 64",
        arguments: [
            [], ["--to", "918888888801", "--sip", "sip:a@b"], ["--to", "918888888801", "--confirm"],
            ["--to", "918888888801", "--sip-header", "a=b"], ["--warm", "--pipeline", "x.json"],
            ["--to", "0918888888801"], ["--warm", "--to", "918888888801", "--ring-timeout", "4"],
            ["--warm", "--sip", "sip:a@b", "--sip-header", "nothing"],
        ]
    )
    func wrong(arguments: [String]) async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let result = try await dryRun(program, arguments)
        #expect(result.status == 64)
        // What is wrong, and not that nobody knows the command.
        #expect(!result.errors.contains("Unknown option"))
        #expect(!(result.errors + result.output).isEmpty)
    }
}
