import Piopiy
import Testing

@testable import CallBoard
@testable import Campaigns

@Suite("What is told of campaigns")
struct CampaignNewsTests {
    private func campaign(
        _ state: Campaign.State,
        why: String? = nil,
        runner: String? = "ops@desk",
        left: Int = 5
    ) -> Campaign {
        var counts = Campaign.Counts()
        counts.left = left
        counts.unknown = 1
        counts.ends = ["completed": 3, "busy": 2]
        return Campaign(
            id: 1,
            name: "spring",
            source: "spring.csv",
            operator: "ops@desk",
            createdAt: Timestamp(milliseconds: 0),
            state: state,
            why: why,
            changedBy: "ben@desk",
            changedAt: Timestamp(milliseconds: 0),
            pace: .standard,
            counts: counts,
            runner: runner
        )
    }

    @Test("Counting on is no news; a change of state is, with who or why")
    func states() {
        let running = campaign(.running)
        #expect(campaign(.running, left: 4).news(since: running) == nil)
        #expect(campaign(.paused).news(since: running)?.text == "campaign spring was paused by ben@desk")
        let byItself = campaign(.paused, why: "a call could not be sent: no connection").news(since: running)
        #expect(byItself?.level == .warning)
        #expect(byItself?.text == "campaign spring is paused: a call could not be sent: no connection")
        let interrupted = campaign(.running, runner: nil)
        #expect(interrupted.news(since: running)?.level == .error)
        #expect(interrupted.news(since: interrupted) == nil)
        #expect(running.news(since: campaign(.paused))?.text == "campaign spring is running again")
        #expect(
            campaign(.done, runner: nil, left: 0).news(since: running)?.text
                == "campaign spring is done: 6 dialed, 3 answered, 2 not answered, 1 in doubt"
        )
        #expect(campaign(.stopped).news(since: running)?.text == "campaign spring was stopped by ben@desk")
        #expect(running.news(since: nil)?.text == "campaign spring: 11 numbers, by ops@desk")
    }
}
