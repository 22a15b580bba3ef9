import Foundation
import Piopiy
import Sandbox
import Testing

@Suite("The official Python SDK, unmodified")
struct OfficialSDKTests {
    /// The package's folder.
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A Python that has the SDK: from the environment, or from where the README's test command puts it.
    private static var python: String {
        ProcessInfo.processInfo.environment["PIOPIY_PYTHON"] ?? root.appending(path: ".build/venv/bin/python").path
    }

    @Test("It places a call on the sandbox and hangs it up")
    func placesAndHangsUp() async throws {
        guard FileManager.default.isExecutableFile(atPath: Self.python) else {
            Issue.record(
                """
                There is no \(Self.python). The README's test command makes it: \
                python3 -m venv .build/venv && .build/venv/bin/pip install piopiy==1.2.2 piopiy-agent==1.2.1
                """
            )
            return
        }
        try await withSandbox { base in
            let result = try await run(script: "official_sdk.py", base)
            #expect(result["version"] == "1.2.2")
            #expect(result["placed"]?["message"] == "call_queued")
            #expect(result["hung_up"]?["message"] == "call_hangup")
            #expect(result["refused"] == ["status": 404, "error": "call_not_found"])

            let sandbox = SandboxProbe(base: base)
            let call = try await sandbox.onlyCall()
            #expect(call["request_id"] == result["placed"]?["request"])
            #expect(call["call_id"] == result["call_id"])
            #expect(call["state"] == "ended")
            #expect(call["reason"] == "tested")
            #expect(try await sandbox.placements() == [200])
        }
    }

    /// Runs a script of this folder and reads the JSON that it prints.
    private func run(script: String, _ arguments: String...) async throws -> JSONValue {
        let process = Process()
        process.executableURL = URL(filePath: Self.python)
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: script).path
        process.arguments = [path] + arguments
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        let status = try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { ended.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { ended.resume(throwing: error) }
        }
        // Both are far shorter than a pipe holds, so they can be read after the end.
        let said = try errors.fileHandleForReading.readToEnd() ?? Data()
        try #require(status == 0, "\(String(decoding: said, as: UTF8.self))")
        return try JSONValue(parsing: try output.fileHandleForReading.readToEnd() ?? Data())
    }
}
