import Foundation
import TerminalDriver
import Testing

/// Commands and lists take an agent by its name, as the console does.
@Suite("Agents by name in commands")
struct AgentNameTests {
    /// The sandbox has an agent of this name.
    private static let name = "support-en"
    private static let mine = "67e55044-10b1-426f-9247-bb680e5fe0c8"

    private func configure(_ program: Program, _ lines: String...) throws {
        let folder = program.home.appending(path: ".config/piopiy")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let text = "agents:\n" + lines.map { "  \($0)\n" }.joined()
        try Data(text.utf8).write(to: folder.appending(path: "config.yaml"))
    }

    private func agents(_ program: Program, _ sandbox: RunningSandbox) async throws -> [String: String] {
        let listed = try await program.run("agents", "list", "--api-url", sandbox.base, "--output", "json")
        var agents: [String: String] = [:]
        for agent in listed.objects {
            if let name = agent["name"] as? String, let id = agent["id"] as? String { agents[name] = id }
        }
        return agents
    }

    private func body(_ result: Program.Result) -> [String: Any] {
        (result.object["request"] as? [String: Any])?["body"] as? [String: Any] ?? [:]
    }

    @Test("call --agent and --failover-agent take names of the account and of the configuration, in any letter case")
    func call() async throws {
        let program = try Program()
        defer { program.clean() }
        try configure(program, "Night Desk Two: \(Self.mine)")
        try await RunningSandbox.with(program) { sandbox in
            let known = try await agents(program, sandbox)
            let (name, id) = try #require(known.min { $0.key < $1.key })
            let base = [
                "call", "--api-url", sandbox.base, "--from", "919999999999", "--to", "918888888801", "--dry-run",
                "--output", "json",
            ]
            let one = try await program.run(base + ["--agent", name.uppercased()])
            #expect(one.status == 0, "\(one.output)")
            #expect(body(one)["agent_id"] as? String == id)
            let two = try await program.run(
                base + ["--agent", "night desk two", "--app", "a", "--failover-agent", name]
            )
            #expect(two.status == 0, "\(two.output)")
            #expect(two.output.contains(#"[{"id":"\#(Self.mine)","type":"agent"},{"id":"\#(id)","type":"agent"}]"#))
            #expect(try await sandbox.dials().isEmpty)
        }
    }

    @Test("A name that two agents have is refused with both ids, and nobody is rung")
    func ambiguous() async throws {
        let program = try Program()
        defer { program.clean() }
        try await RunningSandbox.with(program) { sandbox in
            let known = try await agents(program, sandbox)
            let (name, id) = try #require(known.min { $0.key < $1.key })
            try configure(program, "\(name): \(Self.mine)")
            let result = try await program.run(
                "call",
                "--api-url",
                sandbox.base,
                "--from",
                "919999999999",
                "--to",
                "918888888801",
                "--agent",
                name,
                "--output",
                "json"
            )
            #expect(result.status == 64)
            #expect(result.error["field"] as? String == "agent_id")
            let words = try #require(result.error["message"] as? String)
            #expect(words.contains(id) && words.contains(Self.mine), "\(words)")
            #expect(try await sandbox.dials().isEmpty)
        }
    }

    @Test("A name of the configuration does without the account; one that is not there says why it is not known")
    func withoutAccount() async throws {
        let program = try Program()
        defer { program.clean() }
        try configure(program, "Night: \(Self.mine)")
        let base = [
            "call", "--api-url", "http://127.0.0.1:1/v3", "--from", "919999999999", "--to", "918888888801", "--dry-run",
            "--output", "json",
        ]
        let known = try await program.run(base + ["--agent", "night"])
        #expect(known.status == 0, "\(known.output)")
        #expect(body(known)["agent_id"] as? String == Self.mine)
        let unknown = try await program.run(base + ["--agent", "nightt"])
        #expect(unknown.status == 64)
        let words = try #require(unknown.error["message"] as? String)
        #expect(words.contains("did you mean “Night”?") && words.contains("could not be loaded"), "\(words)")
        // Where nothing that is known is like it, what is wrong is not the name.
        let other = try await program.run(base + ["--agent", "support-en"])
        #expect(other.status == 69, "\(other.output)")
        #expect(
            (other.error["message"] as? String)?.hasPrefix("The agent “support-en” could not be looked up.") == true
        )
        var bare = program
        bare.environment["PIOPIY_TOKEN"] = nil
        for command in [base, ["campaign", "run", "/dev/null", "--from", "919999999999", "--dry-run"]] {
            let result = try await bare.run(command + ["--agent", "support-en"])
            #expect(result.status == 77, "\(result)")
        }
        let mistyped = try await program.run(base + ["--agent", String(CallCommandTests.agent.dropLast()) + "z"])
        #expect(mistyped.status == 64)
        #expect((mistyped.error["message"] as? String)?.contains("could not be loaded") == false)
    }

    @Test("campaign run takes a name for --agent and in the column agent; a wrong one leaves everybody alone")
    func campaign() async throws {
        let program = try Program()
        defer { program.clean() }
        try configure(program, "Night: \(Self.mine)")
        try await RunningSandbox.with(program) { sandbox in
            let (name, id) = try #require(try await agents(program, sandbox).min { $0.key < $1.key })
            let file = program.home.appending(path: "list.csv")
            func rehearse(_ text: String) async throws -> Program.Result {
                try Data(text.utf8).write(to: file)
                return try await program.run([
                    "campaign", "run", file.path, "--from", "919999999999", "--agent", "night", "--dry-run", "--output",
                    "json", "--api-url", sandbox.base,
                ])
            }
            let good = try await rehearse(
                "to,agent\n918888888801,\(name.uppercased())\n918888888802,\n918888888803,\(id)\n"
            )
            #expect(good.status == 0, "\(good.errors)")
            let agents = good.objects.map {
                (($0["request"] as? [String: Any])?["body"] as? [String: Any])?["agent_id"] as? String
            }
            #expect(agents == [id, Self.mine, id])
            let bad = try await rehearse("to,agent\n918888888801,nobody-there\n918888888802,\(name)\n")
            #expect(bad.status == 64)
            #expect(bad.errors.contains("line 2 “agent” is not the name of an agent: “nobody-there”"), "\(bad.errors)")
            #expect(bad.errors.contains("1 row cannot be dialed, 1 can"))
        }
    }

    @Test("history --agent takes a name")
    func history() async throws {
        let program = try Program()
        defer { program.clean() }
        try configure(program, "Night: \(CallCommandTests.agent)", "Day: \(Self.mine)")
        try await RunningSandbox.with(program) { sandbox in
            let placed = try await program.run(
                "call",
                "--api-url",
                sandbox.base,
                "--from",
                "919999999999",
                "--to",
                "918888888801",
                "--agent",
                "Night"
            )
            #expect(placed.status == 0, "\(placed.errors)")
            let base = ["history", "--api-url", sandbox.base, "--output", "json", "--agent"]
            #expect(try await program.run(base + ["night"]).objects.count == 1)
            #expect(try await program.run(base + ["day"]).objects.isEmpty)
            #expect(try await program.run(base + [CallCommandTests.agent.uppercased()]).objects.count == 1)
            #expect(try await program.run(base + ["nobody"]).status == 64)
        }
    }
}
