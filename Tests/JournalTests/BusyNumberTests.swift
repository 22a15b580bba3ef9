import CallBoard
import Campaigns
import Foundation
import GRDB
import Piopiy
import TestSupport
import Testing

@testable import Journal

@Suite("Numbers between processes and in the history")
struct BusyNumberTests {
    /// Of the first row of a campaign's list, as events tell it.
    static let forms = [
        CampaignStage.number(1), "+\(CampaignStage.number(1))", "00\(CampaignStage.number(1))", "+91 88880-00001",
    ]

    private func hear(
        _ members: [String: JSONValue],
        at: Timestamp,
        _ journal: SQLiteJournal
    ) async throws {
        var members = members
        members["time"] = .integer(Int(at.milliseconds))
        let body = try JSONValue.object(members).bytes()
        let payload = WebhookDecoder.decode(body, receivedAt: at)
        _ = try await journal.take([.webhook(payload, body: body, at: at)])
    }

    @Test(
        "Nobody is rung by a campaign who is on the line by another process' word, on either side, added up or not",
        arguments: ["to", "caller", "second leg", "target"],
        [true, false]
    )
    func betweenProcesses(side: String, isAddedUp: Bool) async throws {
        for told in Self.forms {
            try await CampaignStage.with { stage in
                // Of another account, even: a person has one phone.
                let listener = try stage.files.open(2, account: "other")
                let now = stage.time.now
                let ours: JSONValue = "919999999999"
                let number: JSONValue = .string(told)
                let call: [String: JSONValue] = ["cmiuuid": "C", "leg": "a", "status": "answered"]
                func with(_ more: [String: JSONValue]) -> [String: JSONValue] { call.merging(more) { $1 } }
                switch side {
                case "to": try await hear(with(["to": number, "from": ours]), at: now, listener)
                case "caller":
                    try await hear(with(["from": number, "to": ours, "direction": "inbound"]), at: now, listener)
                case "second leg":
                    try await hear(with(["to": "918888888899", "from": ours]), at: now, listener)
                    try await hear(with(["leg": "b", "to": number, "status": "bridged"]), at: now, listener)
                default:
                    let transfer: [String: JSONValue] = ["type": "transfer_status", "status": "started", "to": number]
                    try await hear(with(["to": "918888888899", "from": ours]), at: now, listener)
                    try await hear(with(transfer), at: now, listener)
                }
                if isAddedUp { try await listener.addUp() }

                let campaign = try await stage.campaign(try CampaignStage.list(2))
                try await stage.store.takeOn(campaign.id, resuming: false, at: now)
                let rows = try await stage.store.waiting(campaign.id, limit: 2)
                func begin(_ row: CampaignRow, _ ref: UInt64, at: Timestamp) async throws -> Admission.Word {
                    try await stage.store.begin(row, of: campaign.id, ref: stage.files.ref(ref), at: at).word
                }
                #expect(try await begin(rows[0], 1, at: now + .seconds(90)) == .numberTaken, "\(told)")
                #expect(try await begin(rows[1], 2, at: now + .seconds(90)) == .begun)
                // When the call is over the number is free.
                try await hear(with(["status": "hangup"]), at: now + .seconds(100), listener)
                #expect(try await begin(rows[0], 3, at: now + .seconds(170)) == .begun, "\(told)")
            }
        }
    }

    /// A journal in which numbers were told in every form.
    private func withHistory(_ body: (SQLiteJournal) async throws -> Void) async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            let told = [
                "917000003006", "+917000003006", "00917000003006", "+91 70000 03006", "91-70000-03006", "917000003007",
                "alice",
                "1001",
            ]
            for (index, number) in told.enumerated() {
                let call: [String: JSONValue] = [
                    "cmiuuid": .string("C\(index)"), "status": "busy", "to": .string(number),
                    "from": "+44 (0) 20 7946 0018",
                ]
                try await hear(call, at: files.at(Int64(index)), journal)
            }
            try await journal.addUp()
            try await body(journal)
        }
    }

    @Test(
        "The history finds a number in whatever form it was told and is asked for",
        arguments: [
            ("917000003006", 5), ("+917000003006", 5), ("0091 70000 03006", 5), ("91-70000-03006", 5), ("9170*", 6),
            ("+9170*", 6), ("0091*", 6), ("+91 70000*", 6), ("91700*", 6), ("alice", 1), ("al*", 1), ("1001", 1),
            ("10*", 1),
            ("917000003008", 0), ("7000003006", 0), ("+70*", 0), ("bob", 0), ("%", 0), ("a?ice", 0),
        ] as [(String, Int)]
    )
    func history(asked: String, count: Int) async throws {
        try await withHistory { journal in
            var query = CallQuery()
            query.toNumber = asked
            var found = try await journal.calls(query)
            #expect(found.count == count)
            query.account = "test"
            found = try await journal.calls(query)
            #expect(found.count == count)
            found = try SQLiteJournal.glance(path: journal.path, query).calls
            #expect(found.count == count)
        }
    }

    @Test("So it does the caller's, and what stands anywhere in a number")
    func callerAndText() async throws {
        try await withHistory { journal in
            for caller in ["442079460018", "+44 20 7946 0018", "+44 (0) 20 7946 0018", "4420*"] {
                var query = CallQuery()
                query.callerID = caller
                let found = try await journal.calls(query)
                #expect(found.count == 8, "\(caller)")
            }
            for (text, count) in [
                ("+91 70000-03006", 5), ("7000003006", 5), ("03006", 5), ("alice", 1), ("79460018", 8),
            ] {
                var query = CallQuery()
                query.text = text
                let found = try await journal.calls(query)
                #expect(found.count == count, "\(text)")
            }
        }
    }

}
