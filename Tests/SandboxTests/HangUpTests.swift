import Piopiy
import Sandbox
import TestSupport
import Testing

@Suite("Hanging up")
struct HangUpTests {
    @Test("A ringing call that is hung up ends as cancelled; the second hang-up finds it ended")
    func ringing() async throws {
        // 0002 rings for 30 s: there is time to hang up.
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let client = try sandbox.client()
            _ = try accepted(await client.ai.call(try Sample.call(to: Sample.number("0002"))))
            let call = try await sandbox.onlyCall { $0["state"] == "ringing" }
            let id = CallID(try #require(call["call_id"]?.string))

            let first = try accepted(
                await client.voice.hangup(callID: id, cause: "USER_CANCEL", reason: "changed my mind")
            )
            #expect(first.status == 200)
            #expect(!first.alreadyEnded)
            let ended = try await sandbox.onlyCall()
            #expect(ended["state"] == "ended")
            #expect(ended["end"] == "cancelled")
            #expect(ended["cause"] == "USER_CANCEL")
            #expect(ended["reason"] == "changed my mind")

            let second = try accepted(await client.voice.hangup(callID: id))
            #expect(second.status == 404)
            #expect(second.alreadyEnded)
            #expect(try await sandbox.onlyCall() == ended)
        }
    }

    @Test("A talking call that is hung up ends as completed")
    func talking() async throws {
        try await withSandbox(.init(speed: 20)) { base in
            let sandbox = SandboxProbe(base: base)
            let client = try sandbox.client()
            // A talk of 20 s at the least, so a second here.
            _ = try accepted(await client.ai.call(try Sample.call()))
            let call = try await sandbox.onlyCall { $0["state"] == "talking" }
            let id = CallID(try #require(call["call_id"]?.string))
            #expect(try accepted(await client.voice.hangup(callID: id)).status == 200)
            let ended = try await sandbox.onlyCall()
            #expect(ended["end"] == "completed")
            #expect(ended["cause"] == "NORMAL_CLEARING")
        }
    }

    @Test("An id that was never given out is answered 404")
    func unknown() async throws {
        try await withSandbox { base in
            let answer = try await SandboxProbe(base: base).hangUp("00000000-0000-4000-8000-000000000000")
            #expect(answer.status == 404)
            #expect(answer.json?["error"] == "call_not_found")
        }
    }

    @Test("The request's id hangs nothing up")
    func requestID() async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let placed = try await sandbox.place(try Sample.call(to: Sample.number("0002")))
            let answer = try await sandbox.hangUp(try #require(placed.json?["request"]?.string))
            #expect(answer.status == 400)
            #expect(answer.json?["field"] == "call_id")
            #expect(try await sandbox.onlyCall()["state"] != "ended")
        }
    }

    @Test("A call's live state is there while it is up, in either letter case, and 404 afterwards")
    func status() async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            _ = try await sandbox.place(try Sample.call(to: Sample.number("0002")))
            let id = try #require(try await sandbox.onlyCall { $0["state"] == "ringing" }["call_id"]?.string)
            let live = try await sandbox.request("GET", "/v3/calls/\(id.uppercased())")
            #expect(live.status == 200)
            #expect(live.json?["call_id"]?.string == id)
            #expect(live.json?["state"] == "ringing")
            _ = try await sandbox.hangUp(id.uppercased())
            #expect(try await sandbox.request("GET", "/v3/calls/\(id)").status == 404)
        }
    }
}
