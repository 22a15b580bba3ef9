import Foundation
import TerminalDriver
import TestSupport
import Testing

/// The console on a platform outside of it: the sandbox as a process of its own, webhooks over HTTP.
@Suite("The console and its webhooks", .serialized)
struct PlatformConsoleTests {
    private static let secret = "0123456789abcdef0123456789abcdef"

    /// A console on a sandbox; both know the webhooks' address.
    private func withConsole(
        columns: Int = 80,
        _ body: (_ console: ConsoleOnScreen, _ webhooks: String, _ sandbox: RunningSandbox) async throws -> Void
    ) async throws {
        let program = try Program()
        try program.keep(webhookSecret: Self.secret)
        let port = try FreePort.find()
        let webhooks = "http://127.0.0.1:\(port)/hooks/\(Self.secret)"
        try await RunningSandbox.with(program, ["--webhook", webhooks]) { sandbox in
            let command = "--api-url \(sandbox.base) --webhook-port \(port)"
            try await ConsoleOnScreen.with(command, columns: columns, program: program) { console in
                try await console.seeBoard()
                try await body(console, webhooks, sandbox)
            }
        }
    }

    @Test("A call lives on real HTTP in both directions")
    func life() async throws {
        try await withConsole { console, _, sandbox in
            try await console.place("918888888888")
            try await console.seeRow("918888888888", "talking")
            try await console.ask("x", "Hang up 918888888888", answer: "y")
            try await console.seeRow("918888888888", "ended", "completed")
            let paths = try await sandbox.requests().compactMap { $0["path"] as? String }
            // The agents' names are asked for once, whenever that comes.
            #expect(paths.filter { $0 != "/v1/ai-agents" } == ["/v3/voice/ai/call", "/v3/voice/call/hangup"])
            #expect(paths.count == 3)
        }
    }

    @Test("Webhooks that are hostile or strange give a harmless row or a word, and nothing breaks")
    func hostile() async throws {
        try await withConsole { console, webhooks, _ in
            let huge = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
            let tooBig = try await HTTP.post(webhooks, huge)
            #expect(tooBig == 413)

            let unreadable = try await HTTP.post(webhooks, Array("this is not JSON".utf8))
            #expect((200...299).contains(unreadable))
            try await console.see("a webhook could not be read: the body is not JSON")

            // An event for a call that nobody knows, whose caller has a name that would rename the window.
            let event = """
                {"cmiuuid":"ee6a7a9b-78ea-4693-9e77-5fc085567b2f","status":"in_ringing","direction":"inbound","leg":"a",
                 "from":"\\u001b]0;owned\\u0007","to":"918888888888","time":1725942871456}
                """
            let strange = try await HTTP.post(webhooks, Array(event.utf8))
            #expect((200...299).contains(strange))
            try await console.seeRow("918888888888", "ringing", "␛]0;owned␇")
            let title = try await console.terminal.display("#{pane_title}")
            #expect(!title.contains("owned"))

            let wrong = try await HTTP.post(webhooks + "x", Array(event.utf8))
            #expect(wrong == 404)

            // It is alive, and still places calls.
            try await console.place("918888888802")
            try await console.seeRow("918888888802", "talking")
        }
    }

    @Test("A platform that is gone is said; nothing is lost and the console goes on")
    func killedServer() async throws {
        try await withConsole { console, _, sandbox in
            sandbox.program.stop()
            try await console.place("918888888888")
            try await console.see("No connection: ")
            try await console.seeRow("918888888888", "ended", "failed")
            try await console.terminal.send("q")
            let code = try await console.exitCode()
            #expect(code == "[exit 0]")
        }
    }

    @Test("When another program holds the webhooks' port, the console says so and asks the platform instead")
    func portTaken() async throws {
        try await withConsole { _, webhooks, sandbox in
            let port = webhooks.split(separator: ":")[2].split(separator: "/")[0]
            let other = try Program()
            let command = "--api-url \(sandbox.base) --webhook-port \(port)"
            try await ConsoleOnScreen.with(command, columns: 160, program: other) { console in
                try await console.see("polling", "no webhooks are received", String(port))
            }
        }
    }
}
