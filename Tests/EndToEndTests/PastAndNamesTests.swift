import Foundation
import TerminalDriver
import Testing

/// What the console knows of the past and of names, in a terminal.
@Suite("The console's history, agents and presets in a terminal", .serialized)
struct PastAndNamesTests {
    @Test(
        "A call that ended is found in the history, and called again through the form",
        arguments: ConsoleTourTests.sizes
    )
    func history(size: ConsoleTourTests.Size) async throws {
        try await ConsoleOnScreen.with(columns: size.columns, rows: size.rows) { console in
            try await console.seeBoard()
            try await console.terminal.send("h")
            try await console.see("The journal has no calls yet.", "this sandbox since its start")
            try await console.terminal.send("Escape")
            try await console.seeBoard()
            try await console.place("918888880001")
            try await console.seeRow("918888880001", "ended", "busy")
            try await console.terminal.send("h")
            try await console.see("History 1")
            try await console.seeRow("918888880001", "busy", "919999999999")
            try await console.terminal.send("/")
            try await console.terminal.type("no-such-call")
            try await console.see("No call in the journal matches")
            try await console.terminal.send("C-u")
            try await console.terminal.type("0001 busy")
            try await console.seeRow("918888880001", "busy")
            try await console.terminal.send("Enter")
            try await console.terminal.send("Enter")
            try await console.see("Call to 918888880001", "Reference", "support-en  \(CallCommandTests.agent)")
            try await console.terminal.send("r")
            try await console.see("New call", "918888880001", "919999999999", CallCommandTests.agent)
            try await console.terminal.send("C-s")
            try await console.see("918888880001 was called less than a minute ago. Dial it again? y/n")
            try await console.terminal.send("n")
            try await console.see("[ Place the call ]", "F2 save")
            try await console.terminal.send("Escape")
            try await console.see("Call to 918888880001")
            try await console.terminal.send("q", "q")
            // Whether the ended call is still there is a matter of half a minute.
            try await console.see("Calls", "newest first", "n new")
        }
    }

    @Test(
        "Agents have names on the board, in their list and in the form, where a name is enough",
        arguments: ConsoleTourTests.sizes
    )
    func agents(size: ConsoleTourTests.Size) async throws {
        try await ConsoleOnScreen.with(columns: size.columns, rows: size.rows) { console in
            try await console.seeBoard()
            try await console.terminal.send("a")
            try await console.see("Agents 4", "support-en", "3f0c2f4e-9d1b-4c8a-8a63-0d5f6f1c7b21", "inactive")
            try await console.terminal.send("/")
            try await console.terminal.type("sales")
            try await console.see("Agents 1 of 4")
            try await console.terminal.send("Enter")
            try await console.terminal.send("Enter")
            try await console.see("New call", "sales-uk", "id 3f0c2f4e-9d1b-4c8a-8a63-0d5f6f1c7b21")
            try await console.fill("919999999999")
            try await console.fill("918888888888")
            try await console.terminal.send("C-s")
            try await console.seeRow("918888888888", "sales-uk", "talking")

            // What was placed is offered, and taken only when it is chosen.
            try await console.terminal.send("n")
            try await console.see("New call")
            try await console.terminal.type("9188")
            try await console.see("  918888888888")
            try await console.terminal.send("C-n", "Enter")
            try await console.terminal.send("C-u")
            try await console.terminal.type("book")
            try await console.see("bookings-in")
            try await console.terminal.send("C-n", "Enter")
            try await console.see("id 7a1e9c52-4b7d-4e0f-9c35-5e2b8d4f6a90")
            try await console.terminal.send("C-s")
            try await console.see("918888888888 is already on the board")
            try await console.terminal.send("y")
            try await console.seeRow("918888888888", "bookings-")
        }
    }

    @Test(
        "A preset that was saved is there after a restart, and opens without the number that was rung",
        arguments: ConsoleTourTests.sizes
    )
    func presets(size: ConsoleTourTests.Size) async throws {
        let state = FileManager.default.temporaryDirectory.appending(path: "piopiy-state-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: state) }
        let environment = ["XDG_STATE_HOME": state.path]
        try await ConsoleOnScreen.with(columns: size.columns, rows: size.rows, environment: environment) { console in
            try await console.seeBoard()
            try await console.terminal.send("p")
            try await console.see("There are no presets yet: F2 in the form")
            try await console.terminal.send("Escape")
            try await console.seeBoard()
            try await console.terminal.send("n")
            try await console.fill("919999999999")
            try await console.fill("918888888888")
            try await console.fill("night-desk")
            try await console.terminal.send("F2")
            try await console.see("Save as:", "without 918888888888")
            try await console.terminal.type("late shift")
            try await console.terminal.send("Enter")
            try await console.see("the preset “late shift” is saved")
            try await console.terminal.send("Escape")
            try await console.seeBoard()
            try await console.terminal.send("q")
            let code = try await console.exitCode()
            #expect(code == "[exit 0]")
        }
        try await ConsoleOnScreen.with(columns: size.columns, rows: size.rows, environment: environment) { console in
            try await console.seeBoard()
            try await console.terminal.send("p")
            try await console.see("Presets 1", "late shift", "night-desk, from 919999999999")
            try await console.terminal.send("1")
            // The draft of the console before was never placed.
            try await console.see("The form holds a call that was not placed. Replace it? y/n")
            try await console.terminal.send("y")
            let form = try await console.see("New call", "919999999999", "night-desk")
            #expect(!form.contains("918888888888 "))
            try await console.terminal.send("F3", "Delete")
            try await console.see("Delete the preset “late shift”? y/n")
            try await console.terminal.send("y")
            try await console.see("is deleted", "There are no presets yet")
        }
    }

    @Test("Another console of the account, and one that starts later, find the call in their history")
    func otherConsoles() async throws {
        try await SharedDesk.with { desk in
            try await desk.console { first in
                try await first.seeBoard()
                try await first.place("918888880001")
                try await first.seeRow("918888880001", "ended", "busy")
            }
            try await desk.console { second in
                try await second.seeBoard()
                try await second.terminal.send("h")
                try await second.seeRow("918888880001", "busy", "support-en")
                try await second.terminal.send("r")
                try await second.see("New call", "918888880001", CallCommandTests.agent)
                try await second.terminal.send("Down", "Up", "C-j")
                let sent = try await second.see("/voice/ai/call")
                // The reference of the call before stays with that one.
                #expect(sent.contains("\"console_ref\": \"(made when the call is placed)\""))
            }
            let paths = try await desk.sandbox.requests().compactMap { $0["path"] as? String }
            #expect(paths.filter { $0 == "/v3/voice/ai/call" }.count == 1)
        }
    }
}
