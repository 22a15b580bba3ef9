import CallBoard
import Campaigns
import GRDB
import Piopiy

extension SQLiteJournal {
    /// Counts calls as ended that are up in accounts for which no process is left: those of a sandbox end with it.
    /// - Parameters:
    ///   - prefix: what the accounts' names begin with.
    ///   - why: in words, for the calls' timelines.
    /// - Returns: how many there were.
    @discardableResult
    public func endAbandoned(accountsWith prefix: String, why: String, at now: Timestamp) async throws -> Int {
        try await settleOrphans(at: now)
        try await addUp()
        let origins = try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT id, account FROM origin WHERE account IN (
                        SELECT account FROM call WHERE state <> 'ended' AND substr(account, 1, ?) = ?
                    )
                    """,
                arguments: [prefix.count, prefix]
            ).map { (id: $0["id"] as Int64, account: $0["account"] as String) }
        }
        let directory = Self.presences(path)
        var count = 0
        for (account, origins) in Dictionary(grouping: origins, by: \.account) where account != origin.account {
            guard let writer = origins.first, !origins.contains(where: { Presence.isAlive($0.id, in: directory) })
            else {
                continue
            }
            count += try await write { db in
                var query = CallQuery(limit: .max)
                query.account = account
                query.states = ["placing", "queued", "ringing", "talking", "unknown"]
                let lines = try CallTable.held(query, db).compactMap(\.row.call).map {
                    JournalLine.gone($0, why: why, at: now)
                }
                return try LineTable.write(lines, isWebhook: false, origin: writer.id, db).count
            }
        }
        try await stopAbandonedCampaigns(accountsWith: prefix, why: why, at: now)
        return count
    }

    /// Nobody can go on with a campaign on a sandbox that is no more.
    private func stopAbandonedCampaigns(accountsWith prefix: String, why: String, at now: Timestamp) async throws {
        let account = origin.account
        let open = try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT campaign.id, origin.id FROM campaign LEFT JOIN origin ON origin.account = campaign.account
                    WHERE campaign.state IN ('running', 'paused') AND substr(campaign.account, 1, ?) = ?
                        AND campaign.account <> ?
                    """,
                arguments: [prefix.count, prefix, account]
            ).map { (campaign: $0[0] as Int64, origin: $0[1] as Int64?) }
        }
        let directory = Self.presences(path)
        for (campaign, origins) in Dictionary(grouping: open, by: \.campaign)
        where !origins.contains(where: { $0.origin.map { Presence.isAlive($0, in: directory) } ?? false }) {
            try await write { [origin] db in
                _ = try CampaignTable.move(
                    campaign,
                    from: Campaign.State.allCases.filter(\.isOpen).map(\.rawValue),
                    to: .stopped,
                    by: origin.operator,
                    why: why,
                    at: now,
                    db
                )
            }
        }
    }
}
