import CallBoard
import Campaigns
import GRDB
import Piopiy

/// How many rows of a list are in which state.
extension CampaignTable {
    static func counts(_ id: Campaign.ID, _ db: Database) throws -> Campaign.Counts {
        var counts = Campaign.Counts()
        let statement = try db.cachedStatement(
            sql: """
                SELECT is_left, state, ending, count FROM campaign_count WHERE campaign = ? AND count > 0
                """
        )
        let rows = try Row.fetchCursor(statement, arguments: [id])
        while let row = try rows.next() {
            let count: Int = row[3]
            if row[0] {
                counts.left += count
                continue
            }
            switch row[1] as String {
            case "queued": counts.queued += count
            case "ringing": counts.ringing += count
            case "talking": counts.talking += count
            case "unknown": counts.unknown += count
            case "ended":
                let ending: String = row[2]
                counts.ends[ending.isEmpty ? "gone" : ending, default: 0] += count
            default: counts.placing += count
            }
        }
        return counts
    }

    /// The list is whole.
    static func count(_ rows: Int, of id: Campaign.ID, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO campaign_count (campaign, is_left, state, ending, count) VALUES (?, 1, '', '', ?)",
            arguments: [id, rows]
        )
    }
}
