import Foundation
import TerminalDriver
import Testing

/// The built console on the terminals that operators have, in the locales that hosts have.
@Suite("Terminals and locales")
struct TerminalMatrixTests {
    static let terminals = [
        "xterm-256color", "xterm-direct", "tmux-256color", "screen", "screen-256color", "linux", "vt100",
    ]
    static let locales: [[String: String]] = [
        ["LC_ALL": "C.UTF-8"], ["LC_ALL": "C"], ["LC_ALL": "", "LANG": "en_XX.ISO-8859-1"],
    ]

    @Test("It starts, draws, answers keys, and leaves the terminal as it was", arguments: terminals, locales)
    func whole(term: String, locale: [String: String]) async throws {
        try await ConsoleOnScreen.with(term: term, environment: locale) { console in
            try await console.seeBoard()
            try await console.terminal.send("?")
            try await console.see("Help", "hang up the selected")
            try await console.terminal.send("Escape")
            try await console.terminal.wait(until: "the help is gone") { !$0.contains("hang up the selected") }
            try await console.terminal.send("n")
            try await console.see("New call")
            try await console.terminal.type("919999999999")
            try await console.see("919999999999")
            try await console.terminal.send("Escape")
            try await console.seeBoard()
            try await console.terminal.send("q")
            let code = try await console.exitCode()
            #expect(code == "[exit 0]")
            let isWhole = try await console.isTerminalWhole()
            #expect(isWhole)
        }
    }

    @Test("Inside of GNU screen a call is placed, hung up, and the window is left as it was")
    func insideScreen() async throws {
        let program = try Program(token: nil)
        let sockets = program.home.appending(path: "screens").path
        try FileManager.default.createDirectory(
            atPath: sockets,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        // Else it would go on without a window, and the console with it, should something here fail.
        let settings = program.home.appending(path: "screenrc")
        try Data("autodetach off\n".utf8).write(to: settings)
        let environment = ["SCREENDIR": sockets, "LC_ALL": "C.UTF-8"]
        try await ConsoleOnScreen.with(
            environment: environment,
            program: program,
            wrapper: "screen -c '\(settings.path)' -U"
        ) { console in
            try await console.seeBoard()
            try await console.place("918888888888")
            try await console.seeRow("918888888888", "● talking")
            try await console.terminal.resize(columns: 100, rows: 30)
            try await console.terminal.send("Down")
            try await console.see("› ● talking", "event  answered")
            try await console.terminal.resize(columns: 80, rows: 24)
            try await console.terminal.wait(until: "it is small again") { !$0.contains("event  answered") }
            try await console.terminal.send("x")
            try await console.see("Hang up 918888888888 (talking")
            try await console.terminal.send("y")
            try await console.seeRow("918888888888", "✕ ended", "completed")
            try await console.terminal.send("q")
            let code = try await console.exitCode()
            #expect(code == "[exit 0]")
            let isWhole = try await console.isTerminalWhole()
            #expect(isWhole)
        }
    }

    @Test(
        "So it does when it is ended by a signal or crashes",
        arguments: ["xterm-256color", "screen", "linux", "vt100"],
        [(SIGTERM, "[exit 143]"), (SIGHUP, "[exit 129]"), (SIGSEGV, "[exit 139]")]
    )
    func ended(term: String, signal: (number: Int32, code: String)) async throws {
        try await ConsoleOnScreen.with(term: term) { console in
            try await console.seeBoard()
            kill(try await console.processID(), signal.number)
            let code = try await console.exitCode()
            #expect(code == signal.code)
            let isWhole = try await console.isTerminalWhole()
            #expect(isWhole)
        }
    }
}
