import ArgumentParser
import Campaigns
import Journal
import Piopiy
import Station

/// `piopiy campaign resume`.
struct CampaignResumeCommand: ExitStatusCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Resume a campaign: in the process that runs it, else in this one.",
        discussion: """
            If a console or another command runs the campaign, that process resumes it. If none does, this command \
            runs it, as campaign run does.
            """
    )

    @Argument(
        help: ArgumentHelp("The campaign; without it the only one that is paused or interrupted.", valueName: "name")
    )
    var name: String?
    @OptionGroup var pace: CampaignPaceOptions

    @Flag(help: "Take over a campaign that was run with another token of this account; needs its name.")
    var takeOver = false

    @Flag(help: "Also dial numbers that other campaigns have dialed since this one was created.")
    var ringAgain = false

    @OptionGroup var client: ClientOptions
    @OptionGroup var result: OutputOptions

    func validate() throws {
        if takeOver, name == nil {
            throw ArgumentParser.ValidationError("--take-over needs the campaign's name.")
        }
    }

    func perform() async throws -> ExitStatus {
        let book = try CampaignBook(client, acts: true, isServing: true, flags: pace.flags)
        // Where it is this token's already there is nothing to take over.
        if takeOver, let name, !(try await book.all()).contains(where: { $0.name == name }),
            let other = try await CampaignAccounts.other(named: name, book.journal)
        {
            try await book.journal.takeOver(other.id, at: .now)
        }
        let campaign = try await book.one(name) { $0.state == .paused || $0.isInterrupted }
        guard campaign.state.isOpen else { throw CampaignError.ended(campaign.name, campaign.state) }
        if !ringAgain { try await book.refuseRepeats(of: campaign) }
        if let changed = try pace.changed(campaign.pace) {
            try await book.journal.change(changed, of: campaign.id, at: .now)
        }
        if campaign.runner != nil { return try await book.order(.resume, campaign, result) }
        let ringing = CampaignRinging(
            context: book.context,
            token: book.token,
            journal: book.journal,
            format: result.output,
            metrics: book.metrics
        )
        return try await ringing.run(.goOn(campaign.id))
    }
}
