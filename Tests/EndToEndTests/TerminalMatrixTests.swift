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
