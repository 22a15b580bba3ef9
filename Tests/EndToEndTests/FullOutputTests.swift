import Foundation
import TerminalDriver
import TestSupport
import Testing

/// Standard output that takes nothing: a full disk, here `/dev/full`.
@Suite("Output that cannot be written")
struct FullOutputTests {
    @Test(
        "No command that could not tell what it was asked for ends with 0",
        arguments: [
            "--help", "--version", "call --help", "help campaign", "--generate-completion-script bash",
            "--generate-completion-script zsh", "--generate-completion-script fish", "--experimental-dump-help",
            "help --man",
            "config path", "config show", "config check", "config check --output json", "journal path",
            "themes list", "themes check $HOME/theme.yaml", "webhooks register", "history --output csv",
            "calls --watch",
        ]
    )
    func everything(command: String) async throws {
        let program = try Program()
        defer { program.clean() }
        let theme = PackageFolder.root.appending(path: "themes/dark.yaml")
        try FileManager.default.copyItem(at: theme, to: program.home.appending(path: "theme.yaml"))
        let result = try await program.shell("\"$piopiy\" \(command) > /dev/full")
        #expect(result.status == 74, "\(command): \(result.errors)")
    }

    @Test("A journal's commands say so too")
    func journal() async throws {
        let program = try Program()
        defer { program.clean() }
        let made = try await program.shell("\"$piopiy\" history")
        #expect(made.status == 0)
        for command in ["journal check", "journal check --output json"] {
            let result = try await program.shell("\"$piopiy\" \(command) > /dev/full")
            #expect(result.status == 74, "\(command): \(result.errors)")
        }
    }

    @Test("listen and sandbox end when nobody could be told where they are", arguments: ["listen --port 0", "sandbox"])
    func serving(command: String) async throws {
        let program = try Program()
        defer { program.clean() }
        let result = try await program.shell("\"$piopiy\" \(command) > /dev/full")
        #expect(result.status == 74)
        #expect(result.errors.contains("The address could not be written to standard output"), "\(result.errors)")
    }

    @Test("A call that is waited for and cannot be told of ends with 74, and its result is on standard error")
    func waiting() async throws {
        try await SharedDesk.with(sandboxArguments: ["--speed", "60"]) { desk in
            let call = "call --from 919999999999 --agent \(CallCommandTests.agent) --to 918888880001"
            let result = try await desk.program.shell("\"$piopiy\" \(call) \(desk.arguments) --wait ended > /dev/full")
            #expect(result.status == 74, "\(result.errors)")
            #expect(result.errors.contains("This result could not be written: accepted"))
            let dials = try await desk.sandbox.dials()
            #expect(dials.count == 1)
        }
    }

    @Test("How far a campaign is, and who did what, can be read on a full disk")
    func campaigns() async throws {
        try await SharedDesk.with(sandboxArguments: ["--speed", "60"]) { desk in
            let list = try CampaignCommandTests.write("to\n918888880001\n918888880002\n", desk)
            let port = ["--webhook-port", "\(desk.port)"]
            let run = CampaignCommandTests.arguments(
                desk,
                ["run", list, "--rate", "600"] + CampaignCommandTests.who + port
            )
            let rung = try await desk.program.run(run)
            #expect(rung.status == 0, "\(rung.errors)")
            let ref = try #require(
                (try await desk.sandbox.dials().first?["body"] as? [String: Any])
                    .flatMap { ($0["variables"] as? [String: Any])?["console_ref"] as? String }
            )
            let limited = "ulimit -f 0; \"$piopiy\""
            let url = "--api-url \(desk.sandbox.base)"
            let status = try await desk.program.shell(
                "(\(limited) campaign status spring \(url); echo \"exit $?\") 2>&1 | cat"
            )
            #expect(status.output.contains("2 of 2 dialed") && status.output.contains("exit 0"), "\(status.output)")
            #expect(status.output.contains("The disk is full"))
            let rows = try await desk.program.shell(
                "(\(limited) campaign status spring --rows --output csv \(url); echo \"exit $?\") 2>&1 | cat"
            )
            #expect(rows.output.contains("918888880002") && rows.output.contains("exit 0"), "\(rows.output)")
            let audit = try await desk.program.shell(
                "(\(limited) journal audit \(ref) \(url); echo \"exit $?\") 2>&1 | cat"
            )
            #expect(audit.output.contains("intent"), "\(audit.output)")
            #expect(audit.output.contains("exit 0"), "\(audit.output)")
        }
    }
}
