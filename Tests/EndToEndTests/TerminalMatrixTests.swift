import Foundation
import TerminalDriver
import Testing

/// The built console on every kind of terminal, in every kind of locale, and however it ends.
@Suite("Kinds of terminals")
struct TerminalMatrixTests {
    static let types = [
        "xterm-256color", "xterm-direct", "tmux-256color", "screen", "screen-256color", "linux", "vt100",
    ]

    /// What `LC_ALL` is, and whether the screen is UTF-8 then; an empty one is none at all.
    static let locales: [(name: String, isUTF8: Bool)] = [
        ("C.UTF-8", true), ("C", false), ("POSIX", false), ("", false),
        // Debian has none unless it was made; where it is missing it is as good as C.
        ("de_DE.ISO-8859-1", false),
    ]

    private func check(_ terminal: PseudoTerminal, _ modes: [UInt32]) {
        let screen = terminal.screen
        #expect(screen.isAsBefore, "\(screen.remains)")
        #expect(screen.foreign.isEmpty, "\(screen.foreign)")
        #expect(screen.strings.isEmpty, "\(screen.strings)")
        #expect(terminal.modes == modes || terminal.modes.isEmpty, "its modes are others")
    }

    @Test("It starts, draws, answers keys and leaves the terminal as it was", arguments: types)
    func keys(term: String) async throws {
        for locale in Self.locales {
            try await ConsoleOnPty.with(term: term, environment: ["LC_ALL": locale.name], isUTF8: locale.isUTF8) {
                console in
                let terminal = console.terminal
                let screen = try await terminal.see("piopiy", "No calls. Press n to place one", "n new")
                #expect(locale.isUTF8 == screen.text.contains("─"), "\(locale.name)")
                terminal.type("n")
                try await terminal.see("New call", "Place the call")
                terminal.type("\u{1B}")
                try await terminal.see("No calls. Press n")
                terminal.type("?")
                try await terminal.see("Help")
                terminal.type("\u{1B}")
                try await terminal.see("No calls. Press n")
                terminal.type("q")
                let status = try await terminal.end()
                #expect(status == 0, "\(locale.name)")
                let left = terminal.screen
                #expect(left.isAsBefore, "\(locale.name): \(left.remains)")
                #expect(left.foreign.isEmpty, "\(locale.name): \(left.foreign)")
                // Outside of UTF-8 not one byte that is not ASCII.
                #expect(locale.isUTF8 || terminal.bytes.allSatisfy { $0 < 0x80 }, "\(locale.name)")
            }
        }
    }

    @Test(
        "The modes of the line are what they were, when it quits and when a signal or a crash ends it",
        arguments: types
    )
    func endings(term: String) async throws {
        let signals = [nil, SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGSEGV, SIGILL, SIGTRAP, SIGBUS, SIGABRT]
        for signal in signals {
            // A terminal that outlives the program, so that its modes can be read afterwards.
            let program = try Program(token: nil)
            defer { program.clean() }
            var environment = program.environment
            environment["TERM"] = term
            environment["SWIFT_BACKTRACE"] = "enable=no"
            let script = "ulimit -c 0; '\(Program.path)' --sandbox; echo \"[exit $?]\"; read answer"
            let terminal = try PseudoTerminal(
                "/bin/sh",
                ["-c", script],
                environment: environment,
                columns: 80,
                rows: 24
            )
            defer { terminal.stop() }
            let before = terminal.modes
            try await terminal.see("No calls. Press n")
            #expect(terminal.modes != before)
            if let signal {
                kill(try await Self.processID(of: program), signal)
            } else {
                terminal.type("q")
            }
            let code = signal.map { 128 + $0 } ?? 0
            try await terminal.see("[exit \(code)]")
            check(terminal, before)
        }
    }

    /// The console's process, which a shell has started.
    private static func processID(of program: Program) async throws -> Int32 {
        try await wait(for: "the console's process") { () -> Int32? in
            try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.first { id in
                guard let command = try? Data(contentsOf: URL(filePath: "/proc/\(id)/cmdline")),
                    command.starts(with: Data(Program.path.utf8)),
                    let variables = try? Data(contentsOf: URL(filePath: "/proc/\(id)/environ"))
                else { return false }
                return String(decoding: variables, as: UTF8.self).contains("HOME=\(program.home.path)\0")
            }
        }
    }

    @Test(
        "Where no screen can be drawn it says what it needs, and what there is without",
        arguments: ["dumb", "unknown", ""]
    )
    func noScreen(term: String) async throws {
        try await ConsoleOnPty.with(columns: 120, term: term) { console in
            let status = try await console.terminal.end()
            #expect(status == 78)
            #expect(console.terminal.screen.text.replacing("\n", with: "").contains("--plain"))
            #expect(console.terminal.screen.text.contains("TERM"))
            #expect(console.terminal.screen.isAsBefore && console.terminal.screen.foreign.isEmpty)
        }
    }

    @Test("Inside of GNU screen it draws, answers keys and gives the screen back")
    func insideScreen() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let sockets = program.home.appending(path: "s")
        try FileManager.default.createDirectory(
            at: sockets,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let settings = program.home.appending(path: "screenrc")
        try "startup_message off\ndefutf8 on\naltscreen on\nvbell off\n".write(
            to: settings,
            atomically: true,
            encoding: .utf8
        )
        var environment = program.environment
        environment.merge(["TERM": "xterm-256color", "SCREENDIR": sockets.path, "SHELL": "/bin/sh"]) { $1 }
        try #require(
            FileManager.default.isExecutableFile(atPath: "/usr/bin/screen"),
            "GNU screen is not installed; on Debian: apt-get install screen"
        )
        let script =
            "stty -a > \"$HOME/before\"; '\(Program.path)' --sandbox; echo \"[exit $?]\"; "
            + "stty -a > \"$HOME/after\"; echo '[ready]'; read answer"
        let terminal = try PseudoTerminal(
            "/usr/bin/screen",
            ["-U", "-c", settings.path, "/bin/sh", "-c", script],
            environment: environment,
            columns: 80,
            rows: 24
        )
        defer { terminal.stop() }
        try await terminal.see("No calls. Press n", "─")
        terminal.type("n")
        try await terminal.see("New call")
        terminal.type("\u{1B}")
        try await terminal.see("No calls. Press n")
        terminal.resize(columns: 100, rows: 30)
        try await terminal.wait(until: "it is drawn anew") {
            $0.lines.contains { $0.contains("────────────") && $0.count > 90 }
        }
        terminal.type("q")
        try await terminal.see("[exit 0]", "[ready]")
        #expect(!terminal.screen.text.contains("No calls."))
        let before = try String(contentsOf: program.home.appending(path: "before"), encoding: .utf8)
        let after = try String(contentsOf: program.home.appending(path: "after"), encoding: .utf8)
        func modes(_ text: String) -> Substring { text.drop { $0 != ";" }.drop { $0 != "\n" } }
        #expect(modes(before) == modes(after))
        terminal.type("\r")
        _ = try await terminal.end()
    }
}
