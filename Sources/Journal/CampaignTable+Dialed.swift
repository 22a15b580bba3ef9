import CallBoard
import Campaigns
import GRDB
import Piopiy

/// Which numbers campaigns have dialed, and which one still has to dial.
extension CampaignTable {
    /// A campaign that dialed a number.
    private struct DialedByRow: FetchableRecord {
        let account: String
        let name: String

        init(row: Row) {
            account = row["account"]
            name = row["name"]
        }
    }

    /// Finds those of some numbers that campaigns have begun to dial, each with the campaigns that did, the last first.
    /// - Parameters:
    ///   - since: looks at rows that were begun after this moment; `nil` for all.
    ///   - campaign: whose own rows do not count.
    static func rung(
        _ numbers: [String],
        since: Timestamp?,
        except campaign: Campaign.ID?,
        _ db: Database
    ) throws -> [(number: String, account: String, name: String)] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT campaign.account, campaign.name
                FROM campaign_row JOIN campaign ON campaign.id = campaign_row.campaign
                WHERE to_number IN (?, ?) AND ref IS NOT NULL AND begun_at > ? AND campaign.id <> ?
                ORDER BY begun_at DESC
                """
        )
        var found: [(number: String, account: String, name: String)] = []
        for number in numbers {
            // Rows hold a number as it was dialed: some mobile numbers have two forms.
            let forms = NormalizedNumber("+\(number)")?.wholeForms ?? [number]
            let arguments: StatementArguments = [
                forms[0], forms[forms.count - 1], since?.milliseconds ?? Int64.min, campaign ?? -1,
            ]
            for row in try DialedByRow.fetchAll(statement, arguments: arguments) {
                found.append((number, row.account, row.name))
            }
        }
        return found
    }

    static func numbersLeft(of id: Campaign.ID, _ db: Database) throws -> [String] {
        try String.fetchAll(
            db,
            sql: "SELECT to_number FROM campaign_row WHERE campaign = ? AND ref IS NULL",
            arguments: [id]
        )
    }
}
