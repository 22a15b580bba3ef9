import ArgumentParser
import Campaigns

/// `piopiy campaign`.
struct CampaignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "campaign",
        abstract: "Dial the numbers of a list at a steady rate.",
        discussion: """
            A campaign and its list are in the journal. Every console (key c) and every campaign command on this \
            host can see, pause and resume the campaign. It dials nobody twice: a row that was started is not started \
            again, even after a crash, and a call whose answer was lost stays in doubt.

            It pauses automatically when the token is not accepted, when no worker of the agent is running, when the \
            caller id does not belong to the agent's account, when a call cannot be sent, after five other refusals \
            in a row, and after three calls in doubt in a row.
            """,
        subcommands: [
            CampaignRunCommand.self, CampaignStatusCommand.self, CampaignPauseCommand.self,
            CampaignResumeCommand.self, CampaignStopCommand.self,
        ]
    )
}

/// `piopiy campaign status`.
struct CampaignStatusCommand: ExitStatusCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the progress of campaigns; with --rows the result of each number."
    )

    @Argument(help: ArgumentHelp("Only this campaign.", valueName: "name"))
    var name: String?

    @Flag(help: "Each number of the list and its result.")
    var rows = false

    @Option(help: "text is for people, json for scripts, csv (with --rows) for spreadsheets.")
    var output: ListFormat = .text

    @OptionGroup var client: ClientOptions

    func validate() throws {
        if output == .csv, !rows {
            throw ArgumentParser.ValidationError("--output csv works only with --rows; use text or json.")
        }
    }

    func perform() async throws -> ExitStatus {
        let reader = try CampaignReader(client)
        if rows { return try await printRows(reader) }
        let shown: [Campaign]
        if let name { shown = [try await reader.one(name)] } else { shown = try await reader.all() }
        if shown.isEmpty, output == .text { Streams.error("This account has no campaigns.") }
        if output == .text, !shown.isEmpty, !Streams.out(CampaignText.header) { return .outputLost }
        for campaign in shown {
            let text = output == .json ? JSONLine.text(CampaignText.json(campaign)) : CampaignText.row(campaign)
            guard Streams.out(text) else { return .outputLost }
        }
        if output == .text, shown.count == 1, !Streams.out(CampaignText.line(shown[0])) { return .outputLost }
        return .done
    }

    private func printRows(_ reader: CampaignReader) async throws -> ExitStatus {
        let campaign = try await reader.one(name)
        let text = CampaignRowText(format: output)
        if let header = text.header, !Streams.out(header) { return .outputLost }
        var last = 0
        while true {
            let page = try await reader.results(of: campaign.id, after: last, limit: 1000)
            for result in page {
                guard Streams.out(text.line(result)) else { return .outputLost }
            }
            guard let end = page.last else { return .done }
            last = end.number
        }
    }
}
