import CallBoard
import Campaigns
import GRDB
import Piopiy

/// Taking campaigns and their lists away.
extension CampaignTable {
    /// Forgets the lists of campaigns that ended before a moment, and half-made ones of before it, in portions of so many rows.
    ///
    /// That there was such a campaign, and of which list, is kept: the same list must not be rung again for having been
    /// forgotten.
    /// - Returns: whether there may be more.
    static func forget(before moment: Timestamp, limit: Int, _ db: Database) throws -> Bool {
        let old = try Row.fetchOne(
            db,
            sql: """
                SELECT id, state FROM campaign WHERE changed_at < ? AND (
                    state = '\(loading)' OR state IN ('stopped', 'done') AND (
                        EXISTS (SELECT 1 FROM campaign_row WHERE campaign = campaign.id)
                        OR EXISTS (SELECT 1 FROM campaign_event WHERE campaign = campaign.id)
                    )
                ) LIMIT 1
                """,
            arguments: [moment.milliseconds]
        )
        guard let old else { return false }
        let id: Int64 = old[0]
        if try dropRows(of: id, limit: limit, db) { return true }
        if old[1] == loading {
            try db.execute(sql: "DELETE FROM campaign WHERE id = ?", arguments: [id])
        } else {
            try db.execute(sql: "DELETE FROM campaign_event WHERE campaign = ?", arguments: [id])
        }
        return true
    }

    /// Takes a campaign away whose list was not written to its end, in portions; one that is whole stays as it is.
    /// - Returns: whether there is more of it.
    static func dropHalfMade(_ id: Campaign.ID, limit: Int, _ db: Database) throws -> Bool {
        let isHalfMade = try Bool.fetchOne(
            db,
            sql: "SELECT EXISTS (SELECT 1 FROM campaign WHERE id = ? AND state = ?)",
            arguments: [id, loading]
        )
        guard isHalfMade == true else { return false }
        if try dropRows(of: id, limit: limit, db) { return true }
        try db.execute(sql: "DELETE FROM campaign WHERE id = ?", arguments: [id])
        return false
    }

    /// Takes rows of a list away.
    /// - Returns: whether there may be more.
    static func dropRows(of id: Campaign.ID, limit: Int, _ db: Database) throws -> Bool {
        try db.execute(
            sql: """
                DELETE FROM campaign_row WHERE campaign = ? AND number IN (
                    SELECT number FROM campaign_row WHERE campaign = ? LIMIT ?
                )
                """,
            arguments: [id, id, limit]
        )
        return db.changesCount == limit
    }
}
