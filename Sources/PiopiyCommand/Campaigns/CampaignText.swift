import CallBoard
import Campaigns
import Piopiy
import Terminal

/// Campaigns as they are printed.
enum CampaignText {
    private static let table = TextTable(widths: [20, 11, 13, 8, 6, 5, 4, 7, 7])

    static let header = table.row([
        "NAME", "STATE", "DIALED", "ANSWERED", "FAILED", "DOUBT", "UP", "RATE", "AT ONCE", "BY",
    ])

    static func row(_ campaign: Campaign) -> String {
        let counts = campaign.counts
        return table.row([
            campaign.name, word(campaign), "\(counts.rung)/\(counts.total)", "\(counts.answered)", "\(counts.failed)",
            "\(counts.unknown)", "\(counts.up)", "\(campaign.pace.perMinute)/min", "\(campaign.pace.atOnce)",
            campaign.operator,
        ])
    }

    /// A campaign that is to be rung and that nobody rings is neither running nor paused.
    static func word(_ campaign: Campaign) -> String {
        campaign.isInterrupted ? "interrupted" : campaign.state.rawValue
    }

    /// One line for people.
    static func line(_ campaign: Campaign) -> String {
        let counts = campaign.counts
        var parts = [
            "\(counts.rung) of \(counts.total) dialed", "\(counts.answered) answered", "\(counts.failed) not answered",
        ]
        if counts.up > 0 { parts.append("\(counts.up) up") }
        if counts.unknown > 0 { parts.append("\(counts.unknown) in doubt") }
        var line = "\(campaign.name): \(word(campaign)), \(parts.joined(separator: ", "))"
        if campaign.state != .running, campaign.state != .done {
            line += ". By \(campaign.changedBy)\(campaign.why.map { ": \($0)" } ?? "")"
        }
        return SafeText.printable(line)
    }

    /// For scripts; times are ms since 1970, what has no value is left out.
    static func json(_ campaign: Campaign) -> JSONValue {
        let counts = campaign.counts
        var members: [String: JSONValue] = [
            "campaign": .string(campaign.name), "state": .string(word(campaign)), "total": .integer(counts.total),
            "rung": .integer(counts.rung), "left": .integer(counts.left), "up": .integer(counts.up),
            "answered": .integer(counts.answered), "failed": .integer(counts.failed),
            "unknown": .integer(counts.unknown),
            "ends": .object(counts.ends.mapValues { .integer($0) }),
            "rate": .integer(campaign.pace.perMinute), "at_once": .integer(campaign.pace.atOnce),
            "source": .string(campaign.source), "operator": .string(campaign.operator),
            "created_at": .integer(Int(campaign.createdAt.milliseconds)),
            "changed_at": .integer(Int(campaign.changedAt.milliseconds)), "changed_by": .string(campaign.changedBy),
        ]
        members["why"] = campaign.why.map { .string($0) }
        members["runner"] = campaign.runner.map { .string($0) }
        return .object(members)
    }
}

/// Rows of a campaign as they are printed.
struct CampaignRowText {
    let format: ListFormat

    private static let table = TextTable(widths: [6, 16, 10, 10, 19, 36])
    private static let columns = ["line", "to_number", "state", "end", "begun_at", "call_id", "ref"]

    var header: String? {
        switch format {
        case .text: Self.table.row(["LINE", "TO", "STATE", "END", "DIALED AT", "CALL"])
        case .json: nil
        case .csv: Self.columns.joined(separator: ",")
        }
    }

    func line(_ result: CampaignResult) -> String {
        var members: [String: JSONValue] = [
            "line": .integer(result.line), "to_number": .string(result.to),
            "state": .string(result.ref == nil ? "left" : result.state ?? "placing"),
        ]
        members["end"] = result.end.map { .string($0) }
        members["begun_at"] = result.begunAt.map { .integer(Int($0.milliseconds)) }
        members["call_id"] = result.callID.map { .string($0) }
        members["ref"] = result.ref.map { .string($0.text) }
        switch format {
        case .json: return JSONLine.text(.object(members))
        case .csv: return Self.columns.map { CSV.cell(members[$0]?.looseText ?? "") }.joined(separator: ",")
        case .text:
            return Self.table.row([
                "\(result.line)", result.to, members["state"]?.string ?? "", result.end ?? "",
                result.begunAt?.localText ?? "", result.callID ?? "",
            ])
        }
    }
}
