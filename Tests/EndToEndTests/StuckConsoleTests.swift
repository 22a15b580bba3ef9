import Foundation
import TerminalDriver
import TestSupport
import Testing

@Suite("A console whose link is stuck", .serialized)
struct StuckConsoleTests {
    @Test(
        "Keys that are pressed while nothing of its screen is read count, but for a yes to what nobody can have read"
    )
    func keys() async throws {
        let program = try Program()
        defer { program.clean() }
        try await RunningSandbox.with(program) { sandbox in
            let arguments = ["--api-url", sandbox.base, "--webhook-port", "\(try FreePort.find())"]
            try await ConsoleOnPty.with(arguments, columns: 200, rows: 60, program: program) { console in
                let terminal = console.terminal
                try await console.seeBoard()
                try await console.place("918888888888")
                try await terminal.see("918888888888", "call placed")
                terminal.pause()
                // More than a pseudo-terminal holds: the screen anew, again and again.
                for _ in 0..<60 {
                    terminal.type("\u{0C}")
                    try await Task.sleep(for: .milliseconds(5))
                }
                try await console.placeUnseen("918888888801")
                _ = try await wait(for: "the second call") { () -> Bool? in
                    try await sandbox.dials().count == 2 ? true : nil
                }
                // What its answer says would take the place of what is said of the question.
                _ = try await wait(for: "the second call's answer") { () -> Bool? in
                    let arguments = ["history", "--output", "json", "--api-url", sandbox.base]
                    let lines = try await program.run(arguments).output.split(separator: "\n")
                    return lines.contains { $0.contains("918888888801") && $0.contains(#""request_id""#) } ? true : nil
                }
                // The new call is selected, and asked about; the question has not come through.
                terminal.type("x")
                try await Task.sleep(for: .milliseconds(100))
                terminal.type("y")
                try await Task.sleep(for: .milliseconds(100))
                terminal.resume()
                try await terminal.see("nothing was done: y came before the question was shown")
                let requests = try await sandbox.requests().compactMap { $0["path"] as? String }
                #expect(!requests.contains { $0.hasSuffix("/call/hangup") })
                try await console.pause()
                terminal.type("x")
                try await terminal.see("Hang up 918888888801")
                try await console.pause()
                terminal.type("y")
                try await terminal.wait(until: "the hang-up is shown") { screen in
                    screen.line(holding: " 918888888801 ").map { $0.contains("hang-up") || $0.contains("hung") }
                        ?? false
                }
                #expect(terminal.screen.line(holding: " 918888888888 ")?.contains("hang-up") == false)
                #expect(terminal.screen.foreign.isEmpty, "\(terminal.screen.foreign)")
            }
        }
    }

    @Test("It ends when it is told to", arguments: [SIGTERM, SIGHUP])
    func ends(signal: Int32) async throws {
        try await ConsoleOnPty.with(columns: 200, rows: 60) { console in
            try await console.seeBoard()
            console.terminal.pause()
            for _ in 0..<60 {
                console.terminal.type("\u{0C}")
                try await Task.sleep(for: .milliseconds(5))
            }
            console.terminal.signal(signal)
            let status = try await console.terminal.end()
            #expect(status == 128 + signal)
        }
    }
}

extension ConsoleOnPty {
    /// As ``place(_:)``, without looking; caller and agent are in the form from the call before.
    func placeUnseen(_ number: String) async throws {
        terminal.type("n")
        // What comes in one piece behind a lone Esc or a letter is as many keys as it has.
        terminal.type("\(number)\u{13}")
    }
}
