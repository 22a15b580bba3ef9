import Foundation

/// A process of its own on a journal.
final class Probe: @unchecked Sendable {
    // Unchecked, as Foundation's `Process` and `Pipe` are not declared sendable on every platform: each probe is used by the
    // one test that started it.
    private let process = Process()
    private let output = Pipe()

    /// Built beside the tests.
    private static let program: URL = {
        let beside = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "JournalProbe")
        if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
        return URL(filePath: #filePath).appending(path: "../../../../.build/debug/JournalProbe").standardized
    }()

    init(_ arguments: String...) throws {
        process.executableURL = Self.program
        process.arguments = arguments
        process.standardOutput = output
        try process.run()
    }

    /// Waits for a line of output.
    func line() throws -> String {
        var bytes: [UInt8] = []
        while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Waits for its end.
    func end() throws -> (output: String, status: Int32) {
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return (text.trimmingCharacters(in: .newlines), process.terminationStatus)
    }

    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
