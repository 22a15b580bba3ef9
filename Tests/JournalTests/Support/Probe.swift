import Foundation
import TerminalDriver

/// A process of its own on a journal.
final class Probe: Sendable {
    private let process: ChildProcess
    private let output: URL

    /// Built beside the tests.
    private static let program: URL = {
        let beside = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "JournalProbe")
        if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
        return URL(filePath: #filePath).appending(path: "../../../../.build/debug/JournalProbe").standardized
    }()

    init(_ arguments: String...) throws {
        output = FileManager.default.temporaryDirectory.appending(path: "probe-\(UUID().uuidString)")
        process = try ChildProcess(Self.program.path, arguments, output: output.path)
    }

    deinit {
        process.signal(SIGKILL)
        try? FileManager.default.removeItem(at: output)
    }

    /// Waits for its first line of output.
    func line() async throws -> String {
        while true {
            let wasRunning = process.isRunning
            let text = try String(contentsOf: output, encoding: .utf8)
            if let end = text.firstIndex(of: "\n") { return String(text[..<end]) }
            guard wasRunning else { return text }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Waits until it has printed so many lines, or has ended.
    /// - Returns: how many it has printed.
    func lines(_ count: Int) async throws -> Int {
        while true {
            let wasRunning = process.isRunning
            let lines = try String(contentsOf: output, encoding: .utf8).count { $0 == "\n" }
            if lines >= count || !wasRunning { return lines }
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    /// Waits for its end.
    func end() async throws -> (output: String, status: Int32) {
        let status = await process.end()
        let text = try String(contentsOf: output, encoding: .utf8)
        return (text.trimmingCharacters(in: .newlines), status)
    }

    /// Kills it, and waits for its end.
    func kill() async {
        process.signal(SIGKILL)
        _ = await process.end()
    }
}
