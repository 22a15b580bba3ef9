import Foundation
import Testing

@Suite("piopiy hangup")
struct HangupCommandTests {
    static let strange = "00000000-0000-4000-8000-000000000000"

    @Test("A call that is up ends, and hanging it up again is a success; an id that nobody knows is no such call")
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
            #expect(again.status == 76)
            #expect(again.objects.count == 2)
            let known = try #require(again.objects.first { $0["call_id"] as? String == id })
            #expect(known["outcome"] as? String == "ok" && known["status"] as? Int == 404)
            let strange = try #require(again.objects.first { $0["call_id"] as? String == Self.strange })
            #expect(strange["outcome"] as? String == "refused" && strange["status"] as? Int == 404)
            let error = try #require(strange["error"] as? [String: Any])
            #expect(error["code"] as? String == "no_such_call")
            #expect((error["message"] as? String)?.contains("nothing was hung up") == true)
        }
    }

    @Test("An id that nobody knows puts no call on the board, by hangup, transfer or batch, and the audit has it")
    func noRow() async throws {
        let program = try Program()
        defer { program.clean() }
        try await RunningSandbox.with(program) { sandbox in
            let base = ["--api-url", sandbox.base, "--output", "json"]
            let hungUp = try await program.run(["hangup", Self.strange] + base)
            #expect(hungUp.status == 76)
            let transferred = try await program.run(["transfer", Self.strange, "--to", "918888888801"] + base)
            #expect(transferred.status == 76, "\(transferred.output)")
            let lines = ["voice.hangup", "calls.hangup"].map {
                #"{"op":"\#($0)","id":"\#($0)","args":{"call_id":"\#(Self.strange)"}}"#
            }
            let file = try BatchCommandTests.file(lines, in: program)
            let batch = try await program.run(["batch", file] + base)
            #expect(batch.status == 76)
            #expect(batch.objects.map { $0["outcome"] as? String } == ["refused", "refused"])
            let calls = try await program.run(["history"] + base)
            #expect(calls.status == 0 && calls.output.isEmpty, "\(calls.output)")
            let audit = try await program.run(["journal", "audit", Self.strange] + base)
            #expect(audit.objects.count { $0["kind"] as? String == "hangup" } == 3, "\(audit.output)")
            // What the platform hangs up is a call, though it was placed elsewhere.
            let elsewhere = try Program()
            defer { elsewhere.clean() }
            let placed = try await elsewhere.run(
                ["call", "--from", "919999999999", "--to", "918888888888", "--agent", CallCommandTests.agent] + base
            )
            #expect(placed.status == 0)
            let id = try #require(try await sandbox.calls().first?["call_id"] as? String)
            #expect(try await program.run(["hangup", id] + base).status == 0)
            let known = try await program.run(["history"] + base)
            #expect(known.objects.map { $0["call_id"] as? String } == [id])
            #expect(try await program.run(["hangup", id] + base).status == 0)
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
