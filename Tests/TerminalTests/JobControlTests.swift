import Foundation
import TerminalDriver
import Testing

/// The probe as a job of an interactive shell.
private struct ShellWithProbe {
    let terminal: TmuxTerminal
    let log: URL

    /// - Parameter prefix: what the shell is to run the probe by, such as `setsid -w `.
    static func with(prefix: String = "", _ body: (ShellWithProbe) async throws -> Void) async throws {
        let folder = URL(filePath: "/tmp").appending(path: "probe-\(UUID().uuidString.prefix(13))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let log = folder.appending(path: "log")
        let terminal = try await TmuxTerminal(
            columns: 60,
            rows: 20,
            environment: ["LC_ALL": "C.UTF-8", "PS1": "shell> "],
            command: ["/bin/bash", "--norc", "--noprofile", "-i"]
        )
        do {
            try await terminal.wait(until: "the shell is there") { $0.contains("shell>") }
            try await terminal.type("\(prefix)'\(ProbeOnScreen.path)' \(log.path)\n")
            try await terminal.wait(until: "the probe is drawn") { $0.contains("60x20") }
            try await body(ShellWithProbe(terminal: terminal, log: log))
            await terminal.close()
        } catch {
            await terminal.close()
            throw error
        }
    }

    var said: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    func processID() throws -> Int32 {
        let line = said.split(separator: "\n").first { $0.hasPrefix("open ") } ?? ""
        return try #require(Int32(line.dropFirst("open ".count)))
    }

    /// Stops the probe as nothing can prevent, and waits for the shell to take the terminal.
    func stop() async throws -> Int32 {
        let id = try processID()
        kill(id, SIGSTOP)
        try await terminal.wait(until: "the shell says stopped") { $0.contains("Stopped") }
        // The probe's screen is still there, as it had no say.
        try await terminal.type("tput rmcup; clear; echo now-''shell\n")
        try await terminal.wait(until: "the shell has the screen") { $0.contains("now-shell") && !$0.contains("60x20") }
        return id
    }

    /// Waits until the shell says that its modes are those of a shell.
    func seeShellModes() async throws {
        try await terminal.type("echo lines=$(stty -a | grep -c ' icanon')\n")
        try await terminal.wait(until: "the shell's modes are back") { $0.contains("lines=1") }
    }
}

@Suite("A job among others", .serialized)
struct JobControlTests {
    @Test("Ctrl-Z gives the terminal to the shell, and fg takes it back")
    func suspend() async throws {
        try await ShellWithProbe.with { shell in
            try await shell.terminal.send("C-z")
            try await shell.terminal.wait(until: "the shell says stopped") {
                $0.contains("Stopped") && !$0.contains("60x20")
            }
            try await shell.seeShellModes()
            try await shell.terminal.type("fg\n")
            try await shell.terminal.wait(until: "the probe is back") { $0.contains("60x20") && $0.contains("resumed") }
            try await shell.terminal.send("q")
            try await shell.terminal.wait(until: "the shell is back") {
                !$0.contains("60x20 ") && $0.contains("shell>")
            }
        }
    }

    @Test("Ctrl-Z switches the mouse off, and fg on again")
    func suspendWithMouse() async throws {
        try await ShellWithProbe.with(prefix: "PROBE_MOUSE=1 ") { shell in
            func seeMouse(_ flag: String) async throws {
                let end = ContinuousClock.now + .seconds(60)
                while try await shell.terminal.display("#{mouse_any_flag}") != flag, ContinuousClock.now < end {}
                #expect(try await shell.terminal.display("#{mouse_any_flag}") == flag)
            }
            try await seeMouse("1")
            try await shell.terminal.send("C-z")
            try await shell.terminal.wait(until: "the shell says stopped") { $0.contains("Stopped") }
            try await seeMouse("0")
            try await shell.terminal.type("fg\n")
            try await shell.terminal.wait(until: "the probe is back") { $0.contains("60x20") && $0.contains("resumed") }
            try await seeMouse("1")
        }
    }

    @Test("Stopped without being asked, it is drawn again by fg and answers keys")
    func stoppedThenForeground() async throws {
        try await ShellWithProbe.with { shell in
            _ = try await shell.stop()
            try await shell.terminal.type("fg\n")
            try await shell.terminal.wait(until: "the probe is back") { $0.contains("60x20") && $0.contains("resumed") }
            try await shell.terminal.send("x")
            try await shell.terminal.wait(until: "the key is shown") { $0.contains("key character(x)") }
            try await shell.terminal.send("q")
            try await shell.terminal.wait(until: "the shell is back") {
                !$0.contains("60x20 ") && $0.contains("shell>")
            }
            try await shell.seeShellModes()
        }
    }

    @Test("Stopped without being asked, SIGTERM ends it and the shell's screen stays as it is")
    func stoppedThenEnded() async throws {
        try await ShellWithProbe.with { shell in
            let id = try await shell.stop()
            kill(id, SIGTERM)
            kill(id, SIGCONT)
            let end = ContinuousClock.now + .seconds(30)
            while kill(id, 0) == 0, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(10)) }
            #expect(kill(id, 0) != 0, "it still is there: \(shell.said)")
            try await shell.seeShellModes()
            let screen = try await shell.terminal.screen()
            #expect(screen.contains("now-shell") && !screen.contains("60x20"))
        }
    }

    @Test("Continued in the background it stops again, rather than draw on the shell's screen")
    func stoppedThenBackground() async throws {
        try await ShellWithProbe.with { shell in
            _ = try await shell.stop()
            try await shell.terminal.type("clear; bg; wait -n; jobs\n")
            try await shell.terminal.wait(until: "the shell says stopped") { $0.contains("Stopped") }
            let screen = try await shell.terminal.screen()
            #expect(!screen.contains("60x20"))
            try await shell.terminal.type("fg\n")
            try await shell.terminal.wait(until: "the probe is back") { $0.contains("60x20") && $0.contains("resumed") }
            try await shell.terminal.send("q")
            try await shell.terminal.wait(until: "the shell is back") {
                !$0.contains("60x20 ") && $0.contains("shell>")
            }
        }
    }

    @Test("Ctrl-Z where nothing can stop it leaves the screen and the keys working")
    func noJobControl() async throws {
        // In a session of its own the terminal isn't the one that controls it, and no shell could continue it.
        try await ShellWithProbe.with(prefix: "setsid -w ") { shell in
            try await shell.terminal.send("C-z")
            try await shell.terminal.wait(until: "the screen is back") { $0.contains("resumed") }
            try await shell.terminal.send("x")
            try await shell.terminal.wait(until: "the key is shown") { $0.contains("key character(x)") }
            try await shell.terminal.send("q")
            try await shell.terminal.wait(until: "the shell is back") {
                !$0.contains("60x20 ") && $0.contains("shell>")
            }
        }
    }
}
