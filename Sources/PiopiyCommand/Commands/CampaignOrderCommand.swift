import ArgumentParser
import Campaigns

/// A command that gives an order to a campaign and prints what the campaign is then.
protocol CampaignOrderCommand: ExitStatusCommand {
    static var order: CampaignOrder { get }
    /// Whether the order can be meant for a campaign, where none is named.
    static func fits(_ campaign: Campaign) -> Bool

    var name: String? { get }
    var client: ClientOptions { get }
    var result: OutputOptions { get }
}

extension CampaignOrderCommand {
    func perform() async throws -> ExitStatus {
        let book = try CampaignBook(client, acts: true)
        return try await book.order(Self.order, try await book.one(name, Self.fits), result)
    }
}

/// `piopiy campaign pause`.
struct CampaignPauseCommand: CampaignOrderCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Pause a campaign: no more calls start; calls that are up go on.",
        discussion: "Once it returns, no process starts another call of the campaign."
    )

    @Argument(help: ArgumentHelp("The campaign; without it the only one that is running.", valueName: "name"))
    var name: String?
    @OptionGroup var client: ClientOptions
    @OptionGroup var result: OutputOptions

    static let order = CampaignOrder.pause

    static func fits(_ campaign: Campaign) -> Bool { campaign.state == .running }
}

/// `piopiy campaign stop`.
struct CampaignStopCommand: CampaignOrderCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Stop a campaign for good. Calls that are up go on.",
        discussion: "Once it returns, no process ever starts another call of the campaign."
    )

    @Argument(help: ArgumentHelp("The campaign; without it the only one that has not ended.", valueName: "name"))
    var name: String?
    @OptionGroup var client: ClientOptions
    @OptionGroup var result: OutputOptions

    static let order = CampaignOrder.stop

    static func fits(_ campaign: Campaign) -> Bool { campaign.state.isOpen }
}
