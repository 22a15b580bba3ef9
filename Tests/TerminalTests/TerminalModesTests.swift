import Foundation
import TerminalDriver
import Testing

/// Terminals that are not as a program expects to find them.
@Suite("A terminal in a state", .serialized)
struct TerminalModesTests {
    /// Runs the probe behind a script that does something to the terminal first.
    private func with(
        _ script: String,
        environment: [String: String] = [:],
        _ body: (PseudoTerminal, _ seeLog: (String, Int) async throws -> Void) async throws -> Void
    ) async throws {
        let log = FileManager.default.temporaryDirectory.appending(path: "probe-\(UUID().uuidString.prefix(13))")
        defer { try? FileManager.default.removeItem(at: log) }
        var variables = [
            "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no",
        ]
        variables.merge(environment) { _, new in new }
        let terminal = try PseudoTerminal(
            "/bin/sh",
            ["-c", "ulimit -c 0; \(script); exec '\(ProbeOnScreen.path)' '\(log.path)'"],
            environment: variables,
            columns: 60,
            rows: 20
        )
        defer { terminal.stop() }
        /// Waits until the probe has logged a line that many times.
        func seeLog(_ line: String, _ count: Int) async throws {
            _ = try await terminal.wait(until: "the log has \(line) \(count) times") { _ in
                let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
                return text.split(separator: "\n").count { $0 == line } >= count
            }
        }
        try await body(terminal, seeLog)
    }

    /// Terminfo has a size for the first, and none for the other.
    private static let types = ["xterm-256color", "linux"]

    /// xterm's and kitty's reports, the number block's codes, Windows' raw keys, reports of the focus and of pixels.
    private static let left = #"printf '\033[>4;2m\033[=15;1u\033=\033[?9001h\033[?1004h\033[?1016h'"#

    @Test(
        "Keyboard modes that another program left on are off while it runs, and when it has ended",
        arguments: ["q", "T"]
    )
    func keyboard(ending: String) async throws {
        try await with(Self.left) { terminal, _ in
            let screen = try await terminal.see("60x20")
            #expect(screen.hasPlainKeys && !screen.isKeypadOn, "\(screen.remains)")
            #expect(screen.modes.isDisjoint(with: [9001, 1004, 1016]), "\(screen.remains)")
            #expect(screen.kittyFlags == [false: 0, true: 0], "both screens have their own")
            // As a program on the same terminal does that does not know of us.
            terminal.forget()
            terminal.type(ending)
            _ = try await terminal.end()
            #expect(terminal.screen.isAsBefore, "\(terminal.screen.remains)")
            #expect(terminal.hasShown("\u{1B}[=0;1u") && terminal.hasShown("\u{1B}[>4;0m"))
            #expect(terminal.hasShown("\u{1B}>") && terminal.hasShown("\u{1B}[?9001l"))
        }
    }

    @Test("The Linux console is sent none of what it would show")
    func linux() async throws {
        try await with(":", environment: ["TERM": "linux"]) { terminal, _ in
            try await terminal.wait(until: "it is drawn") { _ in terminal.hasShown("60x20") }
            #expect(!terminal.hasShown("\u{1B}[=0") && !terminal.hasShown("\u{1B}[>4"))
        }
    }

    @Test(
        "A terminal that says it is larger than any is drawn in its corner, in bounded memory",
        arguments: [(9999, 9999, "1000x500"), (65_535, 20, "1000x20"), (60, 65_535, "60x500")],
        types
    )
    func huge(claim: (columns: Int, rows: Int, shown: String), term: String) async throws {
        try await with("stty cols \(claim.columns) rows \(claim.rows)", environment: ["TERM": term]) {
            terminal,
            seeLog in
            try await terminal.see(claim.shown)
            terminal.type("x")
            try await seeLog("key character(x)", 1)
            let status = try String(contentsOfFile: "/proc/\(terminal.processID)/status", encoding: .utf8)
            let peak = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
            let kilobytes = try #require(
                peak.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
            )
            #expect(kilobytes < 512_000, "\(peak)")
            terminal.resize(columns: 60, rows: 20)
            try await terminal.see("60x20")
        }
    }

    @Test(
        "LINES and COLUMNS never win over what a terminal says, and serve where it says nothing",
        arguments: [
            (":", "30000", "200", "60x20"), (":", "10", "10", "60x20"), (":", "x", "-1", "60x20"),
            ("stty cols 0 rows 0", "30", "100", "100x30"), ("stty cols 0 rows 0", "30000", "9999", "1000x500"),
            ("stty cols 0 rows 0", "", "-5", "80x24"),
        ],
        types
    )
    func environmentSize(
        size: (script: String, lines: String, columns: String, shown: String),
        term: String
    ) async throws {
        let environment = ["LINES": size.lines, "COLUMNS": size.columns, "TERM": term]
        try await with(size.script, environment: environment) { terminal, _ in
            try await terminal.see(size.shown)
        }
    }

    @Test("A terminal that does not block is waited for, and stays so for whoever made it so")
    func nonBlocking() async throws {
        let block = "python3 -c 'import fcntl,os; fcntl.fcntl(0, fcntl.F_SETFL, os.O_RDWR | os.O_NONBLOCK)'"
        try await with(block) { terminal, seeLog in
            try await terminal.see("60x20")
            terminal.type("x")
            try await terminal.see("key character(x)")
            let flags = try String(contentsOfFile: "/proc/\(terminal.processID)/fdinfo/0", encoding: .utf8)
            #expect(flags.contains("04002"), "\(flags)")
            terminal.pause()
            for round in 1...80 {
                terminal.type("\u{0C}")
                try await seeLog("key control(l)", round)
            }
            terminal.resume()
            terminal.type("zq")
            let status = try await terminal.end()
            #expect(status == 0 && terminal.screen.isAsBefore, "\(terminal.screen.remains)")
            #expect(terminal.screen.foreign.isEmpty, "\(terminal.screen.foreign)")
        }
    }
}
