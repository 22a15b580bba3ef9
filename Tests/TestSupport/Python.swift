import Foundation
import TerminalDriver

/// The Python that has the official SDK and its agents' package.
public enum Python {
    public struct Result: Sendable {
        public let status: Int32
        public let output: Data
        public let errors: String
    }

    /// There is no such Python; the description says how it is made.
    public struct Missing: Error, CustomStringConvertible {
        public let description: String
    }

    /// From the environment, or from where the README's test command puts it.
    public static var path: String {
        ProcessInfo.processInfo.environment["PIOPIY_PYTHON"]
            ?? PackageFolder.root.appending(path: ".build/venv/bin/python").path
    }

    /// Runs Python in a folder below the package's, and waits for its end.
    public static func run(in folder: String, _ arguments: [String]) async throws -> Result {
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Missing(
                description: """
                    There is no \(path). The README's test command makes it: \
                    python3 -m venv .build/venv && .build/venv/bin/pip install piopiy==1.2.2 piopiy-agent==1.2.1
                    """
            )
        }
        return try await TemporaryFolder.with("piopiy-python") { temporary in
            let (output, errors) = (temporary.appending(path: "out"), temporary.appending(path: "err"))
            // -B: no compiled files beside the sources.
            let status = try await ChildProcess(
                path,
                ["-B"] + arguments,
                folder: PackageFolder.root.appending(path: folder).path,
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
}
