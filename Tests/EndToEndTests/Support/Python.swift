import Foundation
import TerminalDriver
import Testing

/// The Python that has the official SDK, and the scripts of this target that need it.
struct Python {
    struct Result {
        let status: Int32
        let output: Data
        let errors: String
    }

    /// From the environment, or from where the README's test command puts it.
    static var path: String {
        ProcessInfo.processInfo.environment["PIOPIY_PYTHON"]
            ?? Program.packageRoot.appending(path: ".build/venv/bin/python").path
    }

    static let differential = Program.packageRoot.appending(path: "Tests/EndToEndTests/Differential")

    /// Runs Python in the folder of the differential test's scripts, and waits for its end.
    static func run(_ arguments: String...) async throws -> Result {
        try #require(
            FileManager.default.isExecutableFile(atPath: path),
            """
            There is no \(path). The README's test command makes it: \
            python3 -m venv .build/venv && .build/venv/bin/pip install piopiy==1.2.2 piopiy-agent==1.2.1
            """
        )
        let folder = FileManager.default.temporaryDirectory.appending(path: "piopiy-python-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (output, errors) = (folder.appending(path: "out"), folder.appending(path: "err"))
        // -B: no compiled files beside the sources.
        let status = try await ChildProcess(
            path,
            ["-B"] + arguments,
            folder: differential.path,
            output: output.path,
            errors: errors.path
        ).end()
        return Result(
            status: status,
            output: try Data(contentsOf: output),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self)
        )
    }
}
