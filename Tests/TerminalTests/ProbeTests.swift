import Foundation
import TerminalDriver
import Testing

/// The probe on a terminal of its own, with a shell around it that looks at the terminal before and after.
struct ProbeOnScreen {
    let terminal: TmuxTerminal
    let folder: URL

    static let path: String = {
        let beside = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(
            path: "TerminalProbe"
        )
        if FileManager.default.isExecutableFile(atPath: beside.path) { return beside.path }
        return URL(filePath: #filePath).appending(path: "../../../.build/debug/TerminalProbe").standardized.path
    }()

    static func with(
        columns: Int = 60,
        rows: Int = 30,
        term: String = "tmux-256color",
        environment: [String: String] = [:],
        _ body: (ProbeOnScreen) async throws -> Void
    ) async throws {
        let folder = URL(filePath: "/tmp").appending(path: "probe-\(UUID().uuidString.prefix(13))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // A backtrace takes seconds and tells nothing here.
        var variables = ["LC_ALL": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no", "D": folder.path]
        variables.merge(environment) { _, new in new }
        let script = """
            ulimit -c 0; stty -a > "$D/before"; '\(path)' "$D/log"; echo "[exit $?]"; stty -a > "$D/after"; echo "[ready]"; \
            exec sleep 3600
            """
        let terminal = try await TmuxTerminal(
            columns: columns,
            rows: rows,
            term: term,
            environment: variables,
            command: ["/bin/sh", "-c", script]
        )
        do {
            try await body(ProbeOnScreen(terminal: terminal, folder: folder))
            await terminal.close()
        } catch {
            await terminal.close()
            throw error
        }
    }

    /// What the probe says that happened.
    var log: String { (try? String(contentsOf: folder.appending(path: "log"), encoding: .utf8)) ?? "" }

    func waitForLog(_ text: String) async throws {
        try await terminal.wait(until: "the log says \(text): \(log)") { _ in log.contains(text) }
    }

    func processID() async throws -> Int32 {
        try await waitForLog("open ")
        let line = log.split(separator: "\n").first { $0.hasPrefix("open ") } ?? ""
        // Not 0 in place of a number: a signal to 0 would end the tests.
        return try #require(Int32(line.dropFirst("open ".count)))
    }

    func see(_ texts: String...) async throws {
        try await terminal.wait(until: "the screen shows \(texts)") { screen in texts.allSatisfy { screen.contains($0) }
        }
    }

    func isWhole() async throws -> Bool {
        try await see("[ready]")
        let before = try String(contentsOf: folder.appending(path: "before"), encoding: .utf8)
        let after = try String(contentsOf: folder.appending(path: "after"), encoding: .utf8)
        let modes = try await terminal.display("#{alternate_on} #{cursor_flag} #{keypad_flag} #{mouse_any_flag}")
        return before == after && modes == "0 1 0 0"
    }
}

@Suite("A real terminal", .serialized)
struct ProbeTests {
    @Test("Keys and pastes arrive as themselves, Esc at once")
    func keys() async throws {
        try await ProbeOnScreen.with { probe in
            try await probe.see("60x30")
            try await probe.terminal.send("a", "Up", "PgDn", "F5", "C-s", "Tab", "BTab", "Escape")
            try await probe.waitForLog("key escape")
            try await probe.terminal.type("é漢")
            try await probe.waitForLog("key character(漢)")
            try await probe.terminal.paste("q\nx")
            try await probe.waitForLog("key paste(q␊x)")
            let lines = probe.log.split(separator: "\n").filter { $0.hasPrefix("key ") }
            #expect(
                lines == [
                    "key character(a)", "key up", "key pageDown", "key function(5)", "key control(s)", "key tab",
                    "key backTab",
                    "key escape", "key character(é)", "key character(漢)", "key paste(q␊x)",
                ]
            )
            try await probe.terminal.send("q")
            let isWhole = try await probe.isWhole()
            #expect(isWhole)
        }
    }

    @Test("Wide, combining and hostile characters leave what follows where it belongs")
    func widths() async throws {
        try await ProbeOnScreen.with { probe in
            try await probe.see("漢字 e\u{301}", "␛[31m·|")
            let column = try await probe.terminal.screen().split(separator: "\n")[1]
            #expect(column.contains("·|"))
        }
    }

    @Test("A resize is told and drawn, down to one cell and up again")
    func resize() async throws {
        try await ProbeOnScreen.with { probe in
            try await probe.see("60x30")
            for (columns, rows) in [(1, 1), (200, 60), (2, 50), (80, 24)] {
                try await probe.terminal.resize(columns: columns, rows: rows)
                try await probe.waitForLog("resized \(columns)x\(rows)")
            }
            try await probe.see("80x24")
            let last = try await probe.terminal.screen().split(separator: "\n", omittingEmptySubsequences: false)
            #expect(last.contains { $0.count == 80 && $0.hasSuffix("#") })
        }
    }

    @Test(
        "A signal ends it with the terminal whole",
        arguments: [(SIGTERM, 143), (SIGHUP, 129), (SIGINT, 130), (SIGQUIT, 131)]
    )
    func signals(number: Int32, code: Int) async throws {
        try await ProbeOnScreen.with { probe in
            kill(try await probe.processID(), number)
            try await probe.see("[exit \(code)]")
            let isWhole = try await probe.isWhole()
            #expect(isWhole)
        }
    }

    @Test(
        "A crash gives the terminal back and its words are read: a trap, one on another thread, abort, no stack left",
        arguments: ["T", "U", "A", "O"]
    )
    func crashes(key: String) async throws {
        try await ProbeOnScreen.with { probe in
            try await probe.see("60x30")
            try await probe.terminal.send(key)
            let isWhole = try await probe.isWhole()
            #expect(isWhole)
            try await probe.see("crashed (signal")
        }
    }

    @Test("The mouse is told as presses and turns of the wheel, and only where it was asked for")
    func mouse() async throws {
        try await ProbeOnScreen.with(environment: ["PROBE_MOUSE": "1"]) { probe in
            try await probe.see("60x30")
            let modes = try await probe.terminal.display(
                "#{mouse_standard_flag} #{mouse_sgr_flag} #{mouse_button_flag}"
            )
            #expect(modes == "1 1 0")
            // As a terminal sends it: down, up, wheel, and a key behind them.
            try await probe.terminal.type("\u{1B}[<0;5;3M\u{1B}[<0;5;3m\u{1B}[<65;60;30Mx")
            try await probe.waitForLog("key character(x)")
            let lines = probe.log.split(separator: "\n").filter { $0.hasPrefix("key ") }
            #expect(lines == ["key mouse(left 4,2)", "key mouse(wheelDown 59,29)", "key character(x)"])
        }
        try await ProbeOnScreen.with { probe in
            try await probe.see("60x30")
            let modes = try await probe.terminal.display("#{mouse_any_flag}")
            #expect(modes == "0")
            try await probe.terminal.type("\u{1B}[<0;5;3Mx")
            try await probe.waitForLog("key character(x)")
            #expect(!probe.log.contains("mouse"))
        }
    }

    @Test(
        "However it ends, the mouse is switched off",
        arguments: ["q", "T", "U", "A", "O", "\(SIGTERM)", "\(SIGHUP)", "\(SIGINT)", "\(SIGSEGV)"]
    )
    func mouseOff(ending: String) async throws {
        try await ProbeOnScreen.with(environment: ["PROBE_MOUSE": "1"]) { probe in
            try await probe.see("60x30")
            if let signal = Int32(ending) {
                kill(try await probe.processID(), signal)
            } else {
                try await probe.terminal.send(ending)
            }
            let isWhole = try await probe.isWhole()
            #expect(isWhole)
        }
    }

    @Test("When the terminal is closed it ends, whether the signal reaches it or not")
    func lost() async throws {
        for ignoresHangUp in [false, true] {
            let folder = URL(filePath: "/tmp").appending(path: "probe-\(UUID().uuidString.prefix(13))")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let log = folder.appending(path: "log")
            let prefix = ignoresHangUp ? "trap '' HUP; " : ""
            let terminal = try await TmuxTerminal(
                columns: 60,
                rows: 20,
                environment: ["LC_ALL": "C.UTF-8"],
                command: ["/bin/sh", "-c", "\(prefix)exec '\(ProbeOnScreen.path)' '\(log.path)'"]
            )
            try await terminal.wait(until: "the probe is drawn") { $0.contains("60x20") }
            let text = try String(contentsOf: log, encoding: .utf8)
            let id = Int32(text.split(separator: "\n")[0].dropFirst("open ".count)) ?? 0
            await terminal.close()
            let end = ContinuousClock.now + .seconds(60)
            while kill(id, 0) == 0, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(10)) }
            #expect(kill(id, 0) != 0, "it still runs")
            let said = try String(contentsOf: log, encoding: .utf8)
            #expect(said.contains("lost ") || said.contains("signal 1"))
        }
    }

    @Test(
        "Each kind of terminal draws, answers keys and is left as it was",
        arguments: ["xterm-256color", "xterm-direct", "tmux-256color", "screen", "linux", "vt100"],
        ["C.UTF-8", "C"]
    )
    func matrix(term: String, locale: String) async throws {
        try await ProbeOnScreen.with(term: term, environment: ["LC_ALL": locale]) { probe in
            try await probe.see("60x30", locale == "C" ? "ascii" : "utf8")
            try await probe.terminal.send("x")
            try await probe.waitForLog("key character(x)")
            try await probe.terminal.send("Up")
            try await probe.waitForLog("key up")
            try await probe.terminal.send("q")
            try await probe.see("[exit 0]")
            let isWhole = try await probe.isWhole()
            #expect(isWhole)
        }
    }

    @Test("A terminal that cannot do it is refused in words", arguments: ["dumb", "no-such-terminal", ""])
    func refused(term: String) async throws {
        try await ProbeOnScreen.with(term: term) { probe in
            try await probe.see("[exit 1]", "TERM")
            let isWhole = try await probe.isWhole()
            #expect(isWhole)
        }
    }

    @Test("Standard error goes to its file while the screen is up, and back afterwards")
    func standardError() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "errors-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await ProbeOnScreen.with(environment: ["PROBE_ERRORS": file]) { probe in
            try await probe.see("60x30")
            try await probe.terminal.send("e")
            try await probe.waitForLog("key character(e)")
            try await probe.terminal.send("q")
            try await probe.see("[exit 0]")
            let kept = try String(contentsOfFile: file, encoding: .utf8)
            #expect(kept == "noise\n")
            let screen = try await probe.terminal.screen()
            #expect(!screen.contains("noise"))
        }
    }

    @Test("Without colours none is sent")
    func monochrome() async throws {
        try await ProbeOnScreen.with(environment: ["PROBE_MONOCHROME": "1"]) { probe in
            try await probe.see("60x30 monochrome")
            let screen = try await probe.terminal.screen(colors: true)
            #expect(!screen.contains("[38;") && !screen.contains("[48;"))
        }
    }

    @Test("Wakes from other threads are not lost, and a second screen is refused")
    func wakes() async throws {
        try await ProbeOnScreen.with { probe in
            try await probe.waitForLog("second refused")
            try await probe.terminal.send("w")
            try await probe.waitForLog("woken")
        }
    }
}
