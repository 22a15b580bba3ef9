import Foundation
import Testing

@Suite("piopiy hangup")
struct HangupCommandTests {
    static let strange = "00000000-0000-4000-8000-000000000000"

    @Test("A call that is up ends; hanging it up again, or a call nobody knows, is a success too")
    func hangsUp() async throws {
        let program = try Program()
        defer { program.clean() }
        try await RunningSandbox.with(program) { sandbox in
            let placed = try await program.run(
                "call",
                "--api-url",
                sandbox.base,
                "--from",
                "919999999999",
                "--to",
                "918888888888",
                "--agent",
                CallCommandTests.agent
            )
            #expect(placed.status == 0)
            #expect(placed.output.hasPrefix("accepted  918888888888"))
            let id = try #require(try await sandbox.calls().first?["call_id"] as? String)

            let first = try await program.run("hangup", "--api-url", sandbox.base, "--output", "json", id)
            #expect(first.status == 0)
            #expect(first.outcome == "ok")
            #expect(first.object["call_id"] as? String == id)
            let end = try #require(try await sandbox.calls().first)
            #expect(end["state"] as? String == "ended")

            let again = try await program.run("hangup", "--api-url", sandbox.base, "--output", "json", id, Self.strange)
            #expect(again.status == 0)
            #expect(again.objects.map { $0["outcome"] as? String } == ["ok", "ok"])
            #expect(again.objects.map { $0["status"] as? Int } == [404, 404])
        }
    }

    @Test("With one wrong id among several nothing is sent, and each says why")
    func wrongID() async throws {
        let program = try Program()
        defer { program.clean() }
        try await RunningSandbox.with(program) { sandbox in
            let result = try await program.run(
                "hangup",
                "--api-url",
                sandbox.base,
                "--output",
                "json",
                Self.strange,
                "oops"
            )
            #expect(result.status == 64)
            #expect(result.objects.map { $0["outcome"] as? String } == ["notSent", "invalid"])
            let requests = try await sandbox.requests()
            #expect(requests.isEmpty)
        }
    }

    @Test("A result that cannot be written ends with 74, and is told on standard error")
    func outputLost() async throws {
        let program = try Program()
        defer { program.clean() }
        try await RunningSandbox.with(program) { sandbox in
            let hangup = "\"$piopiy\" hangup --api-url \(sandbox.base) --output json"
            let lost = try await program.shell("\(hangup) \(Self.strange) > /dev/full")
            #expect(lost.status == 74)
            #expect(lost.errors.contains("This result could not be written: {"))
            #expect(try await sandbox.requests().count == 1)
            #expect(try await program.shell("\(hangup) oops > /dev/full").status == 74)
            let agents = "\"$piopiy\" agents list --api-url \(sandbox.base) > /dev/full"
            #expect(try await program.shell(agents).status == 74)
        }
    }

    @Test("A cause or reason that is too long is invalid", arguments: ["--cause", "--reason"])
    func tooLong(option: String) async throws {
        let program = try Program()
        defer { program.clean() }
        let result = try await program.run(
            "hangup",
            "--output",
            "json",
            option,
            String(repeating: "x", count: 300),
            Self.strange
        )
        #expect(result.status == 64)
        #expect(result.error["field"] as? String == String(option.dropFirst(2)))
    }
}
