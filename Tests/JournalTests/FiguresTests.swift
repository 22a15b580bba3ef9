import CallBoard
import Campaigns
import Piopiy
import TestSupport
import Testing

@testable import Journal

@Suite("Figures of the journal")
struct FiguresTests {
    @Test("Rows of campaigns stand by their state, and lines that were not folded are counted")
    func campaigns() async throws {
        try await CampaignStage.with { stage in
            let empty = try await stage.store.figures(countsCalls: true)
            #expect(empty.campaigns.isEmpty && empty.campaignRows.isEmpty && empty.openCalls == [:])
            _ = try await stage.campaign(try CampaignStage.list(3))
            _ = try await stage.store.create(try CampaignStage.list(2, name: "autumn"), at: stage.time.now)
            let figures = try await stage.store.figures(countsCalls: false)
            #expect(figures.openCalls == nil)
            #expect(figures.campaigns == [.running: 1, .paused: 1])
            #expect(
                Set(figures.campaignRows) == [
                    .init(campaign: .running, row: .notDialed, count: 3),
                    .init(campaign: .paused, row: .notDialed, count: 2),
                ]
            )
        }
    }

    @Test("Calls that are up are counted by state, once their lines are folded")
    func calls() async throws {
        try await CampaignStage.with { stage in
            let bodies = [
                #"{"call_id":"c-1","status":"ringing","to":"918888888888"}"#,
                #"{"call_id":"c-2","status":"answered","to":"918888888889"}"#,
                #"{"call_id":"c-3","status":"busy","to":"918888888890"}"#,
            ].map { Array($0.utf8) }
            for body in bodies {
                let payload = WebhookDecoder.decode(body, receivedAt: stage.time.now)
                _ = try await stage.store.take([.webhook(payload, body: body, at: stage.time.now)])
            }
            #expect(try await stage.store.figures(countsCalls: true).pendingLines == 3)
            try await stage.store.addUp()
            let figures = try await stage.store.figures(countsCalls: true)
            #expect(figures.pendingLines == 0)
            #expect(figures.openCalls == ["ringing": 1, "talking": 1])
        }
    }
}
