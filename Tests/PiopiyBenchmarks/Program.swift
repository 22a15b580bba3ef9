import Foundation

/// Another program that is run for a benchmark.
final class Program {
    struct Failure: Error, CustomStringConvertible { let description: String }

    private let process = Process()
    private let output = Pipe()

    init(_ path: String, _ arguments: [String], input: FileHandle = .nullDevice) throws {
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.standardOutput = output
        process.standardInput = input
        try process.run()
    }

    /// One line of what it prints, as it comes.
    func line() throws -> String {
        var line = Data()
        while let byte = try output.fileHandleForReading.read(upToCount: 1), let byte = byte.first, byte != 10 {
            line.append(byte)
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// All that it prints until it ends.
    func end() throws -> Data {
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "\(process.executableURL?.path ?? "") ended with \(process.terminationStatus)")
        }
        return data
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    /// This program, for a part of the benchmark that needs a process of its own.
    static func own(_ arguments: String...) throws -> Program {
        try Program(Bundle.main.executablePath ?? CommandLine.arguments[0], arguments)
    }
}
