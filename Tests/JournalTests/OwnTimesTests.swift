import CallBoard
import Foundation
import GRDB
import Piopiy
import TestSupport
import Testing

@testable import Journal

@Suite("When a call took place")
struct OwnTimesTests {
    private static let day: Int64 = 86_400_000
    private static let hour: Int64 = 3_600_000

    private static func hear(_ json: String, at: Timestamp, _ journal: SQLiteJournal) async throws {
        let body = Array(json.utf8)
        _ = try await journal.take([.webhook(WebhookDecoder.decode(body, receivedAt: at), body: body, at: at)])
    }

    /// A record of a call that began, was answered and ended, as it is told later.
    private static func record(_ id: String, began: Timestamp) -> String {
        let at = began.milliseconds
        return #"{"type":"cdr","uuid":"\#(id)","status":"answered","from":"919999999999","to":"917000003006","#
            + #""start_time":\#(at),"answer_time":\#(at + 5000),"end_time":\#(at + 60_000),"time":\#(at)}"#
    }

    @Test("A record that comes a day late stands where its call took place, in every list")
    func late() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            let began = files.at(0)
            try await Self.hear(
                #"{"uuid":"B","status":"ringing","time":\#(files.at(Self.hour).milliseconds)}"#,
                at: files.at(Self.hour),
                journal
            )
            try await Self.hear(Self.record("A", began: began), at: files.at(Self.day), journal)
            try await journal.addUp()
            func ids(_ change: (inout CallQuery) -> Void = { _ in }) async throws -> [String] {
                var query = CallQuery()
                change(&query)
                return try await journal.calls(query).compactMap(\.call.callID?.text)
            }
            let late = try #require(try await journal.calls(CallQuery()).first { $0.call.callID == CallID("A") })
            #expect(late.call.startedAt == began)
            #expect(late.call.seenAt == files.at(Self.day))
            #expect(late.position?.at == began)
            #expect(try await ids() == ["B", "A"])
            #expect(try await ids { $0.account = "test" } == ["B", "A"])
            #expect(try await ids { $0.from = files.at(Self.hour) } == ["B"])
            #expect(try await ids { $0.to = files.at(Self.hour - 1) } == ["A"])
            #expect(try await ids { $0.openOrEndedSince = files.at(-Self.day) } == ["B", "A"])
            let glance = try SQLiteJournal.glance(path: files.path, CallQuery())
            #expect(glance.calls.map(\.call.callID?.text) == ["B", "A"])
        }
    }

    @Test("What was placed here stands where it was placed, whatever the platform's clock says")
    func placed() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            let call = try Sample.call()
            try await journal.put([.intent(call, ref: files.ref(1), at: files.at(1000))])
            try await Self.hear(
                #"{"uuid":"A","status":"ringing","time":\#(files.at(0).milliseconds),"variables":{"console_ref":"\#(files.ref(1))"}}"#,
                at: files.at(2000),
                journal
            )
            try await journal.addUp()
            let stored = try #require(try await journal.calls(CallQuery()).first)
            #expect(stored.call.startedAt == files.at(1000))
        }
    }

    @Test("A time that cannot be right counts for nothing: the call stands where it was heard of", arguments: [-1, 1])
    func nonsense(sign: Int64) async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            let told = files.at(sign * 401 * Self.day)
            try await Self.hear(
                #"{"uuid":"A","status":"hangup","time":\#(told.milliseconds)}"#,
                at: files.at(0),
                journal
            )
            try await journal.addUp()
            #expect(try await journal.calls(CallQuery()).map(\.call.startedAt) == [files.at(0)])
            let before = files.at(-Self.day)
            #expect(try await journal.forget(before: before, at: files.at(0)) == ForgottenHistory())
        }
    }

    @Test("Calls are forgotten by their own time: what a late record tells of is as old as the call")
    func forgotten() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            try await Self.hear(Self.record("A", began: files.at(0)), at: files.at(10 * Self.day), journal)
            try await Self.hear(Self.record("B", began: files.at(9 * Self.day)), at: files.at(9 * Self.day), journal)
            let now = files.at(10 * Self.day)
            #expect(try await journal.forget(before: files.at(5 * Self.day), at: now).calls == 1)
            #expect(try await journal.calls(CallQuery()).map(\.call.callID) == [CallID("B")])
        }
    }

    @Test("A caller's number is found as the called one is, whatever form it was told in, and by whoever's plan")
    func numbers() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            for (index, told) in ["+91 70000-03006", "00917000003006", "917000003006", "070000 03006"].enumerated() {
                try await Self.hear(
                    #"{"uuid":"\#(index)","status":"hangup","from":"\#(told)","to":"447700900123"}"#,
                    at: files.at(Int64(index)),
                    journal
                )
            }
            try await Self.hear(
                #"{"uuid":"9","status":"hangup","from":"917000003007","to":"917000003006"}"#,
                at: files.at(9),
                journal
            )
            try await journal.addUp()
            func ids(_ change: (inout CallQuery) -> Void) async throws -> [String] {
                var query = CallQuery()
                change(&query)
                return try await journal.calls(query).compactMap(\.call.callID?.text)
            }
            #expect(try await ids { $0.callerID = "917000003006" } == ["2", "1", "0"])
            #expect(try await ids { $0.toNumber = "+917000003006" } == ["9"])
            // Another process reads numbers in its own country, whoever wrote them.
            var options = SQLiteJournal.Options()
            options.numberPlan = try NumberPlan(country: "91")
            let origin = JournalOrigin(id: 2, account: "test", operator: "tester")
            let indian = try SQLiteJournal(path: files.path, origin: origin, at: files.at(0), options: options)
            var query = CallQuery()
            (query.callerID, query.plan) = ("917000003006", options.numberPlan)
            #expect(try await indian.calls(query).compactMap(\.call.callID?.text) == ["3", "2", "1", "0"])
        }
    }
}
