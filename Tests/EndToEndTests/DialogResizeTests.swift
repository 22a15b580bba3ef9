import Foundation
import TerminalDriver
import Testing

@Suite("Resizes in a real terminal", .serialized)
struct DialogResizeTests {
    /// Each screen and dialog by what is typed on a board whose selected call talks, and a text that shows it. A new one is a
    /// line here.
    static let dialogs: [(keys: String, text: String, back: String)] = [
        ("", "› ● talking 918888888888", ""), ("n", "New call", "\u{1B}"), ("n\n", "to_number", "\u{3}\u{3}"),
        ("x", "Hang up 918888888888", "\u{1B}"), ("q", "Quit? e: end/n: no", "\u{1B}"),
        ("\r", "Call to 918888888888", "\u{1B}"),
        ("m", "Messages", "\u{1B}"), ("?", "Help", "\u{1B}"), ("t", "Transfer 9", "\u{1B}"), ("/tal", "/tal", "\u{1B}"),
        ("s", "by state", "sssss"), (" ", "1 marked", "u"),
    ]

    @Test("In the middle of every dialog, down to one cell and up to the largest and back")
    func resizes() async throws {
        try await ConsoleOnPty.with { console in
            let terminal = console.terminal
            try await console.seeBoard()
            try await console.place("918888888888")
            try await terminal.see("› ● talking 918888888888")
            for (keys, text, back) in Self.dialogs {
                terminal.type(keys)
                try await terminal.see(text)
                for (columns, rows) in [(1, 1), (39, 9), (200, 60), (2, 40), (40, 10), (500, 200)] {
                    terminal.resize(columns: columns, rows: rows)
                    if columns < 40 || rows < 10 {
                        // Whatever of it fits.
                        let words = "piopiy needs 40x10".prefix(max(0, columns - 1))
                        try await terminal.wait(until: "\(columns)x\(rows) says what it needs") {
                            $0.text.hasPrefix(words)
                        }
                    } else {
                        try await terminal.wait(until: "\(keys) is drawn at \(columns)x\(rows)") { screen in
                            screen.lines[0].contains("piopiy") && !screen.text.contains("piopiy needs")
                        }
                    }
                }
                terminal.resize(columns: 80, rows: 24)
                try await terminal.see(text)
                terminal.type(back)
                try await terminal.wait(until: "the board is back after \(keys)") { screen in
                    screen.text.contains("newest first") && screen.text.contains("Calls 1 ")
                        && screen.text.contains("n new")
                        && !screen.text.contains("y/Enter/n") && !screen.text.contains("n: no")
                }
            }
            #expect(terminal.screen.foreign.isEmpty, "\(terminal.screen.foreign)")
        }
    }
}
