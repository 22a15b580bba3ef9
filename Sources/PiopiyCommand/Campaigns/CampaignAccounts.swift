import CallBoard
import Journal

/// Campaigns of other tokens. An account is known by its token, and tokens are changed: a list that was rung with the old one
/// must not be rung again for that.
enum CampaignAccounts {
    /// - Throws: ``CallBoard/CampaignError/ofOtherToken(_:_:_:)`` when a list was begun on the same platform with another token.
    static func check(_ list: CampaignList, _ journal: SQLiteJournal) async throws {
        let others = try await journal.campaigns(of: list).filter { isSamePlatform($0.account, journal) }
        // Of one that nobody was rung of nothing can be rung again.
        guard let other = others.first(where: { $0.campaign.counts.rung > 0 })?.campaign else { return }
        // Its own name and another list would be another campaign; ours of this name is the one that goes on.
        if try await journal.campaign(of: list) != nil { return }
        throw CampaignError.ofOtherToken(other.name, other.counts.rung, other.counts.total)
    }

    /// The campaign of a name that was begun on the same platform with another token.
    static func other(named name: String, _ journal: SQLiteJournal) async throws -> Campaign? {
        try await journal.campaigns(named: name).first { isSamePlatform($0.account, journal) }?.campaign
    }

    /// Each sandbox is a platform of its own: nobody was really rung by one that is no more.
    private static func isSamePlatform(_ account: String, _ journal: SQLiteJournal) -> Bool {
        let platform = Account.platform(of: account)
        return platform != "sandbox" && platform == Account.platform(of: journal.origin.account)
    }
}
