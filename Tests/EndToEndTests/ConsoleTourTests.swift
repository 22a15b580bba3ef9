import Foundation
import TerminalDriver
import TestSupport
import Testing

/// Each screen in a real terminal: what the operator sees, and what the platform was asked.
@Suite("A tour of the console's screens")
struct ConsoleTourTests {
    static let sizes = [Size(80, 24), Size(120, 40), Size(200, 60)]

    struct Size: Sendable, CustomTestStringConvertible {
        let columns: Int
        let rows: Int

        init(_ columns: Int, _ rows: Int) {
            self.columns = columns
            self.rows = rows
        }

        var testDescription: String { "\(columns)x\(rows)" }
    }

    /// A console on a sandbox, with some calls that talk.
    private func withCalls(
        _ numbers: [String],
        _ size: Size,
        _ options: String = "",
        _ body: (ConsoleOnScreen, RunningSandbox) async throws -> Void
    ) async throws {
        try await SharedDesk.with { desk in
            try await desk.console(columns: size.columns, rows: size.rows, options) { console in
                try await console.seeBoard()
                for number in numbers {
                    if number == numbers.first {
                        try await console.place(number)
                    } else {
                        try await console.terminal.send("n")
                        try await console.see("New call", CallCommandTests.agent)
                        try await console.fill(number)
                        try await console.terminal.send("C-s")
                    }
                    try await console.seeRow(number, "talking")
                }
                try await body(console, desk.sandbox)
            }
        }
    }

    private func hangUps(_ sandbox: RunningSandbox) async throws -> [[String: Any]] {
        try await sandbox.requests().filter { ($0["path"] as? String)?.hasSuffix("/call/hangup") ?? false }
            .compactMap { $0["body"] as? [String: Any] }
    }

    @Test("X hangs up with the cause and the reason that were chosen", arguments: sizes)
    func hangUpWith(size: Size) async throws {
        try await withCalls(["918888888888"], size) { console, sandbox in
            try await console.terminal.send("X")
            try await console.see("Hang up 918888888888 (talking", "NORMAL_CLEARING", "CALL_REJECTED", "[ Hang up ]")
            try await console.terminal.send("Down", "Tab")
            try await console.terminal.type("asked for it")
            try await console.see("USER_BUSY", "asked for it")
            try await console.terminal.send("C-s")
            try await console.seeRow("918888888888", "ended")
            let bodies = try await hangUps(sandbox)
            #expect(bodies.count == 1)
            #expect(bodies.first?["cause"] as? String == "USER_BUSY")
            #expect(bodies.first?["reason"] as? String == "asked for it")
        }
    }

    @Test("Marked calls are hung up together, each once, and each is reported", arguments: sizes)
    func marks(size: Size) async throws {
        let numbers = ["918888888888", "918888888801", "447700900123"]
        try await withCalls(numbers, size) { console, sandbox in
            try await console.terminal.send("*", "u", "Down", "Space", "Space")
            try await console.see("2 marked")
            try await console.terminal.send("x")
            try await console.see("Hang up 2 marked calls: 918888888801, 918888888888? y/n")
            try await console.terminal.send("y")
            try await console.see("Hang-up of 2 calls", "2/2", "has ended")
            let ids = try await hangUps(sandbox).compactMap { $0["call_id"] as? String }
            #expect(ids.count == 2 && Set(ids).count == 2)
            try await console.back()
            try await console.seeRow("447700900123", "talking")
            let left = try await sandbox.calls().filter { $0["end"] is NSNull || $0["end"] == nil }
            #expect(left.compactMap { $0["to_number"] as? String } == ["447700900123"])
        }
    }

    @Test("Filter, order, details, messages and help are a key away and back", arguments: sizes)
    func looking(size: Size) async throws {
        let numbers = ["918888888888", "447700900123"]
        try await withCalls(numbers, size) { console, sandbox in
            try await console.terminal.send("/")
            try await console.terminal.type("to:4477*")
            try await console.see("Calls 1 of 2", "447700900123")
            let narrowed = try await console.terminal.screen()
            #expect(!narrowed.contains(" 918888888888 "))
            try await console.terminal.send("Enter")
            try await console.terminal.send("Escape")
            try await console.see("Calls 2", "918888888888")
            try await console.terminal.send("s")
            try await console.see("by state")
            try await console.terminal.send("S")
            try await console.see("by state, reversed")

            try await console.terminal.send("End", "Enter")
            try await console.see("Call id", "Request id", "Reference", "console_ref", "answered")
            try await console.back()
            try await console.terminal.send("m")
            try await console.see("Messages", "call placed to 918888888888")
            try await console.back()
            try await console.terminal.send("?")
            try await console.see("Help", "hang up with a cause and a reason")
            try await console.back()
            // Looking asks the platform nothing.
            let paths = try await sandbox.requests().compactMap { $0["path"] as? String }
            #expect(paths.allSatisfy { $0.hasSuffix("/voice/ai/call") || $0.contains("/v1/ai-agents") })
        }
    }

    @Test("T shows each theme on the board itself; Esc goes back, Enter keeps", arguments: sizes)
    func themes(size: Size) async throws {
        try await withCalls(["918888888888"], size) { console, _ in
            let before = try await console.terminal.screen(colors: true)
            try await console.terminal.send("T")
            try await console.see("Themes", "colour-blind", "gruvbox", "high-contrast", "light", "monochrome")
            try await console.terminal.send("Home")
            try await console.see("› colour-blind")
            try await console.terminal.send("End", "Escape")
            try await console.terminal.wait(until: "the list is gone") { !$0.contains("Themes") }
            let after = try await console.terminal.screen(colors: true)
            #expect(row("918888888888", in: before).prefix(30) == row("918888888888", in: after).prefix(30))
            try await console.terminal.send("T")
            try await console.see("› dark")
            try await console.terminal.send("End", "Enter")
            try await console.see("theme monochrome until you quit")
            let plain = try await console.terminal.screen(colors: true)
            // Attributes alone: no colour is named.
            #expect(!plain.contains("[38;") && !plain.contains("[48;"))
        }
    }

    private func row(_ number: String, in screen: String) -> Substring {
        screen.split(separator: "\n").first { $0.contains(number) } ?? ""
    }

    @Test(
        "A theme that is edited while the console runs is shown at once; a mistake in it is said",
        arguments: [sizes[0]]
    )
    func reload(size: Size) async throws {
        let program = try Program(token: nil)
        let folder = program.home.appending(path: ".config/piopiy/themes")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "mine.yaml")
        try Data("text: { fg: \"#c0ffee\" }\n".utf8).write(to: file)
        try await ConsoleOnScreen.with("--sandbox --seed \(patientSeed) --theme mine", program: program) { console in
            try await console.seeBoard()
            try Data("text: { fg: \"#bada55\" }\ntitle: { fg: \"#bada55\" }\n".utf8).write(to: file)
            _ = try await wait(for: "the new colour") { () async throws -> Bool? in
                // 256 colours in tmux: 149 is what #bada55 is reduced to.
                let screen = try await console.terminal.screen(colors: true)
                return screen.contains("38;2;186;218;85") || screen.contains("38;5;149") ? true : nil
            }
            try Data("text: { fg: nocolour }\n".utf8).write(to: file)
            try await console.see("the changed theme has an error")
        }
    }

    @Test("A read-only console looks and does not touch", arguments: sizes)
    func readOnly(size: Size) async throws {
        try await SharedDesk.with { desk in
            let placed = try await desk.program.run([
                "call", "--from", "919999999999", "--to", "918888888888", "--agent", CallCommandTests.agent,
                "--api-url",
                desk.sandbox.base,
            ])
            #expect(placed.status == 0)
            try await desk.console(columns: size.columns, rows: size.rows, "--read-only") { console in
                try await console.seeRow("918888888888", "talking")
                for key in ["n", "x", "X", "t"] {
                    try await console.terminal.send("Down", key)
                    try await console.see("read-only")
                    try await console.terminal.send("y")
                }
                let hangUps = try await hangUps(desk.sandbox)
                #expect(hangUps.isEmpty)
                let dials = try await desk.sandbox.dials()
                #expect(dials.count == 1)
            }
        }
    }
}

extension ConsoleOnScreen {
    /// Esc, back to the board. A key right behind an Esc would be taken for one with Alt.
    func back() async throws {
        try await terminal.send("Escape")
        try await see("STATE")
    }
}
