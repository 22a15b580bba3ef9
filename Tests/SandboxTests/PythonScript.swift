import Piopiy
import TestSupport
import Testing

/// Runs the scripts of this folder, which drive the sandbox with the clients that people really use.
enum PythonScript {
    /// Runs a script on a sandbox and reads the JSON that it prints.
    static func run(_ script: String, _ base: String) async throws -> JSONValue {
        let result = try await Python.run(in: "Tests/SandboxTests", [script, base])
        try #require(result.status == 0, "\(result.errors)")
        return try JSONValue(parsing: result.output)
    }
}
