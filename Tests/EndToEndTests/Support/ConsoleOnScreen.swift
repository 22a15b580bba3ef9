import Foundation
import TerminalDriver
import TestSupport

/// The built console in a terminal of its own, driven by keys and read from the screen.
struct ConsoleOnScreen {
    let program: Program
    let terminal: TmuxTerminal

    /// Opens the console, runs `body`, and closes the terminal whatever happened.
    /// - Parameters:
    ///   - command: what is typed behind `piopiy`.
    ///   - environment: what differs from a usual one.
    ///   - wrapper: the program that the console runs inside of.
    @discardableResult
    static func with<Value: Sendable>(
        _ command: String = "--sandbox --seed \(patientSeed)",
        columns: Int = 80,
        rows: Int = 24,
        term: String = "tmux-256color",
        environment: [String: String] = [:],
        program: Program? = nil,
        wrapper: String = "",
        _ body: (ConsoleOnScreen) async throws -> Value
    ) async throws -> Value {
        let program = try program ?? Program(token: nil)
        defer { program.clean() }
        var variables = program.environment
        variables.merge(environment) { _, new in new }
        // The shell stays, also at a Ctrl-C, so that what the console leaves behind can be looked at.
        let script = """
            trap : INT; stty -a > "$HOME/before"; \(wrapper) '\(Program.path)' \(command); echo "[exit $?]"; stty -a > "$HOME/after"; \
            echo "[ready]"; exec sleep 3600
            """
        let terminal = try await TmuxTerminal(
            columns: columns,
            rows: rows,
            term: term,
            environment: variables,
            command: ["/bin/sh", "-c", script]
        )
        let console = ConsoleOnScreen(program: program, terminal: terminal)
        do {
            let value = try await body(console)
            await terminal.close()
            return value
        } catch {
            await terminal.close()
            throw error
        }
    }

    // MARK: Looking

    @discardableResult
    func see(_ texts: String...) async throws -> String {
        try await terminal.wait(until: "the screen shows \(texts)") { screen in texts.allSatisfy { screen.contains($0) }
        }
    }

    /// Waits until the row of a number shows all of these.
    @discardableResult
    func seeRow(_ number: String, _ texts: String...) async throws -> String {
        try await terminal.wait(until: "the row of \(number) shows \(texts)") { screen in
            screen.split(separator: "\n").contains { row in
                row.contains(" \(number) ") && texts.allSatisfy { row.contains($0) }
            }
        }
    }

    func seeBoard() async throws { try await see("No calls. Press n to place one") }

    // MARK: Doing

    /// Fills the form as a newcomer does, field by field, and places the call.
    func place(_ number: String, caller: String = "919999999999", agent: String = CallCommandTests.agent) async throws {
        try await terminal.send("n")
        try await see("New call", "[ Place the call ]")
        try await fill(caller)
        try await fill(number)
        try await fill(agent)
        try await terminal.send("C-s")
    }

    /// Presses a key that asks, and answers once the question is on the screen.
    func ask(_ key: String, _ question: String, answer: String) async throws {
        try await terminal.send(key)
        try await see(question)
        try await terminal.send(answer)
        // A key that came together with the answer would make it none.
        try await terminal.wait(until: "“\(question)” is answered") { !$0.contains(question) }
    }

    func fill(_ text: String) async throws {
        try await terminal.type(text)
        try await see(text)
        try await terminal.send("Tab")
    }

    // MARK: Afterwards

    /// What the console's exit code was, once the shell has the terminal again.
    func exitCode() async throws -> String {
        let screen = try await see("[ready]")
        let line = screen.split(separator: "\n").first { $0.contains("[exit ") } ?? ""
        return line.trimmingCharacters(in: .whitespaces)
    }

    /// Whether the terminal is as it was: its modes, the screen and the cursor.
    func isTerminalWhole() async throws -> Bool {
        let before = try String(contentsOf: program.home.appending(path: "before"), encoding: .utf8)
        let after = try String(contentsOf: program.home.appending(path: "after"), encoding: .utf8)
        let modes = try await terminal.display(
            "#{alternate_on} #{cursor_flag} #{keypad_flag} #{keypad_cursor_flag} #{mouse_any_flag} #{insert_flag} #{origin_flag} #{wrap_flag}"
        )
        return before == after && modes == "0 1 0 0 0 0 0 1"
    }

    /// The console's process.
    func processID() async throws -> Int32 {
        let home = program.home.path
        return try await wait(for: "the console's process") { () -> Int32? in
            let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
            return processes.first { id in
                guard let command = try? Data(contentsOf: URL(filePath: "/proc/\(id)/cmdline")),
                    command.starts(with: Data(Program.path.utf8)),
                    let variables = try? Data(contentsOf: URL(filePath: "/proc/\(id)/environ"))
                else { return false }
                return String(decoding: variables, as: UTF8.self).contains("HOME=\(home)\0")
            }
        }
    }
}
