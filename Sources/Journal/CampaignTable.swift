import CallBoard
import Campaigns
import GRDB
import Piopiy

/// The campaigns and the rows of their lists.
enum CampaignTable {
    /// The state of one whose list is being written.
    static let loading = "loading"

    /// Whether there is any, so that calls of nobody's campaign cost nothing more.
    static func isUsed(_ db: Database) throws -> Bool {
        try Bool.fetchOne(db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM campaign)")) ?? false
    }

    /// A campaign as it is kept, and who rings it, if that process is alive.
    struct Held: Sendable {
        var campaign: Campaign
        let runner: Int64?
        let runnerName: String?
        let digest: String
        let isLoading: Bool
    }

    private static let columns = """
        id, name, source, operator, created_at, state, why, changed_by, changed_at, per_minute, at_once, runner,
        runner_name, digest
        """

    static func all(of account: String, _ db: Database) throws -> [Held] {
        try Row.fetchAll(
            db,
            sql: "SELECT \(columns) FROM campaign WHERE account = ? ORDER BY created_at DESC, id DESC",
            arguments: [account]
        ).compactMap { try held($0, db) }
    }

    static func one(_ id: Campaign.ID, of account: String, _ db: Database) throws -> Held? {
        try Row.fetchOne(
            db,
            sql: "SELECT \(columns) FROM campaign WHERE account = ? AND id = ?",
            arguments: [account, id]
        ).flatMap { try held($0, db) }
    }

    static func one(named name: String, of account: String, _ db: Database) throws -> Held? {
        try Row.fetchOne(
            db,
            sql: "SELECT \(columns) FROM campaign WHERE account = ? AND name = ?",
            arguments: [account, name]
        ).flatMap { try held($0, db) }
    }

    /// Campaigns of this list in other accounts.
    static func others(_ digest: String, not account: String, _ db: Database) throws -> [(account: String, held: Held)]
    {
        try Row.fetchAll(
            db,
            sql: """
                SELECT \(columns), account FROM campaign WHERE digest = ? AND account <> ? ORDER BY created_at DESC, id DESC
                """,
            arguments: [digest, account]
        ).compactMap { row in try held(row, db).map { (row["account"] as String, $0) } }
    }

    /// The campaign of that name in other accounts.
    static func others(named name: String, not account: String, _ db: Database) throws -> [(
        account: String, held: Held
    )] {
        try Row.fetchAll(
            db,
            sql:
                "SELECT \(columns), account FROM campaign WHERE name = ? AND account <> ? ORDER BY created_at DESC, id DESC",
            arguments: [name, account]
        ).compactMap { row in try held(row, db).map { (row["account"] as String, $0) } }
    }

    private static func held(_ row: Row, _ db: Database) throws -> Held? {
        let id: Int64 = row["id"]
        let word: String = row["state"]
        let isLoading = word == loading
        guard let state = isLoading ? .paused : Campaign.State(rawValue: word),
            let pace = try? Campaign.Pace(checking: row["per_minute"], atOnce: row["at_once"])
        else {
            // Of a newer version: it is not shown, and not rung.
            return nil
        }
        let campaign = Campaign(
            id: id,
            name: row["name"],
            source: row["source"],
            operator: row["operator"],
            createdAt: Timestamp(milliseconds: row["created_at"]),
            state: state,
            why: row["why"],
            changedBy: row["changed_by"],
            changedAt: Timestamp(milliseconds: row["changed_at"]),
            pace: pace,
            counts: isLoading ? Campaign.Counts() : try counts(id, db)
        )
        return Held(
            campaign: campaign,
            runner: row["runner"],
            runnerName: row["runner_name"],
            digest: row["digest"],
            isLoading: isLoading
        )
    }

    static func insert(
        _ list: CampaignList,
        account: String,
        operator: String,
        runner: Int64,
        at now: Timestamp,
        _ db: Database
    ) throws -> Campaign.ID {
        try db.execute(
            sql: """
                INSERT INTO campaign (account, name, source, digest, operator, created_at, state, changed_at, changed_by,
                                      per_minute, at_once, runner)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                account, list.name, list.source, list.digest, `operator`, now.milliseconds, loading, now.milliseconds,
                `operator`, list.pace.perMinute, list.pace.atOnce, runner,
            ]
        )
        return db.lastInsertedRowID
    }
}
