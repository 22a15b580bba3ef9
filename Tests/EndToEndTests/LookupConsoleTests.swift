import Foundation
import TerminalDriver
import Testing

/// A console that no webhook reaches, and that has an app's secret.
@Suite("Looking calls up", .serialized)
struct LookupConsoleTests {
    private func with(
        secret: String?,
        appID: String? = "2222224",
        _ body: (PlainSession, RunningSandbox) async throws -> Void
    ) async throws {
        var program = try Program()
        defer { program.clean() }
        if let secret {
            let file = program.home.appending(path: "app-secret").path
            try Data("\(secret)\n".utf8).write(to: URL(filePath: file))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
            program.environment["PIOPIY_APP_SECRET_FILE"] = file
        }
        let plain = program
        try await RunningSandbox.with(plain, ["--speed", "60", "--app-secret", "app-secret-4711"]) { sandbox in
            var program = plain
            // Records by time are asked for with the id alone; another app's id has none.
            program.environment["PIOPIY_APP_ID"] = appID
            program.environment["PIOPIY_API_URL"] = sandbox.base
            try await PlainSession.with(program, ["--plain", "--webhook-port", "0"]) { session in
                try await body(session, sandbox)
            }
        }
    }

    private func lookups(_ sandbox: RunningSandbox) async throws -> Int {
        try await sandbox.requests().count { ($0["path"] as? String)?.hasSuffix("requestid_cdr") ?? false }
    }

    @Test("An accepted call of which no webhook tells ends as its record says")
    func settled() async throws {
        try await with(secret: "app-secret-4711") { session, sandbox in
            try session.type("call 918888880001 from 919999999999 agent \(CallCommandTests.agent)")
            try await session.see("busy")
            let count = try await lookups(sandbox)
            #expect(count > 0)
        }
    }

    @Test("A wrong secret is told, and calls go on without look-ups")
    func wrong() async throws {
        try await with(secret: "another-secret") { session, sandbox in
            try session.type("call 918888888888 from 919999999999 agent \(CallCommandTests.agent)")
            try await session.see("calls cannot be looked up: ")
            let count = try await lookups(sandbox)
            #expect(count == 1)
        }
    }

    @Test("A secret without its app is told at the start, and nothing is looked up")
    func noApp() async throws {
        try await with(secret: "app-secret-4711", appID: nil) { session, _ in
            try await session.see("calls cannot be looked up: app_secret_file is set without app_id")
        }
    }

    @Test("call --wait ends as the record says where nobody tells of the call")
    func waiting() async throws {
        var program = try Program()
        defer { program.clean() }
        let file = program.home.appending(path: "app-secret").path
        try Data("app-secret-4711\n".utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        program.environment["PIOPIY_APP_SECRET_FILE"] = file
        program.environment["PIOPIY_APP_ID"] = "2222224"
        let home = program
        try await RunningSandbox.with(home, ["--speed", "60", "--app-secret", "app-secret-4711"]) { sandbox in
            let result = try await home.run(
                "call",
                "--from",
                "919999999999",
                "--to",
                "918888880001",
                "--agent",
                CallCommandTests.agent,
                "--wait",
                "ended",
                "--webhook-port",
                "0",
                "--api-url",
                sandbox.base,
                "--output",
                "json"
            )
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.object["end"] as? String == "busy")
        }
    }
}
