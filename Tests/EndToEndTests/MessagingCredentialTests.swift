import Foundation
import Testing

@Suite("piopiy sms and its credential")
struct MessagingCredentialTests {
    private static let sms = ["sms", "--to", "918888888801", "--text", "hello"]

    private func file(_ name: String, _ text: String, _ program: Program, mode: Int = 0o600) throws -> String {
        let file = program.home.appending(path: name).path
        try Data(text.utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        return file
    }

    @Test("Without one it says what is missing, and sends nothing: the account's token never goes to that host")
    func missing() async throws {
        let server = try TinyServer { _ in .json(#"{"code":200}"#) }
        defer { server.stop() }
        var program = try Program()
        defer { program.clean() }
        program.environment["PIOPIY_API_URL"] = "\(server.origin)/v3"
        let result = try await program.run(Self.sms + ["--output", "json"])
        #expect(result.status == 77)
        #expect(result.error["code"] as? String == "no_token")
        let message = try #require(result.error["message"] as? String)
        #expect(message.contains("messaging_token_file") && message.contains("PIOPIY_MESSAGING_LOGIN_FILE"))
        let line = #"{"op":"messages.send","args":{"to":"918888888801","text":"hello"}}"#
        let batch = try await program.run("batch", try BatchCommandTests.file([line], in: program), "--output", "json")
        #expect(batch.status == 64)
        #expect(batch.error["field"] as? String == "messaging_token")
        #expect(server.requests.isEmpty)
    }

    @Test("A login is done once for many commands, renewed when its token is dead, and kept privately")
    func login() async throws {
        var program = try Program(token: nil)
        defer { program.clean() }
        try program.keepMessagingLogin()
        try await RunningSandbox.with(program) { sandbox in
            func paths() async throws -> [String] {
                try await sandbox.requests().compactMap { $0["path"] as? String }
            }
            for _ in 0..<2 {
                let sent = try await program.run(Self.sms + ["--api-url", sandbox.base])
                #expect(sent.status == 0, "\(sent.errors)")
            }
            let first = try await paths()
            #expect(first == ["/v2/user/login", "/v2/messages", "/v2/messages"])
            let kept = program.home.appending(path: ".local/state/piopiy/messaging-token").path
            let mode = try FileManager.default.attributesOfItem(atPath: kept)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            var text = try String(contentsOfFile: kept, encoding: .utf8)
            let token = try #require(
                (try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])?["token"] as? String
            )
            text = text.replacing(token, with: "dead-token-4711")
            try Data(text.utf8).write(to: URL(filePath: kept))
            let renewed = try await program.run(Self.sms + ["--api-url", sandbox.base])
            #expect(renewed.status == 0, "\(renewed.errors)")
            let all = try await paths()
            #expect(all.dropFirst(3) == ["/v2/messages", "/v2/user/login", "/v2/messages"])
            // The log has neither password nor token.
            let log = try String(
                contentsOf: program.home.appending(path: ".local/state/piopiy/piopiy.log"),
                encoding: .utf8
            )
            #expect(!log.contains("pass-4711-word") && !log.contains(token) && log.contains("messages.login"))
        }
    }

    @Test(
        "Each code of the service is told in its own words, with its exit code",
        arguments: [
            (404, 77, "invalid_messaging_token", "the messaging token is not valid"),
            (400, 76, "parameter_missing", "a parameter is missing"),
            (401, 76, "us_sms_not_allowed", "may not send messages to the United States"),
            (407, 76, "invalid_sender_id", "sender id is not valid"),
        ]
    )
    func codes(code: Int, status: Int, word: String, words: String) async throws {
        let server = try TinyServer { _ in .json(#"{"code":\#(code),"msg":"no"}"#) }
        defer { server.stop() }
        var program = try Program()
        defer { program.clean() }
        program.environment["PIOPIY_API_URL"] = "\(server.origin)/v3"
        program.environment["PIOPIY_MESSAGING_TOKEN_FILE"] = try file("t", "user-token-4711\n", program)
        let result = try await program.run(Self.sms + ["--output", "json"])
        #expect(result.status == status)
        #expect(result.error["code"] as? String == word)
        #expect((result.error["message"] as? String)?.contains(words) == true)
        #expect(server.requests.count == 1)
    }

    @Test(
        "A file that cannot be used is named, with what is wrong",
        arguments: [
            ("LOGIN", "101\n", 0o600, "has 1 lines; it must have two"), ("LOGIN", "a\nb\nc\n", 0o600, "has 3 lines"),
            ("LOGIN", "101\npw\n", 0o644, "chmod 600"), ("TOKEN", "tok\n", 0o640, "chmod 600"),
            ("TOKEN", "", 0o600, "has 0 lines"), ("TOKEN", "a b\n", 0o600, "has a space"),
        ]
    )
    func unusable(kind: String, text: String, mode: Int, words: String) async throws {
        var program = try Program()
        defer { program.clean() }
        program.environment["PIOPIY_MESSAGING_\(kind)_FILE"] = try file("f", text, program, mode: mode)
        let result = try await program.run(Self.sms + ["--api-url", "http://127.0.0.1:9/v3"])
        #expect(result.status == 77)
        #expect(result.errors.contains(words), "\(result.errors)")
    }

    @Test("config check finds every file with a secret that cannot be used")
    func check() async throws {
        let program = try Program()
        defer { program.clean() }
        let directory = program.home.appending(path: ".config/piopiy")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let yaml = """
            app_id: 1
            app_secret_file: none
            messaging_login_file: login
            profiles:
              p: { messaging_token_file: open }
            """
        try Data(yaml.utf8).write(to: directory.appending(path: "config.yaml"))
        for (name, text) in [("login", "one line\n"), ("open", "token\n")] {
            let path = directory.appending(path: name).path
            try Data(text.utf8).write(to: URL(filePath: path))
            try FileManager.default.setAttributes(
                [.posixPermissions: name == "open" ? 0o644 : 0o600],
                ofItemAtPath: path
            )
        }
        let result = try await program.run("config", "check")
        #expect(result.status == 78)
        #expect(result.errors.contains("config.yaml:2: app_secret_file names"), "\(result.errors)")
        #expect(result.errors.contains("config.yaml:3: messaging_login_file names a file that cannot be used"))
        #expect(
            result.errors.contains("config.yaml:5: profiles.p.messaging_token_file names a file that cannot be used")
        )
    }

    @Test(
        "Another program's variable is named where there is no token",
        arguments: ["TELECMI_TOKEN", "PIOPIY_API_TOKEN", "PIOPIY_API_KEY"]
    )
    func otherVariable(name: String) async throws {
        var program = try Program(token: nil)
        defer { program.clean() }
        let none = try await program.run("agents", "list")
        #expect(none.status == 77 && !none.errors.contains("is set"))
        program.environment[name] = "another-token-4711"
        let result = try await program.run("agents", "list")
        #expect(result.status == 77)
        #expect(result.errors.contains(#"\#(name) is set, but it is not read here."#), "\(result.errors)")
        #expect(result.errors.contains(#"export PIOPIY_TOKEN="$\#(name)""#))
        #expect(!result.errors.contains("another-token-4711"))
    }
}
