import CallBoard
import Campaigns
import Journal
import Piopiy
import Station

/// The account's campaigns for a command that only looks. A full or read-only disk does not keep it from that.
struct CampaignReader {
    private enum Source {
        case open(CampaignBook)
        /// It cannot be opened for writing, but what is in it can be read.
        case closed(path: String, account: String, why: CommandFailure)
    }

    private let source: Source

    init(_ client: ClientOptions) throws(CommandFailure) {
        let context = try CommandContext(client)
        let token = try context.token()
        let account = Account.name(baseURL: context.settings.addresses.rest, token: token.token)
        do throws(CommandFailure) {
            source = .open(try CampaignBook(context: context, token: token))
        } catch {
            source = .closed(path: try JournalPlace(context: context).path(), account: account, why: error)
        }
    }

    /// The newest first, with what became of their calls up to now; where that cannot be counted, as it was counted
    /// last, and standard error says so.
    func all() async throws -> [Campaign] {
        switch source {
        case .open(let book):
            return try await book.all { missing in Streams.error(missing.words) }
        case .closed(let path, let account, let why):
            guard let glance = try? SQLiteJournal.campaignGlance(path: path, account: account) else { throw why }
            Streams.error("\(why.message)\(Self.lacking(glance.lacking))")
            return glance.campaigns
        }
    }

    /// The campaign of a name; `nil` for the only one that there is.
    func one(_ name: String?) async throws -> Campaign {
        try await CampaignBook.one(name, of: try await all(), { _ in true }) { name in
            guard case .open(let book) = source else { return nil }
            return try await CampaignAccounts.other(named: name, book.journal)
        }
    }

    /// What became of a campaign's numbers: at most `limit` of those behind `number`, in the list's order.
    func results(of id: Campaign.ID, after number: Int, limit: Int) async throws -> [CampaignResult] {
        switch source {
        case .open(let book): try await book.journal.results(of: id, after: number, limit: limit)
        case .closed(let path, _, _):
            try SQLiteJournal.campaignGlance(path: path, resultsOf: id, after: number, limit: limit)
        }
    }

    private static func lacking(_ lines: Int64) -> String {
        lines == 0 ? "" : " The newest \(lines) journal lines are not included."
    }
}
