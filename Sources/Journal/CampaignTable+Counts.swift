import CallBoard
import Campaigns
import GRDB
import Piopiy

/// How many rows of a list are in which state. A trigger keeps the table `campaign_count` up to date.
extension CampaignTable {
    /// A row of the table `campaign_count`.
    private struct CountRow: FetchableRecord {
        let isLeft: Bool
        /// The stage of the calls; empty while nothing is folded into them.
        let state: String
        /// How the calls ended; empty where nobody has told.
        let ending: String
        let count: Int

        init(row: Row) {
            isLeft = row["is_left"]
            state = row["state"]
            ending = row["ending"]
            count = row["count"]
        }
    }

    static func counts(_ id: Campaign.ID, _ db: Database) throws -> Campaign.Counts {
        var counts = Campaign.Counts()
        let statement = try db.cachedStatement(
            sql: """
                SELECT is_left, state, ending, count FROM campaign_count WHERE campaign = ? AND count > 0
                """
        )
        let rows = try CountRow.fetchCursor(statement, arguments: [id])
        while let row = try rows.next() {
            if row.isLeft {
                counts.left += row.count
                continue
            }
            switch row.state {
            case "queued": counts.queued += row.count
            case "ringing": counts.ringing += row.count
            case "talking": counts.talking += row.count
            case "unknown": counts.unknown += row.count
            case "ended": counts.ends[row.ending.isEmpty ? "gone" : row.ending, default: 0] += row.count
            default: counts.placing += row.count
            }
        }
        return counts
    }

    /// Counts all rows of a list as left: it is written to its end.
    static func count(_ rows: Int, of id: Campaign.ID, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO campaign_count (campaign, is_left, state, ending, count) VALUES (?, 1, '', '', ?)",
            arguments: [id, rows]
        )
    }
}
