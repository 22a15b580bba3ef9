import CallBoard
import Campaigns
import GRDB
import Piopiy

/// Which numbers campaigns have dialed.
extension CampaignTable {
    /// Which of some numbers campaigns have begun to ring, with the campaign that did so last.
    /// - Parameters:
    ///   - since: begun after this moment; `nil` for ever.
    ///   - campaign: whose own rows do not count.
    static func rung(
        _ numbers: [String],
        since: Timestamp?,
        except campaign: Campaign.ID?,
        _ db: Database
    ) throws -> [(number: String, account: String, name: String)] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT campaign.account, campaign.name FROM campaign_row JOIN campaign ON campaign.id = campaign_row.campaign
                WHERE to_number IN (?, ?) AND ref IS NOT NULL AND begun_at > ? AND campaign.id <> ?
                ORDER BY begun_at DESC
                """
        )
        var found: [(number: String, account: String, name: String)] = []
        for number in numbers {
            // Rows hold it as it was dialed: of some mobile numbers there are two forms.
            let forms = NormalizedNumber("+\(number)")?.wholeForms ?? [number]
            let arguments: StatementArguments = [
                forms[0], forms[forms.count - 1], since?.milliseconds ?? Int64.min, campaign ?? -1,
            ]
            for row in try Row.fetchAll(statement, arguments: arguments) { found.append((number, row[0], row[1])) }
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
