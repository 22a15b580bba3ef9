import Piopiy
import Sandbox
import TestSupport
import Testing

@Suite("Call detail records on request")
struct RecordRequestTests {
    private static let always = (from: Timestamp(milliseconds: 0), to: Timestamp(milliseconds: 4_000_000_000_000))

    private func query(_ app: String, limit: Int = 100) throws -> CDRQuery {
        try CDRQuery(appID: app, from: Self.always.from, to: Self.always.to, limit: limit)
    }

    private func allEnded(_ sandbox: SandboxProbe, _ count: Int) async throws -> [JSONValue] {
        try await wait(for: "the calls' end") {
            let calls = try await sandbox.calls()
            return calls.count == count && calls.allSatisfy { $0["state"] == "ended" } ? calls : nil
        }
    }

    @Test("Every call that has ended is on record, as its webhook told it; an app without calls has none")
    func listed() async throws {
        try await withSandbox(EndingTests.quick) { base in
            let sandbox = SandboxProbe(base: base)
            for ending in ["8888", "0001", "0002", "0003", "0012"] {
                _ = try await sandbox.place(
                    try Sample.call(to: Sample.number(ending), options: CallOptions(record: true))
                )
            }
            let calls = try await allEnded(sandbox, 5)
            let client = try sandbox.wholeClient()
            let records = try accepted(await client.cdr.list(try query(SandboxServer.appID)))
            #expect(Set(records.map(\.callID.text)) == Set(calls.compactMap { $0["call_id"]?.string }))
            for call in calls {
                let record = try #require(records.first { $0.callID.text == call["call_id"]?.string })
                let isTalk = call["end"] == "completed"
                #expect(record.callerID == Sample.caller)
                #expect(record.toNumber == call["to_number"]?.string)
                #expect(record.at?.milliseconds == call["placed_at"]?.looseNumber.map { Int64($0) })
                #expect(((record.talkSeconds ?? 0) > 0) == isTalk)
                #expect(record.fileName == (isTalk ? "\(record.callID).wav" : nil))
                #expect(record.status?.isEmpty == false)
            }
            #expect(try accepted(await client.cdr.list(try query("1111111"))).isEmpty)
        }
    }

    @Test("A call to 0015 is in no record and in no look-up, and does not count as up")
    func neverHeardOf() async throws {
        try await withSandbox(EndingTests.quick) { base in
            let sandbox = SandboxProbe(base: base)
            let app = try AppCredential(
                appID: SandboxServer.appID,
                secret: Token(validating: "app-secret-4711")
            )
            let client = try sandbox.wholeClient(app: app)
            _ = try? await sandbox.place(try Sample.call(to: Sample.number("0015")))
            _ = try await sandbox.place(try Sample.call())
            let calls = try await allEnded(sandbox, 2)
            let silent = try #require(calls.first { $0["to_number"]?.string == Sample.number("0015") })
            let records = try accepted(await client.cdr.list(try query(SandboxServer.appID)))
            #expect(records.map(\.toNumber) == [Sample.number])
            let id = CallID(try #require(silent["call_id"]?.string))
            let request = RequestID(try #require(silent["request_id"]?.string))
            #expect(await client.lookups.records(.call(id)) == .accepted([]))
            #expect(await client.lookups.records(.request(request)) == .accepted([]))
        }
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let app = try AppCredential(
                appID: SandboxServer.appID,
                secret: Token(validating: "app-secret-4711")
            )
            _ = try? await sandbox.place(try Sample.call(to: Sample.number("0015")))
            #expect(try await sandbox.calls().count == 1)
            #expect(await (try sandbox.wholeClient(app: app)).lookups.callsUp() == .accepted(0))
        }
    }

    @Test("The newest come first and at most the limit; a call's own app finds it, and times bound it on both sides")
    func bounds() async throws {
        try await withSandbox(EndingTests.quick) { base in
            let sandbox = SandboxProbe(base: base)
            let client = try sandbox.wholeClient()
            for ending in ["0001", "8881", "8882"] {
                let call = try PCMOCall(
                    callerID: Sample.caller,
                    toNumber: Sample.number(ending),
                    appID: "777",
                    pipeline: PipelineBuilder().play("a.wav").build()
                )
                _ = try accepted(await client.pcmo.call(call))
            }
            let calls = try await allEnded(sandbox, 3)
            func records(_ from: Int64, _ to: Int64, limit: Int = 100) async throws -> [String] {
                let body = #"{"app_id":"777","start_time":\#(from),"end_time":\#(to),"limit":\#(limit)}"#
                let answer = try await sandbox.request("POST", "/sip/app/cdr/get", body: body)
                #expect(answer.status == 200)
                return try #require(answer.json?["cdr"]?.array).compactMap { $0["call_id"]?.string }
            }
            let ids = calls.compactMap { $0["call_id"]?.string }
            let times = calls.compactMap { $0["placed_at"]?.looseNumber }.map { Int64($0) }
            #expect(try await records(0, 4_000_000_000_000) == ids.reversed())
            #expect(try await records(0, 4_000_000_000_000, limit: 1) == [ids[2]])
            #expect(try await records(0, times[0] - 1).isEmpty)
            #expect(try await records(times[2] + 1, 4_000_000_000_000).isEmpty)
            #expect(try await records(times[2], times[2]).contains(ids[2]))
        }
    }

    @Test("A call that is up is not on record yet")
    func up() async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let id = try await sandbox.longCall()
            let client = try sandbox.wholeClient()
            #expect(try accepted(await client.cdr.list(try query(SandboxServer.appID))).isEmpty)
            _ = try await sandbox.hangUp(id.text)
            #expect(try accepted(await client.cdr.list(try query(SandboxServer.appID))).map(\.callID) == [id])
        }
    }

    @Test("The SDK's pages find every record, however few fit into one")
    func pages() async throws {
        try await withSandbox(EndingTests.quick) { base in
            let sandbox = SandboxProbe(base: base)
            for _ in 1...7 {
                _ = try await sandbox.place(try Sample.call(to: Sample.number("0001")))
                // Records of one millisecond cannot be told apart by time.
                let last = try await sandbox.calls().last?["placed_at"]
                _ = try await wait(for: "another millisecond") {
                    last == .integer(Int(Timestamp.now.milliseconds)) ? nil : true
                }
            }
            let calls = try await allEnded(sandbox, 7)
            var found: [String] = []
            for await page in (try sandbox.wholeClient()).cdr.pages(try query(SandboxServer.appID, limit: 2)) {
                found += try accepted(page).records.map(\.callID.text)
            }
            #expect(found == calls.compactMap { $0["call_id"]?.string })
        }
    }

    @Test(
        "A query that breaks a rule is answered 400 with its field",
        arguments: [
            (#"{"start_time":1,"end_time":2,"limit":3}"#, "app_id"),
            (#"{"app_id":"1","start_time":3,"end_time":2,"limit":3}"#, "end_time"),
            (#"{"app_id":"1","start_time":1,"end_time":2,"limit":0}"#, "limit"),
            (#"{"app_id":"1","end_time":2,"limit":3}"#, "start_time"), ("[]", "body"),
        ]
    )
    func refused(body: String, field: String) async throws {
        try await withSandbox { base in
            let answer = try await SandboxProbe(base: base).request("POST", "/sip/app/cdr/get", body: body)
            #expect(answer.status == 400)
            #expect(answer.json?["field"]?.string == field)
        }
    }
}
