import CallBoard
import Campaigns
import Journal

/// Campaigns of other tokens. An account is known by its token, and tokens are changed: a list that was rung with the
/// old one must not be rung again for that.
package enum CampaignAccounts {
    /// - Throws: ``CallBoard/CampaignError/ofOtherToken(_:_:_:)`` when a list was begun on the same platform with
    ///   another token.
    package static func check(_ list: CampaignList, _ journal: SQLiteJournal) async throws {
        let others = try await journal.campaigns(of: list).filter { isSamePlatform($0.account, journal) }
        // Of one that nobody was rung of nothing can be rung again.
        guard let other = others.first(where: { $0.campaign.counts.rung > 0 })?.campaign else { return }
        // Its own name and another list would be another campaign; ours of this name is the one that goes on.
        if try await journal.campaign(of: list) != nil { return }
        throw CampaignError.ofOtherToken(other.name, other.counts.rung, other.counts.total)
    }

    /// A campaign of this list and name that another token has made, and of which nobody was rung, is this token's: as
    /// after a token that was not accepted.
    package static func adopt(_ list: CampaignList, _ journal: SQLiteJournal) async throws {
        if try await journal.campaign(of: list) != nil { return }
        let twin = try await journal.campaigns(of: list).first { other in
            isSamePlatform(other.account, journal) && other.campaign.name == list.name
                && other.campaign.counts.rung == 0 && other.campaign.state.isOpen && other.campaign.runner == nil
        }
        if let twin { try await journal.takeOver(twin.campaign.id, at: .now) }
    }

    /// The numbers of a list that campaigns of this platform have rung, and which campaigns.
    package static func rungBefore(
        _ list: CampaignList,
        _ journal: SQLiteJournal
    ) async throws -> (numbers: Set<String>, by: [String]) {
        gathered(try await journal.rung(list), journal)
    }

    /// - Throws: ``CallBoard/CampaignError/rungByOthers(_:_:_:_:)`` when numbers that are left of a campaign were rung
    ///   by others since it was made: whoever goes on with it would ring them again.
    package static func checkMeanwhile(_ campaign: Campaign, _ journal: SQLiteJournal) async throws {
        let (numbers, names) = gathered(try await journal.rungMeanwhile(campaign.id), journal)
        guard !numbers.isEmpty else { return }
        throw CampaignError.rungByOthers(campaign.name, numbers.count, campaign.counts.left, names)
    }

    private static func gathered(
        _ found: [(number: String, account: String, name: String)],
        _ journal: SQLiteJournal
    ) -> (numbers: Set<String>, by: [String]) {
        let ours = found.filter { $0.account == journal.origin.account || isSamePlatform($0.account, journal) }
        var names: [String] = []
        for one in ours where !names.contains(one.name) { names.append(one.name) }
        return (Set(ours.map(\.number)), names)
    }

    /// The campaign of a name that was begun on the same platform with another token.
    package static func other(named name: String, _ journal: SQLiteJournal) async throws -> Campaign? {
        try await journal.campaigns(named: name).first { isSamePlatform($0.account, journal) }?.campaign
    }

    /// Each sandbox is a platform of its own: nobody was really rung by one that is no more.
    private static func isSamePlatform(_ account: String, _ journal: SQLiteJournal) -> Bool {
        let platform = Account.platform(of: account)
        return platform != "sandbox" && platform == Account.platform(of: journal.origin.account)
    }
}
