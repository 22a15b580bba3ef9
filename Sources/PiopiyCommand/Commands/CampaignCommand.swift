import ArgumentParser
import CallBoard
import Campaigns
import Journal
import Piopiy

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

/// The campaigns of the account in use.
struct CampaignBook {
    let context: CommandContext
    let token: FoundToken
    let journal: SQLiteJournal
    /// `nil` where no figures are to be served.
    let metrics: MetricsService?

    /// - Parameters:
    ///   - acts: whether something is to be rung, or not to be rung.
    ///   - isServing: whether the process runs long enough to serve its figures, where that is asked for.
    init(
        _ client: ClientOptions,
        acts: Bool,
        isServing: Bool = false,
        flags: [Setting: [String]] = [:]
    ) throws(CommandFailure) {
        context = try CommandContext(client, flags: flags)
        if acts { try context.mayAct() }
        metrics = isServing ? try MetricsService.begin(context.settings) : nil
        token = try context.token()
        let account = Account.name(baseURL: context.settings.addresses.rest, token: token.token)
        journal = try JournalPlace(context: context).open(account: account)
    }

    /// For whoever has looked the token up already: a token that comes by a pipe can be read once.
    init(context: CommandContext, token: FoundToken) throws(CommandFailure) {
        self.context = context
        self.token = token
        metrics = nil
        let account = Account.name(baseURL: context.settings.addresses.rest, token: token.token)
        journal = try JournalPlace(context: context).open(account: account)
    }

    /// The newest first, with what became of their calls up to now.
    func all() async throws -> [Campaign] {
        try await journal.settleOrphans(at: .now)
        try await journal.addUp()
        return try await journal.campaigns()
    }

    /// - Parameters:
    ///   - name: `nil` for the only one that it can be.
    ///   - fits: whether it can be one.
    func one(_ name: String?, _ fits: (Campaign) -> Bool) async throws -> Campaign {
        try await Self.one(name, of: try await all(), fits) { try await CampaignAccounts.other(named: $0, journal) }
    }

    /// - Parameter other: finds the campaign of a name that belongs to another token.
    static func one(
        _ name: String?,
        of all: [Campaign],
        _ fits: (Campaign) -> Bool,
        other: (String) async throws -> Campaign?
    ) async throws -> Campaign {
        if let name {
            if let campaign = all.first(where: { $0.name == name }) { return campaign }
            if let other = try await other(name) {
                throw CampaignError.ofOtherToken(other.name, other.counts.rung, other.counts.total)
            }
            let others =
                all.isEmpty
                ? "there are no campaigns"
                : "the campaigns are \(all.prefix(10).map(\.name).joined(separator: ", "))"
            throw CommandFailure(status: .invalid, message: "There is no campaign \(name); \(others).")
        }
        let fitting = all.filter(fits)
        if fitting.count == 1 { return fitting[0] }
        throw CommandFailure(
            status: .invalid,
            message: all.isEmpty
                ? "There is no campaign; piopiy campaign run FILE starts one."
                : fitting.isEmpty
                    ? "No campaign is in a state that fits this command. Name one."
                    : "Which campaign? There are \(fitting.prefix(10).map(\.name).joined(separator: ", "))."
        )
    }

    /// Gives an order and prints what the campaign is then.
    func order(_ order: CampaignOrder, _ campaign: Campaign, _ options: OutputOptions) async throws -> ExitStatus {
        let now = try await journal.order(order, campaign.id, why: nil, at: .now)
        let text = options.output == .json ? JSONLine.text(CampaignText.json(now)) : CampaignText.line(now)
        return Streams.out(text) ? .done : .outputLost
    }

    /// - Throws: when numbers that are left of a campaign were rung by others since it was made.
    func refuseRepeats(of campaign: Campaign) async throws {
        do {
            try await CampaignAccounts.checkMeanwhile(campaign, journal)
        } catch let error as CampaignError {
            throw CommandFailure(
                status: .invalid,
                message: "Nobody was dialed: \(error). piopiy campaign resume --ring-again dials them again."
            )
        }
    }

    /// Runs a command's work; what goes wrong is said, with the exit code that it means.
    static func perform(_ work: () async throws -> ExitStatus) async throws {
        do {
            try await work().exit()
        } catch let failure as CommandFailure {
            Streams.error(failure.message)
            try failure.status.exit()
        } catch let code as ExitCode {
            throw code
        } catch let error as CampaignError {
            Streams.error("\(error).")
            try ExitStatus.invalid.exit()
        } catch {
            Streams.error("\(error)")
            try ExitStatus.badConfiguration.exit()
        }
    }
}

/// `piopiy campaign status`.
struct CampaignStatusCommand: AsyncParsableCommand {
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

    func run() async throws {
        try await CampaignBook.perform {
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

/// `piopiy campaign pause`.
struct CampaignPauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Pause a campaign: no more calls start; calls that are up go on.",
        discussion: "Once it returns, no process starts another call of the campaign."
    )

    @Argument(help: ArgumentHelp("The campaign; without it the only one that is running.", valueName: "name"))
    var name: String?
    @OptionGroup var client: ClientOptions
    @OptionGroup var result: OutputOptions

    func run() async throws {
        try await CampaignBook.perform {
            let book = try CampaignBook(client, acts: true)
            return try await book.order(.pause, try await book.one(name) { $0.state == .running }, result)
        }
    }
}

/// `piopiy campaign stop`.
struct CampaignStopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Stop a campaign for good. Calls that are up go on.",
        discussion: "Once it returns, no process ever starts another call of the campaign."
    )

    @Argument(help: ArgumentHelp("The campaign; without it the only one that has not ended.", valueName: "name"))
    var name: String?
    @OptionGroup var client: ClientOptions
    @OptionGroup var result: OutputOptions

    func run() async throws {
        try await CampaignBook.perform {
            let book = try CampaignBook(client, acts: true)
            return try await book.order(.stop, try await book.one(name) { $0.state.isOpen }, result)
        }
    }
}

/// `piopiy campaign resume`.
struct CampaignResumeCommand: AsyncParsableCommand {
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

    func run() async throws {
        try await CampaignBook.perform {
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
}

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
