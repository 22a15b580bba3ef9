import CallBoard
import Foundation
import Journal
import Piopiy
import TerminalDriver
import TestSupport

/// One user on one host: a sandbox, and consoles that share a journal.
struct SharedDesk: Sendable {
    let program: Program
    let sandbox: RunningSandbox
    let port: UInt16

    static let secret = "0123456789abcdef0123456789abcdef"

    static func with<Value: Sendable>(
        hooks: Bool = true,
        sandboxArguments: [String] = [],
        _ body: (SharedDesk) async throws -> Value
    ) async throws -> Value {
        let program = try Program()
        defer { program.clean() }
        try program.keep(webhookSecret: secret)
        let port = try FreePort.find()
        let address = hooks ? ["--webhook", "http://127.0.0.1:\(port)/hooks/\(secret)"] : []
        let seed = ["--seed", "\(patientSeed)"]
        return try await RunningSandbox.with(program, address + seed + sandboxArguments) { sandbox in
            try await body(SharedDesk(program: program, sandbox: sandbox, port: port))
        }
    }

    var arguments: String { "--api-url \(sandbox.base) --webhook-port \(port)" }

    /// A console in a terminal of its own.
    /// - Parameters:
    ///   - options: what is typed behind the addresses.
    ///   - first: what the shell is to do before it becomes the console.
    func console<Value: Sendable>(
        columns: Int = 100,
        rows: Int = 30,
        _ options: String = "",
        after first: String = "",
        _ body: (ConsoleOnScreen) async throws -> Value
    ) async throws -> Value {
        let terminal = try await bare(columns: columns, rows: rows, options, after: first)
        do {
            let value = try await body(ConsoleOnScreen(program: program, terminal: terminal))
            await terminal.close()
            return value
        } catch {
            await terminal.close()
            throw error
        }
    }

    /// A console that whoever asks for it closes.
    func open() async throws -> ConsoleOnScreen { ConsoleOnScreen(program: program, terminal: try await bare()) }

    /// A terminal whose one process is the console.
    private func bare(
        columns: Int = 100,
        rows: Int = 30,
        _ options: String = "",
        after first: String = ""
    ) async throws -> TmuxTerminal {
        try await TmuxTerminal(
            columns: columns,
            rows: rows,
            term: "tmux-256color",
            environment: program.environment,
            command: ["/bin/sh", "-c", "\(first) exec '\(Program.path)' \(arguments) \(options)"]
        )
    }

    /// A console that is a job of an interactive shell.
    func job<Value: Sendable>(_ body: (ConsoleOnScreen) async throws -> Value) async throws -> Value {
        var environment = program.environment
        environment["PS1"] = "shell> "
        let terminal = try await TmuxTerminal(
            columns: 100,
            rows: 30,
            environment: environment,
            command: ["/bin/bash", "--norc", "--noprofile", "-i"]
        )
        do {
            try await terminal.wait(until: "the shell is there") { $0.contains("shell>") }
            try await terminal.type("'\(Program.path)' \(arguments)\n")
            let value = try await body(ConsoleOnScreen(program: program, terminal: terminal))
            await terminal.close()
            return value
        } catch {
            await terminal.close()
            throw error
        }
    }

    /// The calls in the journal.
    func journal() async throws -> [Call] {
        let path = program.home.appending(path: ".local/state/piopiy/journal.sqlite").path
        let journal = try SQLiteJournal(
            path: path,
            origin: JournalOrigin(id: Int64.random(in: 1...Int64.max), account: "reader", operator: "test"),
            at: .now
        )
        try await journal.settleOrphans(at: .now)
        try await journal.addUp()
        return try await journal.calls(CallQuery(limit: 100_000)).map(\.call)
    }
}

extension ConsoleOnScreen {
    /// Ends it as a crash of the machine would: with no chance to put anything away.
    func kill() async throws {
        let id = try await paneProcess()
        Foundation.kill(id, SIGKILL)
        try await Self.waitForEnd(of: id)
    }

    /// Answers a question that ends the console, and waits until its process is gone: a terminal that is closed
    /// meanwhile ends it by a signal, which is another end.
    func answerAndEnd(_ key: String) async throws {
        let id = try await paneProcess()
        try await terminal.send(key)
        try await Self.waitForEnd(of: id)
    }

    private func paneProcess() async throws -> Int32 {
        let text = try await terminal.display("#{pane_pid}").trimmingCharacters(in: .whitespacesAndNewlines)
        guard let id = Int32(text) else { throw NeverHappened("the terminal's process: \(text)") }
        return id
    }

    private static func waitForEnd(of id: Int32) async throws {
        // A process that nobody has asked after yet is still listed, as a zombie.
        _ = try await wait(for: "the end of \(id)") { () -> Bool? in
            guard let line = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8) else { return true }
            return line.contains(") Z ") ? true : nil
        }
    }
}
