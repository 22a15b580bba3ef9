import ArgumentParser
import Campaigns
import Piopiy

/// How fast a campaign is rung, and where it hears what becomes of its calls.
struct CampaignPaceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Calls per minute, 1 to 600. (default: 30, or the campaign's own)",
            valueName: "n"
        )
    )
    var rate: Int?

    @Option(
        help: ArgumentHelp(
            "Concurrent calls, 1 to 500. (default: 5, or the campaign's own)",
            valueName: "n"
        )
    )
    var atOnce: Int?

    @Option(
        help: ArgumentHelp(
            "The port on 127.0.0.1 that receives webhooks. (default: the configuration's, else 8787)",
            valueName: "p"
        )
    )
    var webhookPort: Int?

    mutating func validate() throws {
        if let webhookPort, !(0...65_535).contains(webhookPort) {
            throw ArgumentParser.ValidationError("--webhook-port is \(webhookPort); it must be 0 to 65535.")
        }
        do throws(Piopiy.ValidationError) {
            _ = try Campaign.Pace(checking: rate, atOnce: atOnce)
        } catch {
            let option = error.field == "rate" ? "--rate" : "--at-once"
            throw ArgumentParser.ValidationError("\(option) \(error.problem).")
        }
    }

    var flags: [Setting: [String]] { webhookPort.map { [.webhookPort: ["\($0)"]] } ?? [:] }

    func checked() throws(CommandFailure) -> Campaign.Pace {
        do throws(Piopiy.ValidationError) {
            return try Campaign.Pace(checking: rate, atOnce: atOnce)
        } catch {
            throw CommandFailure(status: .invalid, message: "\(error)")
        }
    }

    /// Another pace than a campaign has, where one was given.
    func changed(_ pace: Campaign.Pace) throws -> Campaign.Pace? {
        guard rate != nil || atOnce != nil else { return nil }
        return try Campaign.Pace(checking: rate ?? pace.perMinute, atOnce: atOnce ?? pace.atOnce)
    }
}
