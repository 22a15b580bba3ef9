import Piopiy
import Sandbox
import TestSupport
import Testing

@Suite("Look-ups by an app's secret")
struct LookupRequestTests {
    private static func app(_ secret: String = "app-secret-4711", id: String = SandboxServer.appID) throws
        -> AppCredential
    {
        try AppCredential(appID: id, secret: Token(validating: secret))
    }

    @Test("A call that has ended is found by its request and by its id, with both legs; one that is up is not")
    func records() async throws {
        try await withSandbox(.init(appSecret: "app-secret-4711", speed: 60)) { base in
            let sandbox = SandboxProbe(base: base)
            let client = try sandbox.wholeClient(app: Self.app())
            let acceptance = try accepted(await client.ai.call(try Sample.call(to: Sample.number("8888"))))
            let request = CallLookup.request(try #require(acceptance.requestID))
            let call = try await wait(for: "the end") {
                try await sandbox.calls().first { $0["state"] == "ended" }
            }
            let legs = try accepted(await client.lookups.records(request))
            #expect(legs.map(\.leg) == [.a, .b])
            #expect(legs.first?.to == Sample.number("8888") && legs.last?.to == Sample.agent)
            #expect(legs.allSatisfy { $0.status == "answered" && $0.callID == nil })
            let id = CallID(try #require(call["call_id"]?.string))
            #expect(try accepted(await client.lookups.records(.call(id))).map(\.leg) == [.a])
            #expect(legs.first?.at?.milliseconds == call["placed_at"]?.looseNumber.map { Int64($0) })

            let missed = try accepted(await client.ai.call(try Sample.call(to: Sample.number("0001"))))
            let busy = CallLookup.request(try #require(missed.requestID))
            let record = try await wait(for: "the record") { () -> [LegRecord]? in
                let records = try accepted(await client.lookups.records(busy))
                return records.isEmpty ? nil : records
            }
            #expect(record.map(\.status) == ["busy"])
        }
    }

    @Test("While it is up there is no record, and it counts as up")
    func up() async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let client = try sandbox.wholeClient(app: Self.app())
            #expect(await client.lookups.callsUp() == .accepted(0))
            let id = try await sandbox.longCall()
            #expect(await client.lookups.callsUp() == .accepted(1))
            #expect(await client.lookups.records(.call(id)) == .accepted([]))
            let balance = try accepted(await client.lookups.balance())
            #expect(balance.amount == "17507.49")
        }
    }

    @Test("A wrong secret, or another app, is like no such call; the count of calls says what is wrong")
    func wrong() async throws {
        try await withSandbox(.init(appSecret: "app-secret-4711", speed: 60)) { base in
            let sandbox = SandboxProbe(base: base)
            let placed = try accepted(
                await (try sandbox.wholeClient()).ai.call(try Sample.call(to: Sample.number("0001")))
            )
            let request = CallLookup.request(try #require(placed.requestID))
            let right = try sandbox.wholeClient(app: Self.app())
            _ = try await wait(for: "the record") { () -> Bool? in
                try accepted(await right.lookups.records(request)).isEmpty ? nil : true
            }
            let wrong = try sandbox.wholeClient(app: Self.app("another-secret"))
            #expect(await wrong.lookups.records(request) == .accepted([]))
            guard case .refused(let refusal) = await wrong.lookups.callsUp() else {
                throw NeverHappened("a refusal")
            }
            #expect(refusal.code == AppCredential.refusalCode)
            #expect(await wrong.lookups.balance().name == "refused")
            let other = try sandbox.wholeClient(app: Self.app(id: "1"))
            #expect(await other.lookups.records(request) == .accepted([]))
            let shown = try await sandbox.request("GET", "/_sandbox/requests", authorization: nil).text
            #expect(shown.contains("requestid_cdr") && shown.contains("get_channels"))
            #expect(!shown.contains("app-secret-4711") && !shown.contains("another-secret"))
        }
    }
}
