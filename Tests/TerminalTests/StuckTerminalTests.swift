import Foundation
import TerminalDriver
import Testing

/// A link that has stopped: what the program writes is not read.
@Suite("A terminal that nobody reads", .serialized)
struct StuckTerminalTests {
    private struct Probe {
        let terminal: PseudoTerminal
        let log: URL

        static func with(_ environment: [String: String] = [:], _ body: (Probe) async throws -> Void) async throws {
            let log = FileManager.default.temporaryDirectory.appending(path: "probe-\(UUID().uuidString.prefix(13))")
            defer { try? FileManager.default.removeItem(at: log) }
            var variables = ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8"]
            variables.merge(environment) { _, new in new }
            let terminal = try PseudoTerminal(
                ProbeOnScreen.path,
                [log.path],
                environment: variables,
                columns: 200,
                rows: 60
            )
            defer { terminal.stop() }
            try await terminal.see("200x60")
            try await body(Probe(terminal: terminal, log: log))
        }

        var said: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

        func waitForLog(_ holds: (String) -> Bool) async throws {
            let end = ContinuousClock.now + .seconds(60)
            while !holds(said), ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(10)) }
            #expect(holds(said), "\(said.suffix(500))")
        }

        /// Has it write more than a pseudo-terminal holds.
        func fill() async throws {
            terminal.pause()
            // Each draws the whole screen anew.
            for round in 1...40 {
                terminal.type("\u{0C}")
                try await waitForLog { log in log.split(separator: "\n").count { $0 == "key control(l)" } == round }
            }
        }
    }

    @Test("Every key is taken meanwhile, and frames are skipped: what is shown afterwards is the newest")
    func keys() async throws {
        try await Probe.with { probe in
            let before = probe.terminal.count
            try await probe.fill()
            for number in 1...500 {
                probe.terminal.type("k")
                if number % 50 == 0 {
                    try await probe.waitForLog {
                        $0.split(separator: "\n").count { $0 == "key character(k)" } == number
                    }
                }
            }
            probe.terminal.type("z")
            try await probe.waitForLog { $0.contains("key character(z)") }
            let frame = 200 * 60
            probe.terminal.resume()
            let screen = try await probe.terminal.see("key character(z)")
            #expect(screen.foreign.isEmpty)
            #expect(screen.line(holding: "key character(z)") != nil)
            // The kernel holds some frames; the other hundreds were never written.
            #expect(probe.terminal.count - before < 40 * frame)
        }
    }

    @Test("It ends when it is told to", arguments: [SIGTERM, SIGHUP])
    func ends(signal: Int32) async throws {
        try await Probe.with { probe in
            let modes = probe.terminal.modes
            try await probe.fill()
            probe.terminal.signal(signal)
            let status = try await probe.terminal.end()
            #expect(status == 128 + signal)
            #expect(probe.terminal.modes != modes)
        }
    }

    @Test("Bell and notifications are left out, as they would wait in line")
    func alerts() async throws {
        try await Probe.with { probe in
            probe.terminal.type("b97x")
            try await probe.terminal.see("key character(x)")
            let strings = probe.terminal.screen.strings
            #expect(probe.terminal.screen.bells == 1)
            #expect(strings == ["9;piopiy: a, b␛␇c", "777;notify;piopiy;a, b␛␇c"])
            try await probe.fill()
            probe.terminal.type("b97z")
            try await probe.waitForLog { $0.contains("key character(z)") }
            probe.terminal.resume()
            let screen = try await probe.terminal.see("key character(z)")
            #expect(screen.bells == 1 && screen.strings == strings)
        }
    }

    @Test("What is copied comes whole, behind what was under way")
    func copies() async throws {
        try await Probe.with { probe in
            try await probe.fill()
            probe.terminal.type("yz")
            try await probe.waitForLog { $0.contains("key character(z)") }
            probe.terminal.resume()
            let screen = try await probe.terminal.see("key character(z)")
            #expect(screen.strings == ["52;c;Y29waWVk"])
            #expect(screen.foreign.isEmpty)
        }
    }
}
