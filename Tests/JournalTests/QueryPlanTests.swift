import CallBoard
import Campaigns
import Foundation
import GRDB
import Piopiy
import TestSupport
import Testing

@testable import Journal

@Suite("What a long journal costs")
struct QueryPlanTests {
    @Test("Starts, pages and look-ups read by indexes alone, and sort nothing")
    func calls() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            var queries: [(name: String, query: CallQuery)] = []
            func add(_ name: String, _ change: (inout CallQuery) -> Void) {
                var query = CallQuery(limit: 200)
                change(&query)
                queries.append((name, query))
            }
            let place = CallPosition(at: files.at(0), row: 7)
            for account in ["test", nil] {
                add("start") { ($0.account, $0.openOrEndedSince) = (account, files.at(0)) }
                add("live") { ($0.account, $0.openOrEndedSince) = (account, Timestamp(milliseconds: .max)) }
                add("first page") { $0.account = account }
                add("next page") { ($0.account, $0.before) = (account, place) }
                add("since") { ($0.account, $0.from, $0.to) = (account, files.at(0), files.at(9)) }
                add("to") { ($0.account, $0.toNumber) = (account, "+91 70000-03006") }
                add("from") { ($0.account, $0.callerID, $0.before) = (account, "917000003006", place) }
            }
            try await journal.read { [queries] db in
                for (name, query) in queries {
                    let steps = try plans(db) { _ = try CallTable.held(query, db) }
                    #expect(!steps.isEmpty && steps.long.isEmpty, "\(name): \(steps)")
                }
                let used = try plans(db) { _ = try CallTable.usedValues(account: "test", calls: 2000, db) }
                #expect(used.long.isEmpty, "\(used)")
            }
        }
    }

    @Test("A call's id and a rare text read by indexes; what is found is put in order")
    func rare() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            try await journal.put([.hangUp(CallID("A"), cause: "X", reason: nil, at: files.at(0))])
            try await journal.indexAll()
            try await journal.write { db in _ = try SearchIndex.update(limit: 1, db) }
            try await journal.read { db in
                var byID = CallQuery()
                byID.callID = "ee6a7a9b-78ea-4693-9e77-5fc085567b2f"
                var byText = CallQuery()
                byText.text = "zanzibar"
                for query in [byID, byText] {
                    let steps = try plans(db) { _ = try CallTable.held(query, db) }
                    let long = steps.long.filter {
                        $0 != "USE TEMP B-TREE FOR ORDER BY" && !$0.contains("VIRTUAL TABLE")
                            && !$0.contains("call_lookup_to_compare")
                    }
                    #expect(long.isEmpty, "\(steps)")
                }
            }
        }
    }

    @Test("A campaign's steps read by indexes alone, and sort nothing")
    func campaign() async throws {
        try await CampaignStage.with { stage in
            let made = try await stage.campaign(try CampaignStage.list(20))
            let (store, id, now) = (stage.store, made.id, stage.time.now)
            let rows = try await store.waiting(id, limit: 5)
            let (first, second) = (try #require(rows.first), try #require(rows.last))
            let refs = (stage.files.ref(1), stage.files.ref(2))
            try await store.takeOn(id, resuming: false, at: now)
            #expect(try await store.begin(first, of: id, ref: refs.0, at: now).word == .begun)
            let asker = store.asker(now)
            try await store.write { db in
                let steps = try plans(db) {
                    _ = try CampaignTable.waiting(id, limit: 100, db)
                    _ = try CampaignTable.standing(id, of: "test", for: 1, db)
                    _ = try CampaignTable.open(id, db)
                    _ = try CampaignTable.one(id, of: "test", db)
                    let placement = TaggedPlacement(second.call, ref: refs.1, isTagged: false)
                    let terms = PlacementTerms(claim: RowClaim(campaign: id, row: second.number))
                    let admission = try AttemptTable.admit(placement, terms, beside: nil, by: asker, db)
                    #expect(admission.word == .begun)
                    try AttemptTable.conclude(refs.1, CampaignStage.accepted, origin: 1, at: now, asker.boot, db)
                    try CampaignTable.note(["r \(refs.1)"], mayHaveRung: true, of: "test", db)
                }
                #expect(steps.count > 20 && steps.long.isEmpty, "\(steps)")
                // Of a long list the few that are up are found by themselves.
                #expect(steps.contains { $0.contains("campaign_row_that_is_open") }, "\(steps)")
            }
        }
    }
}
