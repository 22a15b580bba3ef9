import CallBoard
import Campaigns
import GRDB
import Piopiy

/// The state of a campaign, and the events that brought it there.
extension CampaignTable {
    static func standing(
        _ id: Campaign.ID,
        of account: String,
        for runner: Int64,
        _ db: Database
    ) throws -> CampaignStanding? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT state, per_minute, at_once, name, runner,
                       EXISTS (SELECT 1 FROM campaign_row WHERE campaign = campaign.id AND ref IS NULL)
                FROM campaign WHERE account = ? AND id = ?
                """
        )
        guard let row = try Row.fetchOne(statement, arguments: [account, id]),
            let state = Campaign.State(rawValue: row[0]),
            let pace = try? Campaign.Pace(checking: row[1], atOnce: row[2])
        else {
            return nil
        }
        return CampaignStanding(
            name: row[3],
            state: state,
            isOurs: row[4] as Int64? == runner,
            pace: pace,
            hasRowsLeft: row[5]
        )
    }

    /// Whether a campaign is running, and this process runs it.
    static func isRun(_ id: Campaign.ID, by runner: Int64, _ db: Database) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM campaign WHERE id = ? AND state = 'running' AND runner = ?)"
        )
        return try Bool.fetchOne(statement, arguments: [id, runner]) == true
    }

    /// Brings a campaign from one of some states into another, and says so in its events.
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

    static func tell(
        _ id: Campaign.ID,
        _ text: String,
        by operator: String,
        at now: Timestamp,
        _ db: Database
    ) throws {
        try db.execute(
            sql: "INSERT INTO campaign_event (campaign, at, operator, text) VALUES (?, ?, ?, ?)",
            arguments: [id, now.milliseconds, `operator`, text]
        )
    }

    static func events(of id: Campaign.ID, _ db: Database) throws -> [CampaignEvent] {
        try Row.fetchAll(
            db,
            sql: "SELECT at, operator, text FROM campaign_event WHERE campaign = ? ORDER BY rowid",
            arguments: [id]
        ).map { CampaignEvent(at: Timestamp(milliseconds: $0[0]), operator: $0[1], text: $0[2]) }
    }
}
