import Foundation
import Piopiy
import TerminalDriver
import Testing

/// Runs the scripts of this folder, which drive the sandbox with the clients that people really use.
enum PythonScript {
    /// The package's folder.
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A Python that has the clients: from the environment, or from where the README's test command puts it.
    private static var python: String {
        ProcessInfo.processInfo.environment["PIOPIY_PYTHON"] ?? root.appending(path: ".build/venv/bin/python").path
    }

    /// Runs a script on a sandbox and reads the JSON that it prints.
    static func run(_ script: String, _ base: String) async throws -> JSONValue {
        try #require(
            FileManager.default.isExecutableFile(atPath: python),
            """
            There is no \(python). The README's test command makes it: \
            python3 -m venv .build/venv && .build/venv/bin/pip install piopiy==1.2.2 piopiy-agent==1.2.1
            """
        )
        let folder = FileManager.default.temporaryDirectory.appending(path: "piopiy-script-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (output, errors) = (folder.appending(path: "out"), folder.appending(path: "err"))
        // -B: no compiled files beside the sources.
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: script).path
        let status = try await ChildProcess(
            python,
            ["-B", script, base],
            output: output.path,
            errors: errors.path
        ).end()
        let said = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
        try #require(status == 0, "\(said)")
        return try JSONValue(parsing: try Data(contentsOf: output))
    }
}
