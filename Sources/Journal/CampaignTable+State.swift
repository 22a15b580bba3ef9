import CallBoard
import Campaigns
import GRDB
import Piopiy

/// The state of a campaign, and the events that brought it there.
extension CampaignTable {
    /// The part of a campaign that its runner looks at in each step.
    private struct StandingRow: FetchableRecord {
        let name: String
        let state: String
        let perMinute: Int
        let atOnce: Int
        let runner: Int64?
        let hasRowsLeft: Bool

        init(row: Row) {
            name = row["name"]
            state = row["state"]
            perMinute = row["per_minute"]
            atOnce = row["at_once"]
            runner = row["runner"]
            hasRowsLeft = row["has_rows_left"]
        }
    }

    /// A row of the table `campaign_event`.
    private struct EventRow: Codable, FetchableRecord, PersistableRecord {
        static let databaseTableName = "campaign_event"

        let campaign: Campaign.ID
        let at: Int64
        let `operator`: String
        let text: String
    }

    // MARK: State

    static func standing(
        _ id: Campaign.ID,
        of account: String,
        for runner: Int64,
        _ db: Database
    ) throws -> CampaignStanding? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT state, per_minute, at_once, name, runner,
                       EXISTS (SELECT 1 FROM campaign_row WHERE campaign = campaign.id AND ref IS NULL) AS has_rows_left
                FROM campaign WHERE account = ? AND id = ?
                """
        )
        guard let row = try StandingRow.fetchOne(statement, arguments: [account, id]),
            let state = Campaign.State(rawValue: row.state),
            let pace = try? Campaign.Pace(checking: row.perMinute, atOnce: row.atOnce)
        else {
            return nil
        }
        return CampaignStanding(
            name: row.name,
            state: state,
            isOurs: row.runner == runner,
            pace: pace,
            hasRowsLeft: row.hasRowsLeft
        )
    }

    /// Whether a campaign is running, and this process runs it.
    static func isRun(_ id: Campaign.ID, by runner: Int64, _ db: Database) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM campaign WHERE id = ? AND state = 'running' AND runner = ?)"
        )
        return try Bool.fetchOne(statement, arguments: [id, runner]) == true
    }

    /// Brings a campaign from one of some states into another, and writes an event of it.
    /// - Returns: whether it was in one of them.
    static func move(
        _ id: Campaign.ID,
        from states: [String],
        to state: Campaign.State,
        by operator: String,
        why: String?,
        at now: Timestamp,
        _ db: Database
    ) throws -> Bool {
        let places = states.map { _ in "?" }.joined(separator: ", ")
        let values: [any DatabaseValueConvertible] = [id] + states
        let isNew = try Bool.fetchOne(
            db,
            sql: "SELECT EXISTS (SELECT 1 FROM campaign WHERE id = ? AND state IN (\(places)))",
            arguments: StatementArguments(values)
        )
        guard isNew == true else { return false }
        try db.execute(
            sql: "UPDATE campaign SET state = ?, why = ?, changed_by = ?, changed_at = ? WHERE id = ?",
            arguments: [state.rawValue, why, `operator`, now.milliseconds, id]
        )
        try tell(id, state.rawValue + (why.map { ": \($0)" } ?? ""), by: `operator`, at: now, db)
        return true
    }

    // MARK: Events

    static func tell(
        _ id: Campaign.ID,
        _ text: String,
        by operator: String,
        at now: Timestamp,
        _ db: Database
    ) throws {
        try EventRow(campaign: id, at: now.milliseconds, operator: `operator`, text: text).insert(db)
    }

    static func events(of id: Campaign.ID, _ db: Database) throws -> [CampaignEvent] {
        try EventRow.fetchAll(
            db,
            sql: "SELECT * FROM campaign_event WHERE campaign = ? ORDER BY rowid",
            arguments: [id]
        ).map { CampaignEvent(at: Timestamp(milliseconds: $0.at), operator: $0.operator, text: $0.text) }
    }
}
