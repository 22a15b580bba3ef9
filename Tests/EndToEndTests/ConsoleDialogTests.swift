import Foundation
import TerminalDriver
import Testing

/// The dialogs that act on calls, in a real terminal: what the operator sees, and what the platform was asked.
@Suite("The console's dialogs in a terminal")
struct ConsoleDialogTests {
    @Test("t rings a person while the agent talks on, and the row tells how it went", arguments: ConsoleTourTests.sizes)
    func transfer(size: ConsoleTourTests.Size) async throws {
        try await SharedDesk.with { desk in
            try await desk.console(columns: size.columns, rows: size.rows) { console in
                try await console.seeBoard()
                try await console.place("918888888888")
                try await console.seeRow("918888888888", "talking")
                try await console.terminal.send("t")
                try await console.see("Transfer 918888888888")
                try await console.terminal.type("12")
                try await console.terminal.send("C-s")
                try await console.see("2 digits")
                try await console.terminal.send("C-u")
                try await console.terminal.type("447700900123")
                try await console.terminal.send("C-s")
                try await console.see("was transferred to 447700900123")
                try await console.terminal.send("Enter")
                try await console.see("Call to 918888888888", "transfer")
                let asked = try await desk.sandbox.requests().filter {
                    ($0["path"] as? String)?.hasSuffix("/actions/transfer") ?? false
                }
                #expect(asked.count == 1)
                let text = "\(asked.first?["body"] ?? "")"
                #expect(text.contains("447700900123"), "\(text)")
            }
        }
    }

    @Test(
        "A call in doubt is settled by the operator's word; nobody is rung for it again",
        arguments: ConsoleTourTests.sizes
    )
    func settle(size: ConsoleTourTests.Size) async throws {
        try await SharedDesk.with(hooks: false) { desk in
            try await desk.console(columns: size.columns, rows: size.rows) { console in
                try await console.seeBoard()
                try await console.place("918888880006")
                try await console.seeRow("918888880006", "unknown")
                try await console.terminal.send("!")
                try await console.see("What happened to the call to 918888880006?", "none is known yet")
                try await console.terminal.send("a")
                try await console.see("Dial 918888880006 again, though it may have been dialed? y/n")
                try await console.terminal.send("n")
                try await console.see("nothing was done")
                // A key that said no to the question says nothing of the call.
                try await console.terminal.send("n")
                try await console.see("n does nothing here")
                try await console.ask("p", "Count the call to 918888880006 as placed? y/n", answer: "y")
                try await console.seeRow("918888880006", "queued")
                let dials = try await desk.sandbox.dials()
                #expect(dials.count == 1)
            }
        }
    }

    @Test("A command places a call by names, and hangs it up by number", arguments: ConsoleTourTests.sizes)
    func palette(size: ConsoleTourTests.Size) async throws {
        try await SharedDesk.with { desk in
            try await desk.console(columns: size.columns, rows: size.rows) { console in
                try await console.seeBoard()
                try await console.terminal.send("a")
                try await console.see("Agents 4")
                try await console.terminal.send("Escape")
                try await console.seeBoard()
                try await console.terminal.send(":")
                try await console.terminal.type("call 447700900123 from 919999999999 agent sales-uk order=A-17")
                try await console.terminal.send("Enter")
                try await console.seeRow("447700900123", "sales-uk", "talking")
                try await console.terminal.send(":")
                try await console.terminal.type("hangup 447700900123")
                try await console.terminal.send("Enter")
                try await console.see("Hang up 447700900123 (talking", "y/Enter/n")
                try await console.terminal.send("y")
                try await console.seeRow("447700900123", "ended", "completed")
                let dial = try #require(try await desk.sandbox.dials().first?["body"] as? [String: Any])
                #expect((dial["variables"] as? [String: Any])?["order"] as? String == "A-17")
                let ends = try await desk.sandbox.requests().filter {
                    ($0["path"] as? String)?.hasSuffix("/call/hangup") ?? false
                }
                #expect(ends.count == 1)
            }
        }
    }
}
