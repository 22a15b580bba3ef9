import Campaigns
import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

extension Campaign {
    /// - Parameter ends: how so many ended.
    static func example(
        _ id: Int64,
        _ name: String,
        _ state: State = .running,
        left: Int = 10,
        up: Int = 0,
        unknown: Int = 0,
        ends: [String: Int] = [:],
        why: String? = nil,
        runner: String? = nil,
        pace: Pace = .standard
    ) -> Campaign {
        var counts = Counts()
        counts.left = left
        counts.talking = up
        counts.unknown = unknown
        counts.ends = ends
        return Campaign(
            id: id,
            name: name,
            source: "\(name).csv",
            operator: "ops@desk pts/1",
            createdAt: Timestamp(milliseconds: 1_700_000_000_000),
            state: state,
            why: why,
            changedBy: "ops@desk pts/2",
            changedAt: Timestamp(milliseconds: 1_700_000_060_000),
            pace: pace,
            counts: counts,
            runner: runner
        )
    }

    static let examples = [
        example(
            1,
            "spring renewals",
            left: 190,
            up: 5,
            unknown: 3,
            ends: ["completed": 201, "busy": 20, "noAnswer": 75, "failed": 6],
            runner: "ops@desk pts/1"
        ),
        example(
            2,
            "survey",
            .paused,
            left: 86,
            ends: ["completed": 9, "rejected": 5],
            why: "5 calls in a row were refused: The platform refused (403): app_not_active"
        ),
        example(3, "reminders of november", left: 5, ends: ["completed": 12]),
        example(4, "autumn", .done, left: 0, ends: ["completed": 100]),
        example(5, "test", .stopped, left: 3, ends: ["busy": 1]),
    ]
}

extension CampaignEvent {
    static let examples = [
        CampaignEvent(
            at: Timestamp(milliseconds: 1_700_000_000_000),
            operator: "ops@desk pts/1",
            text: "created from spring renewals.csv: 500 numbers, 30 per minute, 5 at once"
        ),
        CampaignEvent(at: Timestamp(milliseconds: 1_700_000_001_000), operator: "ops@desk pts/1", text: "running"),
    ]
}

extension Desk {
    /// Runs a command by its line.
    mutating func command(_ text: String) {
        press(.character(":"))
        type(text)
        press(.enter)
    }

    /// Asks for a list to be rung, and brings what stands in it.
    /// - Parameter more: what is typed behind.
    mutating func readList(_ text: String, _ more: String = "") {
        command("campaign run spring.csv from 919999999999 agent \(Self.agent)\(more)")
        guard let ask = listAsked else {
            Issue.record("no list is read")
            return
        }
        hear(.campaign(.read(ask, Self.reading(text, of: ask))))
    }

    /// The list that is to be read.
    var listAsked: CampaignAsk? {
        for case .run(.campaign(.read(let ask))) in asked.reversed() { return ask }
        return nil
    }

    static func reading(_ text: String, of ask: CampaignAsk) -> CampaignList.Reading {
        let reading = try? CampaignList.read(
            Array(text.utf8),
            name: ask.name ?? "spring",
            source: ask.file,
            defaults: ask.defaults,
            pace: ask.pace,
            allowRepeats: ask.allowsRepeats
        )
        return reading
            ?? CampaignList.Reading(
                list: CampaignList(name: "spring", source: ask.file, rows: [], pace: ask.pace),
                problems: []
            )
    }

    /// What was asked of campaigns that rings or changes anything.
    var campaignActs: [CampaignErrand] {
        asked.compactMap { effect in
            if case .run(.campaign(let errand)) = effect, errand.acts { errand } else { nil }
        }
    }
}
