import Foundation
import Testing

@Suite("piopiy sandbox")
struct SandboxCommandTests {
    @Test("Its first line is its base, and SIGTERM ends it with 0", arguments: [SIGTERM, SIGINT])
    func life(signal: Int32) async throws {
        let program = try Program()
        defer { program.clean() }
        try await RunningSandbox.with(program) { sandbox in
            #expect(sandbox.base.hasPrefix("http://127.0.0.1:") && sandbox.base.hasSuffix("/v3"))
            sandbox.program.signal(signal)
            let result = try await sandbox.program.result()
            #expect(result.status == 0)
            #expect(result.output == sandbox.base + "\n")
        }
    }

    @Test("A port that is taken is said in words")
    func portTaken() async throws {
        let program = try Program()
        defer { program.clean() }
        try await RunningSandbox.with(program) { sandbox in
            let port = String(sandbox.base.dropFirst("http://127.0.0.1:".count).dropLast("/v3".count))
            let second = try await program.run("sandbox", "--port", port)
            #expect(second.status == 78)
            #expect(second.errors.contains(port))
            #expect(second.output.isEmpty)
        }
    }

    @Test(
        "Wrong options are refused",
        arguments: [
            ["--port", "70000"], ["--speed", "0"], ["--webhook", "nowhere"], ["--seed", "-1"], ["--token", ""],
        ]
    )
    func options(_ options: [String]) async throws {
        let program = try Program()
        defer { program.clean() }
        let result = try await program.run(["sandbox"] + options)
        #expect(result.status == 64)
        #expect(!result.errors.isEmpty)
    }
}
