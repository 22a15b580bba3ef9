import Piopiy
import Sandbox
import Testing

@Suite("What the last four digits choose")
struct EndingTests {
    @Test("A call to an ordinary number is accepted, rings, talks and ends as completed")
    func ordinary() async throws {
        try await withSandbox(.init(speed: 200)) { base in
            let sandbox = SandboxProbe(base: base)
            let outcome = await (try sandbox.client()).ai.call(try Sample.call())
            guard case .accepted(let acceptance) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            let call = try await sandbox.onlyCall { $0["state"] == "ended" }
            #expect(call["request_id"]?.string == acceptance.requestID?.text)
            #expect(call["call_id"] != call["request_id"])
            #expect(call["end"] == "completed")
            let times = ["placed_at", "ringing_at", "answered_at", "ended_at"].compactMap { call[$0]?.looseNumber }
            #expect(times.count == 4)
            #expect(times == times.sorted())
        }
    }
}
