import Foundation
import Testing

@Suite("piopiy agents, cdr, recording, sms, webhooks")
struct AccountCommandTests {
    /// A program whose platform answers as `answer` says; one address is enough for all three hosts.
    private func with(
        _ answer: @escaping @Sendable (TinyServer.Request) -> TinyServer.Answer,
        _ body: (Program, TinyServer) async throws -> Void
    ) async throws {
        var program = try Program()
        defer { program.clean() }
        let server = try TinyServer(answer)
        defer { server.stop() }
        program.environment["PIOPIY_API_URL"] = "\(server.origin)/v3"
        let token = program.home.appending(path: "messaging-token").path
        try Data("user-token-4711\n".utf8).write(to: URL(filePath: token))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: token)
        program.environment["PIOPIY_MESSAGING_TOKEN_FILE"] = token
        try await body(program, server)
    }

    @Test("agents list is a table for people and an object a line for scripts, whatever the names hold")
    func agents() async throws {
        let list = #"[{"id":"1","name":"A\u001b]0;x\u0007","status":"active"},{"id":"22","name":"日本"}]"#
        try await with({ _ in .json(list) }) { program, server in
            let text = try await program.run("agents", "list")
            #expect(text.status == 0, "\(text.errors)")
            #expect(text.output == "ID  STATUS  NAME\n1   active  A␛]0;x␇\n22          日本\n")
            let json = try await program.run("agents", "list", "--output", "json")
            #expect(json.objects.compactMap { $0["id"] as? String } == ["1", "22"])
            #expect(json.output.hasPrefix(#"{"id":"1","name":"A\u001b]0;x\u0007","status":"active"}"#))
            #expect(
                server.requests.allSatisfy { $0.path == "/v1/ai-agents" && $0.authorization == "Bearer test-token" }
            )
        }
    }

    @Test("A list that is refused says so on standard error, with the exit code")
    func refused() async throws {
        try await with({ _ in .json(#"{"error":"no_such_account"}"#, status: 403) }) { program, _ in
            for command in [["agents", "list"], ["cdr", "list", "--app", "1", "--from", "-2h"]] {
                let result = try await program.run(command + ["--output", "json"])
                #expect(result.status == 76)
                #expect(result.output.isEmpty)
                #expect(result.errors.contains("no_such_account"))
            }
        }
    }

    /// Records a second apart, as many as the query takes.
    private static func records(_ request: TinyServer.Request) -> TinyServer.Answer {
        let (start, end) = (request.json["start_time"] as? Int ?? 0, request.json["end_time"] as? Int ?? 0)
        let limit = request.json["limit"] as? Int ?? 0
        let first = 1_725_942_871_000
        let records = (0..<250).map { ($0, first + $0 * 1000) }.filter { start <= $0.1 && $0.1 <= end }.prefix(limit)
            .map {
                #"{"call_id":"c\#($0.0)","to_number":918888888801,"caller_id":"919999999999","timestamp":\#($0.1),"#
                    + #""status":"answered","answer_sec":"\#($0.0)","duration":9,"file_name":"=x,\#($0.0).mp3"}"#
            }
        return .json(#"{"cdr":[\#(records.joined(separator: ","))]}"#)
    }

    @Test("cdr list shows all pages, oldest first, as text, JSON or CSV")
    func records() async throws {
        try await with({ Self.records($0) }) { program, server in
            let time = ["--app", "7", "--from", "2024-09-10T00:00Z", "--to", "2024-09-11T00:00Z"]
            let json = try await program.run(["cdr", "list", "--output", "json"] + time)
            #expect(json.status == 0, "\(json.errors)")
            #expect(json.objects.compactMap { $0["call_id"] as? String } == (0..<250).map { "c\($0)" })
            let first = try #require(server.requests.first)
            #expect(first.path == "/sip/app/cdr/get" && first.json["app_id"] as? String == "7")

            let text = try await program.run(["cdr", "list", "--limit", "2"] + time)
            let lines = text.output.split(separator: "\n")
            #expect(lines.count == 3)
            #expect(lines[1].contains("answered    919999999999      918888888801      0 s     c0 "))

            let csv = try await program.run(["cdr", "list", "--limit", "1", "--output", "csv"] + time)
            let row = "c0,1725942871000,919999999999,918888888801,answered,0,9,\"'=x,0.mp3\"\n"
            #expect(csv.output == "call_id,timestamp,caller_id,to_number,status,answer_sec,duration,file_name\n\(row)")

            let wrong = try await program.run("cdr", "list", "--app", "7", "--from", "soon")
            #expect(wrong.status == 64)
            let turned = try await program.run("cdr", "list", "--app", "7", "--from", "now", "--to", "-2h")
            #expect(turned.status == 64)
        }
    }

    @Test("A recording is saved whole and private, and takes no file's place unless told to")
    func recording() async throws {
        let audio = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0) })
        try await with({ _ in TinyServer.Answer(type: "audio/mpeg", body: audio) }) { program, server in
            let place = program.home.appending(path: "saved")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            let arguments = ["recording", "a b.mp3", "--to", place.path, "--output", "json"]
            let first = try await program.run(arguments)
            #expect(first.status == 0, "\(first.errors)")
            let file = place.appending(path: "a b.mp3")
            #expect(try Data(contentsOf: file) == audio)
            let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let told = first.object["result"] as? [String: Any]
            #expect(told?["size"] as? Int == 300_000 && told?["path"] as? String == file.path)
            #expect(server.requests.first?.path == "/sip/app/call/recording/play/a%20b.mp3")

            try Data("mine".utf8).write(to: file)
            let again = try await program.run(arguments)
            #expect(again.status == 64)
            #expect(try Data(contentsOf: file) == Data("mine".utf8))
            let forced = try await program.run(arguments + ["--force"])
            #expect(forced.status == 0)
            #expect(try Data(contentsOf: file) == audio)
            let outside = try await program.run("recording", "../a.mp3", "--to", place.path)
            #expect(outside.status == 64)
            #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == ["a b.mp3"])
        }
    }

    @Test("A recording that is not there leaves nothing behind")
    func noRecording() async throws {
        try await with({ _ in .json(#"{"error":"not_found"}"#, status: 404) }) { program, _ in
            let file = program.home.appending(path: "none.mp3").path
            let result = try await program.run("recording", "none.mp3", "--to", file)
            #expect(result.status == 76)
            let left = try FileManager.default.contentsOfDirectory(atPath: program.home.path)
            #expect(!left.contains { $0.hasPrefix("none.mp3") })
        }
    }

    @Test("A message goes out once, with the token in its body and nowhere else")
    func message() async throws {
        try await with({ _ in .json(#"{"code":200,"msg":"message sent"}"#) }) { program, server in
            let file = program.home.appending(path: "text.txt").path
            try Data("two\nlines\n".utf8).write(to: URL(filePath: file))
            let result = try await program.run(
                ["sms", "--to", "918888888801", "--text-file", file, "--output", "json"]
            )
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.outcome == "ok")
            #expect(server.requests.count == 1)
            let sent = try #require(server.requests.first)
            #expect(sent.path == "/v2/messages" && sent.authorization == nil)
            #expect(sent.json["text"] as? String == "two\nlines" && sent.json["token"] as? String == "user-token-4711")

            let shown = try await program.run(["sms", "--to", "918888888801", "--text", "hello", "--dry-run"])
            #expect(shown.output.contains("hello") && !shown.output.contains("test-token"))
            #expect(!shown.output.contains("user-token-4711"))
            for wrong in [[], ["--text", "a", "--text-file", file], ["--text", ""]] {
                let result = try await program.run(["sms", "--to", "918888888801"] + wrong)
                #expect(result.status == 64)
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test("A message in doubt is not sent again")
    func messageInDoubt() async throws {
        try await with({ _ in .json("{}", status: 502) }) { program, server in
            let result = try await program.run("sms", "--to", "918888888801", "--text", "hello", "--output", "json")
            #expect(result.status == 75)
            #expect(result.outcome == "unknown")
            #expect(server.requests.count == 1)
        }
    }

    @Test("webhooks add registers an address")
    func webhooks() async throws {
        try await with({ _ in .json(#"{"code":200}"#) }) { program, server in
            let result = try await program.run(
                "webhooks",
                "add",
                "--url",
                "https://example.com/hooks/x",
                "--kind",
                "event",
                "--custom",
                "[1]"
            )
            #expect(result.status == 0, "\(result.errors)")
            let sent = try #require(server.requests.first)
            #expect(sent.path == "/webhook/add")
            #expect(sent.json["type"] as? String == "event" && sent.json["custom"] as? [Int] == [1])
            let wrong = try await program.run("webhooks", "add", "--url", "example.com", "--kind", "cdr")
            #expect(wrong.status == 64)
        }
    }

    @Test(
        "A transfer is followed until it settles; one that runs already is joined",
        arguments: [("completed", Int32(0)), ("failed", 76), ("started", 75)]
    )
    func transfer(last: String, status: Int32) async throws {
        let call = "ee6a7a9b-78ea-4693-9e77-5fc085567b2f"
        try await with({ request in
            if request.method == "POST" {
                return .json(#"{"error":"transfer_in_progress","request_id":"r1"}"#, status: 409)
            }
            return .json(#"{"request_id":"r1","status":"\#(last)","reason":"busy"}"#)
        }) { program, server in
            let result = try await program.run(
                [
                    "transfer", call, "--warm", "--to", "918888888801", "--wait", "--wait-timeout", "1", "--output",
                    "json",
                ]
            )
            #expect(result.status == status)
            #expect(result.errors.contains("It is followed; no second one was started"))
            #expect(result.object["state"] as? String == last)
            #expect(result.object["request_id"] as? String == "r1")
            if last == "failed" { #expect(result.error["code"] as? String == "busy") }
            #expect(server.requests.count { $0.method == "POST" } == 1)
            #expect(server.requests.first?.path == "/v3/calls/\(call)/actions/transfer")
        }
    }
}
