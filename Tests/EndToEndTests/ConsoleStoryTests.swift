import Foundation
import TerminalDriver
import Testing

@Suite("The console in a terminal", .serialized)
struct ConsoleStoryTests {
    @Test(
        "A newcomer places a call through the form, sees it ring and talk, hangs it up, and quits",
        arguments: [(80, 24), (160, 50)]
    )
    func story(columns: Int, rows: Int) async throws {
        try await ConsoleOnScreen.with(columns: columns, rows: rows) { console in
            try await console.see("No calls. Press n to place one", "This is the sandbox", "sandbox")
            try await console.place("918888888888")
            try await console.seeRow("918888888888", "ringing")
            let talking = try await console.seeRow("918888888888", "talking")
            #expect(talking.contains("1 up"))
            #expect(talking.contains("hooks ✓"))

            try await console.terminal.send("x")
            try await console.see("Hang up 918888888888 (talking", "y/Enter/n")
            try await console.terminal.send("y")
            try await console.seeRow("918888888888", "ended", "completed")
            try await console.see("0 up")

            try await console.terminal.send("q")
            let code = try await console.exitCode()
            #expect(code == "[exit 0]")
            let isWhole = try await console.isTerminalWhole()
            #expect(isWhole)
        }
    }

    @Test("A call that is hung up while it rings ends as cancelled")
    func cancelled() async throws {
        try await ConsoleOnScreen.with { console in
            try await console.seeBoard()
            // It is never answered, so that it rings for as long as it takes to hang it up.
            try await console.place("918888880002")
            try await console.seeRow("918888880002", "ringing")
            try await console.terminal.send("x")
            try await console.see("Hang up 918888880002 (ringing", "y/Enter/n")
            try await console.terminal.send("y")
            try await console.seeRow("918888880002", "ended", "cancelled")
        }
    }

    @Test("A hang-up that is asked for before the call id is known waits, and goes out")
    func waitingHangUp() async throws {
        try await ConsoleOnScreen.with("--sandbox --seed \(patientSeed) --timeout 2") { console in
            try await console.seeBoard()
            // Ending 0007 answers late: until events come there is no call id.
            try await console.place("918888880007")
            try await console.see("Calls 1", "918888880007")
            try await console.terminal.send("x")
            try await console.see("Hang up 918888880007")
            try await console.terminal.send("y")
            try await console.seeRow("918888880007", "ended")
        }
    }

    @Test("What becomes of a call is shown: refused, busy, or not told")
    func endings() async throws {
        try await ConsoleOnScreen.with { console in
            try await console.seeBoard()
            try await console.place("918888880005")
            try await console.see("app_not_active")
            try await console.seeRow("918888880005", "ended", "rejected")
            for (number, state) in [("918888880012", "queued"), ("918888880001", "busy")] {
                try await console.terminal.send("n")
                try await console.see("New call", "919999999999", CallCommandTests.agent)
                try await console.terminal.type(number)
                try await console.terminal.send("C-s")
                try await console.seeRow(number, state)
            }
            // It tells of nothing but its record, a minute after its end.
            try await console.seeRow("918888880012", "queued")
        }
    }

    @Test("A call whose answer was lost is not repeated; its events settle it")
    func lostAnswer() async throws {
        try await ConsoleOnScreen.with { console in
            try await console.seeBoard()
            try await console.place("918888880006")
            try await console.seeRow("918888880006", "talking")
            try await console.terminal.send("Enter")
            try await console.see("Call to 918888880006", "Reference", "Call id")
            // The status line may have moved on to the call's events; its timeline keeps what came of the placement.
            try await console.terminal.send("G")
            try await console.see("will not be repeated")
        }
    }

    @Test("Wrong input stays in the form with what is right")
    func wrongInput() async throws {
        try await ConsoleOnScreen.with { console in
            try await console.seeBoard()
            try await console.terminal.send("n")
            try await console.see("New call")
            try await console.terminal.type("91x")
            try await console.see("accepts digits only; “x” was ignored")
            try await console.terminal.paste("+9999999999\n")
            try await console.see("919999999999")
            try await console.terminal.send("Tab")
            try await console.terminal.type("0918888888888")
            try await console.terminal.send("C-s")
            try await console.see("starts with 0; a phone number is 7 to 16", "country code first")
            try await console.terminal.send("Escape")
            try await console.seeBoard()
            try await console.terminal.send("q")
            let code = try await console.exitCode()
            #expect(code == "[exit 0]")
        }
    }

    @Test("A resize in the form, down to one cell and back, loses nothing")
    func resize() async throws {
        try await ConsoleOnScreen.with { console in
            try await console.seeBoard()
            try await console.terminal.send("n")
            try await console.see("New call")
            try await console.terminal.type("919999999999")
            try await console.see("919999999999")
            try await console.terminal.resize(columns: 30, rows: 8)
            try await console.see("piopiy needs 40x10")
            try await console.terminal.resize(columns: 1, rows: 1)
            try await console.terminal.resize(columns: 120, rows: 40)
            try await console.see("New call", "919999999999", "[ Place the call ]")
        }
    }

    @Test("Two consoles run side by side")
    func sideBySide() async throws {
        try await ConsoleOnScreen.with { first in
            try await ConsoleOnScreen.with { second in
                try await first.seeBoard()
                try await second.seeBoard()
                try await first.place("918888888888")
                try await first.seeRow("918888888888", "ringing")
                let other = try await second.terminal.screen()
                #expect(other.contains("No calls."))
            }
        }
    }

    @Test("The log is its owner's alone, and nothing of it is on the screen")
    func log() async throws {
        try await ConsoleOnScreen.with { console in
            try await console.seeBoard()
            try await console.place("918888888888")
            try await console.seeRow("918888888888", "ringing")
            let path = console.program.home.appending(path: ".local/state/piopiy/piopiy.log").path
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            let log = try String(contentsOfFile: path, encoding: .utf8)
            #expect(log.contains("accepted") && !log.contains("918888888888"))
            let screen = try await console.terminal.screen()
            #expect(!screen.contains("info ") && !screen.contains("/voice/ai/call"))
        }
    }
}
