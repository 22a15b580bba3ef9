import Foundation

/// Runs a program to its end without blocking the threads that tests share.
public enum Subprocess {
    /// What came of it.
    public struct Result: Sendable {
        /// The exit code; 128 and the signal's number when a signal ended it.
        public let status: Int32
        public let output: String
        public let errors: String
    }

    /// - Parameter name: found on the PATH of `environment`.
    public static func run(_ name: String, _ arguments: [String], environment: [String: String]) async throws -> Result
    {
        let candidates = (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
        guard let path = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            throw DriverError("\(name) is not installed; on Debian: apt-get install \(name)")
        }

        let folder = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let output = folder.appending(path: "out")
        let errors = folder.appending(path: "err")
        let status = try await ChildProcess(
            path,
            arguments,
            environment: environment,
            output: output.path,
            errors: errors.path
        ).end()
        return Result(
            status: status,
            output: try String(contentsOf: output, encoding: .utf8),
            errors: try String(contentsOf: errors, encoding: .utf8)
        )
    }
}
