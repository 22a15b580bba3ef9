import Foundation
import TerminalDriver
import Testing

/// Text that a terminal gives the console as keys: it never acts on calls.
@Suite("Text that comes as keys, in a terminal", .serialized)
struct ConsoleTypingTests {
    private func hangUps(_ sandbox: RunningSandbox) async throws -> Int {
        try await sandbox.requests().count { ($0["path"] as? String)?.hasSuffix("/call/hangup") ?? false }
    }

    /// A console with a call that talks and is selected.
    private func withCall(_ body: (ConsoleOnScreen, RunningSandbox) async throws -> Void) async throws {
        try await SharedDesk.with { desk in
            try await desk.console { console in
                try await console.seeBoard()
                try await console.place("918888888888")
                try await console.seeRow("918888888888", "talking")
                try await body(console, desk.sandbox)
            }
        }
    }

    @Test("Pasted unmarked, or sent at once, no text cuts a call off; the next key alone does what it says")
    func unmarked() async throws {
        try await withCall { console, sandbox in
            let words = "nothing was done: several keys came together"
            try await console.terminal.pasteUnmarked("fix it\n")
            try await console.see(words)
            for keys in [["x", "y"], ["x", "Enter"], ["x", "y", "Enter"], ["*", "x", "y"], ["q", "y"]] {
                // Whatever the status line said before is gone with the key.
                try await console.terminal.send("m")
                try await console.see("Messages")
                try await console.back()
                try await console.terminal.sendTogether(keys)
                try await console.see(words)
                try await console.seeRow("918888888888", "talking")
            }
            #expect(try await hangUps(sandbox) == 0)
            try await console.terminal.send("u")
            try await console.ask("x", "Hang up 918888888888", answer: "y")
            try await console.seeRow("918888888888", "ended", "completed")
            #expect(try await hangUps(sandbox) == 1)
        }
    }

    @Test("A reason that is typed on the button hangs nobody up; Enter alone does")
    func button() async throws {
        try await withCall { console, sandbox in
            try await console.terminal.send("X")
            try await console.see("[ Hang up ]")
            try await console.terminal.send("Tab", "Tab")
            try await console.terminal.type("asked for it")
            try await console.see("Enter presses the button; “")
            try await console.terminal.pasteUnmarked("x\n")
            try await console.see("no call was hung up: Enter came with other keys; press it again")
            #expect(try await hangUps(sandbox) == 0)
            try await console.terminal.send("Enter")
            try await console.seeRow("918888888888", "ended")
            #expect(try await hangUps(sandbox) == 1)
        }
    }

    @Test("GNU screen's own paste, which marks nothing, cuts nobody off")
    func gnuScreen() async throws {
        let program = try Program(token: nil)
        let sockets = program.home.appending(path: "screens").path
        try FileManager.default.createDirectory(
            atPath: sockets,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let settings = program.home.appending(path: "screenrc")
        try Data("autodetach off\n".utf8).write(to: settings)
        let environment = ["SCREENDIR": sockets, "LC_ALL": "C.UTF-8"]
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        func screen(_ arguments: String...) async throws {
            let variables = ["SCREENDIR": sockets, "PATH": path, "HOME": program.home.path]
            let result = try await Subprocess.run("screen", ["-S", "typing", "-X"] + arguments, environment: variables)
            #expect(result.status == 0, "\(result.output)\(result.errors)")
        }
        try await ConsoleOnScreen.with(
            environment: environment,
            program: program,
            wrapper: "screen -c '\(settings.path)' -S typing -U"
        ) { console in
            try await console.seeBoard()
            try await console.place("918888888888")
            try await console.seeRow("918888888888", "● talking")
            try await screen("register", "p", "fix it\r")
            try await screen("paste", "p")
            try await console.see("nothing was done: several keys came together")
            try await console.seeRow("918888888888", "● talking")
        }
    }
}
