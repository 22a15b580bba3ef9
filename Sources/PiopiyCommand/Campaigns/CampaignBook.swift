import CallBoard
import Campaigns
import Journal
import Piopiy
import Station

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
    /// - Parameter tell: told what could not be taken in; without it such a reading fails.
    func all(onMissing tell: SQLiteJournal.MissingTeller? = nil) async throws -> [Campaign] {
        try await journal.currentCampaigns(onMissing: tell)
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
}
