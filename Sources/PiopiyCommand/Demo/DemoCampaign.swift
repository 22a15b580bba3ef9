import CallBoard
import Campaigns
import Console
import Piopiy
import Sandbox

/// Topics, numbers and agents of the demo's calls. The numbers are the manual's examples, or from ranges that are
/// reserved for fiction. The sandbox calls nobody.
enum DemoCast {
    static let caller = "919999999999"

    /// Variables of the calls, by which the board shows what they are for.
    static let topicKey = "topic"
    static let orderKey = "order"

    /// The board's columns, as many as there is room for, the first ones first.
    static let columns: [BoardColumn] = [
        .state, .to, .variable(topicKey), .agent, .variable(orderKey), .time, .flags, .campaign, .from,
    ]

    private static let topics = ["delivery", "renewal", "refund", "appointment", "survey", "invoice", "repair"]

    static func topic(_ index: Int) -> String { topics[index % topics.count] }

    /// The sandbox's agents that are active, in turn.
    static func agentID(_ index: Int) -> String {
        let active = SandboxServer.agents.filter { $0.status == "active" }
        return active[index % active.count].id
    }
}

/// The campaign of the demo: a list with endings of every kind that does not stop a campaign.
enum DemoCampaign {
    static let name = "spring-offers"
    static let rows = 60

    /// - Throws: where a row breaks a rule: an error in the list itself.
    static func list(speed: Double = 1) throws -> CampaignList {
        let lines = ["to,agent,ring_timeout_sec,\(DemoCast.topicKey),\(DemoCast.orderKey)"] + (0..<rows).map(row)
        let reading = try CampaignList.read(
            Array(lines.joined(separator: "\n").utf8),
            name: name,
            source: "the demo",
            defaults: CampaignList.Defaults(callerID: DemoCast.caller),
            pace: try pace(isOpening: true, speed: speed)
        )
        if let problem = reading.problems.first {
            throw CommandFailure(status: .badConfiguration, message: "The demo's list is wrong: \(problem)")
        }
        return reading.list
    }

    /// The opening's pace fills the progress bar within seconds; the other makes the list last for ten minutes.
    static func pace(isOpening: Bool = false, speed: Double = 1) throws -> Campaign.Pace {
        let range = Campaign.Pace.perMinuteRange
        let wished = ((isOpening ? 40 : 6) * speed).rounded()
        let perMinute = Int(min(max(wished, Double(range.lowerBound)), Double(range.upperBound)))
        return try Campaign.Pace(checking: perMinute, atOnce: 6)
    }

    private static func row(_ index: Int) -> String {
        let cells = [
            number(index), DemoCast.agentID(index), "15", DemoCast.topic(index), "S-\(200 + index)",
        ]
        return cells.joined(separator: ",")
    }

    /// Ten rows have six ordinary calls, and four of another ending.
    private static func number(_ index: Int) -> String {
        let block = "44\(113 + index / 10)4960"
        switch index % 10 {
        // Busy: the first row is done at once.
        case 0: return block + "001"
        // Fails after ringing.
        case 2: return block + "003"
        // Never answered.
        case 5: return block + "002"
        // Events come twice and out of order.
        case 8: return block + "011"
        default: return "447700900\(100 + index)"
        }
    }
}
