import CallBoard
import Campaigns
import GRDB
import Piopiy

/// Deletes lists that are no longer needed, in portions, so that no writer waits for long.
extension CampaignTable {
    /// A campaign whose list can be deleted.
    private struct OldRow: FetchableRecord, Decodable {
        let id: Campaign.ID
        let state: String
    }

    /// Deletes the next portion of a campaign that ended before a moment: the rows of its list, then its events.
    ///
    /// The campaign itself stays with the digest of its list: nobody must dial a list again because it was deleted.
    /// Only a campaign from before that moment whose list was not written to its end goes as a whole.
    /// - Parameter limit: how many rows to delete at most.
    /// - Returns: whether there may be more.
    static func forget(before moment: Timestamp, limit: Int, _ db: Database) throws -> Bool {
        let old = try OldRow.fetchOne(
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
        if try dropRows(of: old.id, limit: limit, db) { return true }
        if old.state == loading {
            try db.execute(sql: "DELETE FROM campaign WHERE id = ?", arguments: [old.id])
        } else {
            try db.execute(sql: "DELETE FROM campaign_event WHERE campaign = ?", arguments: [old.id])
        }
        return true
    }

    /// Deletes the next portion of a campaign whose list was not written to its end. One that is whole stays as it is.
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

    /// Deletes rows of a list.
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
