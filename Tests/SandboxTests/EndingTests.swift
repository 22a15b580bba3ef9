import Piopiy
import Sandbox
import TestSupport
import Testing

/// Each is placed by the SDK, so that the SDK's outcomes are shown to be true as well.
@Suite("What the last four digits choose")
struct EndingTests {
    /// Quick enough for tests, slow enough that a call lasts some milliseconds.
    static let quick = SandboxServer.Configuration(speed: 500)

    @Test("A call to an ordinary number is accepted, rings, talks and ends as completed")
    func ordinary() async throws {
        try await withSandbox(Self.quick) { base in
            let sandbox = SandboxProbe(base: base)
            let acceptance = try accepted(await (try sandbox.client()).ai.call(try Sample.call()))
            #expect(acceptance.status == 200)
            #expect(acceptance.message == "call_queued")
            let call = try await sandbox.onlyCall { $0["state"] == "ended" }
            #expect(call["request_id"]?.string == acceptance.requestID?.text)
            #expect(call["call_id"] != call["request_id"])
            #expect(call["caller_id"]?.string == Sample.caller)
            #expect(call["to_number"]?.string == Sample.number)
            #expect(call["end"] == "completed")
            let times = ["placed_at", "ringing_at", "answered_at", "ended_at"].compactMap { call[$0]?.looseNumber }
            #expect(times.count == 4)
            #expect(times == times.sorted())
            #expect(try await sandbox.placements() == [200])
        }
    }

    @Test(
        "An accepted call ends as its number says",
        arguments: [
            ("0001", "busy", false), ("0002", "noAnswer", true), ("0003", "failed", true), ("0007", "completed", true),
            ("0011", "completed", true), ("0012", "completed", true),
        ]
    )
    func ends(ending: String, end: String, rings: Bool) async throws {
        try await withSandbox(Self.quick) { base in
            let sandbox = SandboxProbe(base: base)
            let outcome = await (try sandbox.client()).ai.call(try Sample.call(to: Sample.number(ending)))
            _ = try accepted(outcome)
            let call = try await sandbox.onlyCall { $0["state"] == "ended" }
            #expect(call["end"]?.string == end)
            #expect((call["ringing_at"] != .null) == rings)
            #expect((call["answered_at"] != .null) == (end == "completed"))
            #expect(try await sandbox.placements() == [200])
        }
    }

    @Test(
        "A refusal places no call",
        arguments: [("0004", 200, "insufficient_balance"), ("0005", 403, "app_not_active")]
    )
    func refused(ending: String, status: Int, code: String) async throws {
        try await withSandbox(Self.quick) { base in
            let sandbox = SandboxProbe(base: base)
            let outcome = await (try sandbox.client()).ai.call(try Sample.call(to: Sample.number(ending)))
            guard case .refused(let refusal) = outcome else { throw NeverHappened("a refusal; \(outcome)") }
            #expect(refusal.status == status)
            #expect(refusal.code == code)
            #expect(try await sandbox.calls().isEmpty)
            #expect(try await sandbox.placements() == [status])
        }
    }

    @Test(
        "An answer that is lost or cannot be read leaves one call, placed once, and an unknown outcome",
        arguments: [
            ("0006", nil, "connection_lost"), ("0009", 502, "server_error"), ("0010", 503, "server_error"),
            ("0013", 200, "unreadable_answer"), ("0015", nil, "connection_lost"),
        ] as [(String, Int?, String)]
    )
    func inDoubt(ending: String, status: Int?, code: String) async throws {
        try await withSandbox(Self.quick) { base in
            let sandbox = SandboxProbe(base: base)
            let outcome = await (try sandbox.client()).ai.call(try Sample.call(to: Sample.number(ending)))
            guard case .unknown(let doubt) = outcome else { throw NeverHappened("a doubt; \(outcome)") }
            #expect(doubt.code == code)
            #expect(try await sandbox.placements() == [status])
            let call = try await sandbox.onlyCall { $0["state"] == "ended" }
            #expect(call["end"] == "completed")
        }
    }

    @Test("0007 answers so late that a client with a short timeout is left in doubt, with the call placed once")
    func lateAnswer() async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let client = try sandbox.client(timeouts: Timeouts(answer: .milliseconds(300)))
            let outcome = await client.ai.call(try Sample.call(to: Sample.number("0007")))
            guard case .unknown(let doubt) = outcome else { throw NeverHappened("a doubt; \(outcome)") }
            #expect(doubt.code == "timed_out")
            #expect(try await sandbox.calls().count == 1)
            #expect(try await sandbox.placements() == [nil])
        }
    }

    @Test("0010 places the call, and then asks to come again in a second, as a cache before the platform does")
    func unavailable() async throws {
        try await withSandbox(Self.quick) { base in
            let sandbox = SandboxProbe(base: base)
            let call = try Sample.call(to: Sample.number("0010"))
            for calls in 1...2 {
                let answer = try await sandbox.place(call)
                #expect(answer.status == 503)
                #expect(answer.retryAfter == "1")
                #expect(answer.json == nil)
                // Whoever comes again rings the person again.
                #expect(try await sandbox.calls().count == calls)
            }
        }
    }

    @Test(
        "A number that is turned away once is told to come again in a second, places no call, and is then accepted",
        arguments: [("0008", 429)]
    )
    func turnedAway(ending: String, status: Int) async throws {
        try await withSandbox(Self.quick) { base in
            let sandbox = SandboxProbe(base: base)
            let call = try Sample.call(to: Sample.number(ending))
            let first = try await sandbox.place(call)
            #expect(first.status == status)
            #expect(first.retryAfter == "1")
            #expect(try await sandbox.calls().isEmpty)
            #expect(try await sandbox.place(call).status == 200)
            #expect(try await sandbox.place(call).status == 200)
            // Another number has its own first time.
            #expect(try await sandbox.place(try Sample.call(to: "9177777\(ending)")).status == status)
            #expect(try await sandbox.calls().count == 2)
        }
    }

    @Test(
        "The SDK comes again after 429 with Retry-After, and one call is placed",
        arguments: [("0008", 429)]
    )
    func retried(ending: String, status: Int) async throws {
        try await withSandbox(Self.quick) { base in
            let sandbox = SandboxProbe(base: base)
            _ = try accepted(await (try sandbox.client()).ai.call(try Sample.call(to: Sample.number(ending))))
            #expect(try await sandbox.placements() == [status, 200])
            #expect(try await sandbox.calls().count == 1)
        }
    }
}

/// What was accepted, or a failure that shows what happened instead.
func accepted<Value>(_ outcome: Outcome<Value>) throws -> Value {
    guard case .accepted(let value) = outcome else {
        throw NeverHappened("an acceptance; it was \(outcome)")
    }
    return value
}
