import Foundation
import TestSupport

/// The built console as lines, driven by pipes as a script drives it.
final class PlainSession: Sendable {
    let running: RunningProgram
    private let input: FileHandle

    /// Starts it, runs `body`, and ends it whatever happened.
    static func with<Value: Sendable>(
        _ program: Program,
        _ arguments: [String] = ["--plain", "--sandbox", "--seed", "\(patientSeed)"],
        _ body: (PlainSession) async throws -> Value
    ) async throws -> Value {
        let session = try await open(program, arguments)
        defer { session.running.stop() }
        return try await body(session)
    }

    /// One that whoever asks for it stops.
    static func open(_ program: Program, _ arguments: [String]) async throws -> PlainSession {
        let session = try PlainSession(program, arguments)
        do {
            try await session.see("help lists the commands")
        } catch {
            session.running.stop()
            throw error
        }
        return session
    }

    private init(_ program: Program, _ arguments: [String]) throws {
        let pipe = Pipe()
        running = try program.start(arguments, input: pipe.fileHandleForReading)
        input = pipe.fileHandleForWriting
    }

    /// What was printed so far.
    var lines: [String] { running.written.split(separator: "\n").map(String.init) }

    func type(_ text: String) throws { try write(text + "\n") }

    /// Without a line end.
    func write(_ text: String) throws { try input.write(contentsOf: Data(text.utf8)) }

    func closeInput() throws { try input.close() }

    /// Waits for a line that holds one of these.
    func see(anyOf texts: [String]) async throws {
        _ = try await wait(for: "a line with one of \(texts) in: \(running.written)") {
            lines.first { line in texts.contains { line.contains($0) } }
        }
    }

    /// Waits for a line that holds all of these.
    @discardableResult
    func see(_ texts: String...) async throws -> String {
        try await wait(for: "a line with \(texts) in: \(running.written)") {
            lines.first { line in texts.allSatisfy { line.contains($0) } }
        }
    }
}
