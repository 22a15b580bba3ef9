import CallBoard
import Foundation
import GRDB
import Piopiy
import Testing

@testable import Journal

@Suite("Asking for past calls page by page")
struct PagingTests {
    private static let agent = "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"

    private func call(_ to: String, caller: String = "919999999999", _ variables: Variables? = nil) throws -> AICall {
        try AICall(callerID: caller, toNumber: to, agentID: Self.agent, variables: variables)
    }

    @Test("Pages put together are all calls of the account, each once, the newest first")
    func pages() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open(1, account: "ours")
            let others = try files.open(2, account: "others")
            for number in 0..<57 {
                // Some in the same millisecond.
                let at = files.at(Int64(number / 5))
                let line = JournalLine.intent(
                    try call("9188888880\(number + 10)"),
                    ref: files.ref(UInt64(number + 1)),
                    at: at
                )
                try await (number % 7 == 0 ? others : journal).put([line])
            }
            try await journal.addUp()
            var query = CallQuery(limit: 10)
            query.account = "ours"
            var page = try await journal.calls(query)
            var found = page
            while page.count == query.limit {
                query.before = try #require(page.last?.position)
                page = try await journal.calls(query)
                found += page
            }
            #expect(found.count == 48)
            #expect(Set(found.map(\.call.key)).count == 48)
            let moments = found.map(\.call.seenAt)
            #expect(moments == moments.sorted(by: >))
            var all = CallQuery()
            all.account = "ours"
            #expect(try await journal.calls(all) == found)
        }
    }

    @Test("A condition holds where one of its parts does; all conditions must")
    func conditions() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            let numbers = ["918888888801", "918888888802", "447700900123"]
            for (index, number) in numbers.enumerated() {
                try await journal.put([
                    .intent(
                        try call(number, index == 1 ? ["order": "A-17"] : nil),
                        ref: files.ref(UInt64(index + 1)),
                        at: files.at(Int64(index))
                    )
                ])
            }
            try await journal.record([
                .outcome(.refused(Refusal(status: 403, code: "x", message: "no")), ref: files.ref(3), at: files.at(9))
            ])
            try await journal.addUp()
            func found(_ conditions: CallQuery.Condition...) async throws -> [String] {
                var query = CallQuery()
                query.conditions = conditions
                return try await journal.calls(query).compactMap(\.call.to)
            }
            #expect(try await found(.init(text: "a-17")) == ["918888888802"])
            #expect(try await found(.init(text: "A-17", ends: ["rejected"])) == ["447700900123", "918888888802"])
            #expect(try await found(.init(text: "9188"), .init(states: ["placing"])).count == 2)
            #expect(try await found(.init(states: ["placing"]), .init(ends: ["rejected"])) == [])
            #expect(try await found(.init(agentIDs: [Self.agent.uppercased()])).count == 3)
            #expect(try await found(.init()) == [])
        }
    }

    @Test("What was used before: each value once, the newest first, of placed calls alone")
    func used() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open(1, account: "ours")
            let others = try files.open(2, account: "others")
            for (index, number) in ["918888888801", "918888888802", "918888888801"].enumerated() {
                try await journal.put([
                    .intent(try call(number), ref: files.ref(UInt64(index + 1)), at: files.at(Int64(index)))
                ])
            }
            try await others.put([
                .intent(try call("447700900123", caller: "919999999998"), ref: files.ref(9), at: files.at(9))
            ])
            // A call that nobody here placed.
            let body = Array(
                #"{"cmiuuid":"ee6a7a9b-78ea-4693-9e77-5fc085567b2f","status":"in_ringing","from":"447700900999","to":"919999999997","time":1}"#
                    .utf8
            )
            let payload = WebhookDecoder.decode(body, receivedAt: files.at(20))
            _ = try await journal.take([.webhook(payload, body: body, at: files.at(20))])
            try await journal.addUp()
            let used = try await journal.usedValues(account: "ours", calls: 100)
            #expect(used.destinations == ["918888888801", "918888888802"])
            #expect(used.callers == ["919999999999"] && used.agents == [Self.agent])
            let all = try await journal.usedValues(account: nil, calls: 100)
            #expect(all.destinations == ["447700900123", "918888888801", "918888888802"])
            #expect(try await journal.usedValues(account: nil, calls: 1).destinations.isEmpty)
        }
    }

    @Test("A call with a failover comes back with what was sent, and one with more than we can hold does not")
    func failover() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            let other = "3f0c2f4e-9d1b-4c8a-8a63-0d5f6f1c7b21"
            func failing(_ leg: ConnectLeg) throws -> AICall {
                try AICall(
                    callerID: "919999999999",
                    toNumber: "918888888888",
                    agentID: Self.agent,
                    options: CallOptions(maxDuration: 600),
                    variables: ["order": "A-17"],
                    appID: "app-1",
                    failover: Failover(agentID: other, leg: leg)
                )
            }
            let plain = try failing(ConnectLeg())
            let special = try failing(ConnectLeg(metadata: ["x": "1"]))
            try await journal.put([.intent(plain, ref: files.ref(1), at: files.at(1))])
            try await journal.put([.intent(special, ref: files.ref(2), at: files.at(2))])
            try await journal.addUp()
            let calls = try await journal.calls(CallQuery())
            #expect(calls.map(\.call.request) == [nil, plain])
        }
    }
}
