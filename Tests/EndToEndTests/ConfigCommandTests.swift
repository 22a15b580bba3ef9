import Foundation
import TerminalDriver
import Testing

@Suite("piopiy config, and the configuration in commands and console")
struct ConfigCommandTests {
    private static let call = ["--from", "919999999999", "--to", "918888888888", "--agent", CallCommandTests.agent]

    /// A program with a configuration's file of its own.
    private func with(
        _ yaml: String?,
        mode: Int = 0o600,
        token: String? = nil,
        _ body: (Program) async throws -> Void
    ) async throws {
        let program = try Program(token: token)
        defer { program.clean() }
        if let yaml { try Self.write(yaml, mode: mode, program) }
        try await body(program)
    }

    private static func write(_ yaml: String, mode: Int = 0o600, _ program: Program) throws {
        let folder = program.home.appending(path: ".config/piopiy")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "config.yaml")
        try Data(yaml.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
    }

    private func path(_ program: Program) -> String { program.home.appending(path: ".config/piopiy/config.yaml").path }

    @Test("show tells each value and where it came from, and never a token")
    func show() async throws {
        let yaml = """
            token: secret-xyzzy
            timeout: 4
            profiles:
              acme: { token: secret-xyzzq, history_days: 7 }
            """
        try await with(yaml) { program in
            var program = program
            program.environment["PIOPIY_THEME"] = "light"
            let result = try await program.run(
                "config",
                "show",
                "--profile",
                "acme",
                "--api-url",
                "http://127.0.0.1:1/v3"
            )
            #expect(result.status == 0)
            func line(_ key: String) -> [String] {
                let lines = result.output.split(separator: "\n").map {
                    $0.split(separator: " ", maxSplits: 2).map(String.init)
                }
                return (lines.first { $0.first == key } ?? []).map { $0.trimmingCharacters(in: .whitespaces) }
            }
            let file = path(program)
            #expect(line("token") == ["token", "set", "\(file):4 (profile acme)"])
            #expect(line("timeout") == ["timeout", "4", "\(file):2"])
            #expect(line("history_days") == ["history_days", "7", "\(file):4 (profile acme)"])
            #expect(line("theme") == ["theme", "light", "PIOPIY_THEME"])
            #expect(line("api_url") == ["api_url", "http://127.0.0.1:1/v3", "--api-url"])
            #expect(line("mask") == ["mask", "no", "default"])
            #expect(line("config") == ["config", file, "default"])

            let json = try await program.run("config", "show", "--output", "json")
            let objects = json.objects
            #expect(objects.first { $0["key"] as? String == "token" }?["value"] as? String == "set")
            #expect(objects.first { $0["key"] as? String == "timeout" }?["from"] as? String == "\(file):2")
            #expect(objects.first { $0["key"] as? String == "columns" }?["value"] as? [String] == [])
            for text in [result.output, result.errors, json.output, json.errors] { #expect(!text.contains("xyzz")) }
        }
    }

    @Test("check says what is wrong in any profile, with file, line and key, or that nothing is")
    func check() async throws {
        try await with("theme: dark\nprofiles:\n  acme:\n    timeout: soon\n") { program in
            let wrong = try await program.run("config", "check")
            #expect(wrong.status == 78 && wrong.output.isEmpty)
            #expect(wrong.errors.contains("\(path(program)):4: profiles.acme.timeout is “soon”; it must be"))
            let json = try await program.run("config", "check", "--output", "json")
            let first = (json.object["mistakes"] as? [[String: Any]])?.first
            #expect(first?["line"] as? Int == 4 && first?["key"] as? String == "profiles.acme.timeout")

            try Self.write("theme: nosuch\n", program)
            let theme = try await program.run("config", "check")
            #expect(
                theme.status == 78 && theme.errors.contains("config.yaml:1: theme is “nosuch”, which cannot be used")
            )

            try Self.write("theme: nosuch\nprofiles:\n  acme: { token_file: gone.token }\n", program)
            let both = try await program.run("config", "check").errors.split(separator: "\n")
            #expect(both.count == 2 && both[0].contains(":1: theme"))
            #expect(both.last?.contains(":3: profiles.acme.token_file names ") == true)
            #expect(both.last?.hasSuffix("gone.token, which does not exist") == true)

            try Self.write("theme: dark\n", program)
            let right = try await program.run("config", "check")
            #expect(right.status == 0 && right.output == "\(path(program)): no errors\n")
        }
        try await with(nil) { program in
            let none = try await program.run("config", "check")
            #expect(none.status == 0 && none.output == "\(path(program)) does not exist; no file is needed.\n")
        }
    }

    @Test("path is where the file is read, by flag, by environment, by the XDG directory")
    func place() async throws {
        try await with(nil) { program in
            var program = program
            let home = try await program.run("config", "path")
            #expect(home.output == "\(path(program))\n" && home.status == 0)
            program.environment["XDG_CONFIG_HOME"] = "/elsewhere"
            let xdg = try await program.run("config", "path")
            #expect(xdg.output == "/elsewhere/piopiy/config.yaml\n")
            program.environment["PIOPIY_CONFIG"] = "~/mine.yaml"
            let variable = try await program.run("config", "path")
            #expect(variable.output == "\(program.home.path)/mine.yaml\n")
            let flag = try await program.run("config", "path", "--config", "other.yaml")
            #expect(flag.output == "other.yaml\n")
        }
    }

    @Test("A file that is named and is not there, or is no file of text, ends every command")
    func unreadable() async throws {
        try await with(nil, token: "t") { program in
            for arguments in [["call"] + Self.call, ["agents", "list"], ["calls"], ["journal", "path"]] {
                let result = try await program.run(arguments + ["--config", "nowhere.yaml"])
                #expect(result.status == 78, "\(arguments)")
                #expect((result.output + result.errors).contains("--config names nowhere.yaml, which does not exist"))
            }
            let file = program.home.appending(path: "binary.yaml")
            try Data([0xFF, 0xFE, 0x00]).write(to: file)
            let binary = try await program.run("config", "show", "--config", file.path)
            #expect(binary.status == 78 && binary.errors.contains("it is not UTF-8 text"))
            let folder = try await program.run("config", "check", "--config", ".")
            #expect(folder.status == 78 && folder.errors.contains("cannot be read"))
        }
    }

    @Test("A file that others can read is refused when a token is in it, and nothing is sent")
    func exposed() async throws {
        try await with("token: secret-xyzzy\n", mode: 0o644) { program in
            try await RunningSandbox.with(program) { sandbox in
                let result = try await program.run(
                    ["call"] + Self.call + ["--api-url", sandbox.base, "--output", "json"]
                )
                #expect(result.status == 78 && result.error["code"] as? String == "bad_configuration")
                #expect(
                    (result.error["message"] as? String)?.contains(
                        "config.yaml:1: token is in a file that is not private"
                    ) == true
                )
                #expect(!(result.output + result.errors).contains("xyzzy"))
                let dials = try await sandbox.dials()
                #expect(dials.isEmpty)
                // Without a token in it others may read it.
                try Self.write("timeout: 5\n", mode: 0o644, program)
                let none = try await program.run("config", "check")
                #expect(none.status == 0)
            }
        }
    }

    @Test("Where it is set to look only, commands do nothing either, and say by what")
    func readOnly() async throws {
        try await with("read_only: yes\n") { program in
            try await RunningSandbox.with(program) { sandbox in
                var program = program
                program.environment["PIOPIY_TOKEN"] = "test-token"
                program.environment["PIOPIY_API_URL"] = sandbox.base
                let id = "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"
                let list = program.home.appending(path: "list.csv")
                try Data("to\n918888888801\n".utf8).write(to: list)
                let lines = program.home.appending(path: "lines.jsonl")
                let hangUp = #"{"op":"calls.hangup","args":{"call_id":"\#(id)"}}"#
                try Data("\(hangUp)\n".utf8).write(to: lines)
                let commands = [
                    ["call"] + Self.call, ["hangup", id], ["transfer", id, "--to", "918888888801"],
                    ["batch", lines.path], ["sms", "--to", "918888888801", "--text", "x"],
                    ["campaign", "run", list.path, "--from", "919999999999", "--agent", id], ["campaign", "stop"],
                ]
                for command in commands {
                    let result = try await program.run(command)
                    #expect(result.status == 78, "\(command) \(result.output)")
                    #expect((result.output + result.errors).contains("config.yaml:1"), "\(result.errors)")
                }
                #expect(try await sandbox.requests().isEmpty)
                // What only looks does, and what goes over the file does too.
                #expect(try await program.run("campaign", "status").status == 0)
                program.environment["PIOPIY_READ_ONLY"] = "no"
                #expect(try await program.run(["call"] + Self.call).status == 0)
            }
        }
    }

    @Test("A profile chooses the platform and the token of a command; PIOPIY_TOKEN goes over it, and that is said")
    func profiles() async throws {
        try await with(nil) { program in
            try await RunningSandbox.with(program, ["--token", "secret-xyzzy"]) { sandbox in
                let yaml = """
                    profiles:
                      right: { api_url: "\(sandbox.base)", token_file: right.token }
                      wrong: { api_url: "\(sandbox.base)", token: secret-xyzzq }
                    """
                try Self.write(yaml, program)
                let file = program.home.appending(path: ".config/piopiy/right.token").path
                try Data("secret-xyzzy\n".utf8).write(to: URL(filePath: file))
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
                let call = ["call", "--output", "json", "--allow-busy"] + Self.call
                let right = try await program.run(call + ["--profile", "right"])
                #expect(right.status == 0 && right.outcome == "accepted", "\(right.errors)\(right.output)")
                var other = program
                other.environment["PIOPIY_PROFILE"] = "wrong"
                let wrong = try await other.run(call)
                #expect(wrong.status == 77 && wrong.outcome == "refused")
                let none = try await program.run(call + ["--profile", "nobody"])
                #expect(none.status == 78)
                let words = "--profile names the profile nobody, which does not exist"
                #expect((none.error["message"] as? String)?.contains(words) == true)
                other.environment["PIOPIY_TOKEN"] = "secret-xyzzy"
                let outside = try await other.run(call)
                #expect(outside.status == 0)
                #expect(
                    outside.errors.contains(
                        "The token from PIOPIY_TOKEN is used instead of the token of the profile wrong"
                    )
                )
                let dials = try await sandbox.dials()
                #expect(dials.count == 3)
            }
        }
    }

    @Test("The console takes theme and keys from the configuration, and a mistake in it opens no screen")
    func console() async throws {
        let program = try Program(token: nil)
        try Self.write("ascii: yes\nkeys:\n  board: { new: F2, quit: [Q, F10] }\n", program)
        try await ConsoleOnScreen.with("--sandbox --seed \(patientSeed) --theme light", columns: 120, program: program)
        { console in
            try await console.see("No calls. Press F2 to place one", "F2 new", "Q quit")
            try await console.terminal.send("n")
            try await console.see("n does nothing here; ? shows the keys")
            try await console.terminal.send("F2")
            try await console.see("New call")
            try await console.terminal.send("Escape")
            try await console.see("No calls. Press F2")
            try await console.terminal.send("F10")
            let code = try await console.exitCode()
            #expect(code == "[exit 0]")
        }
        let other = try Program(token: nil)
        try Self.write("keys: { board: { new: q } }\n", other)
        try await ConsoleOnScreen.with("--sandbox", columns: 160, program: other) { console in
            try await console.see("config.yaml:1: keys.board.new cannot be q: that is the key of quit", "[exit 78]")
        }
    }
}
