import CallBoard
import Campaigns
import GRDB
import Piopiy

/// The tables of campaigns. This file has the campaigns themselves; the others have the rows of their lists, and what
/// is done with both.
enum CampaignTable {
    /// The state of a campaign while its list is being written.
    static let loading = "loading"

    /// Whether there is any campaign, so that other calls cost nothing more where there is none.
    static func isUsed(_ db: Database) throws -> Bool {
        try Bool.fetchOne(db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM campaign)")) ?? false
    }

    /// A stored campaign, and the process that dials or creates it, which may have ended.
    struct Held: Sendable {
        var campaign: Campaign
        let account: String
        let runner: Int64?
        let runnerName: String?
        let digest: String
        let isLoading: Bool
    }

    /// A row of the table `campaign`.
    private struct HeldRow: Codable, FetchableRecord, PersistableRecord {
        static let databaseTableName = "campaign"

        /// `nil` until SQLite has chosen it.
        var id: Campaign.ID?
        let account: String
        let name: String
        let source: String
        let digest: String
        let `operator`: String
        let createdAt: Int64
        /// The word of a state, `loading`, or a word of a newer version.
        let state: String
        var why: String?
        let changedAt: Int64
        let changedBy: String
        let perMinute: Int
        let atOnce: Int
        let runner: Int64?
        var runnerName: String?

        private enum CodingKeys: String, CodingKey {
            case id, account, name, source, digest, `operator`, state, why, runner
            case createdAt = "created_at"
            case changedAt = "changed_at"
            case changedBy = "changed_by"
            case perMinute = "per_minute"
            case atOnce = "at_once"
            case runnerName = "runner_name"
        }
    }

    // MARK: Reading

    static func all(of account: String, _ db: Database) throws -> [Held] {
        try HeldRow.fetchAll(
            db,
            sql: "SELECT * FROM campaign WHERE account = ? ORDER BY created_at DESC, id DESC",
            arguments: [account]
        ).compactMap { try held($0, db) }
    }

    static func one(_ id: Campaign.ID, of account: String, _ db: Database) throws -> Held? {
        try HeldRow.fetchOne(
            db,
            sql: "SELECT * FROM campaign WHERE account = ? AND id = ?",
            arguments: [account, id]
        ).flatMap { try held($0, db) }
    }

    static func one(named name: String, of account: String, _ db: Database) throws -> Held? {
        try HeldRow.fetchOne(
            db,
            sql: "SELECT * FROM campaign WHERE account = ? AND name = ?",
            arguments: [account, name]
        ).flatMap { try held($0, db) }
    }

    /// Campaigns of this list in other accounts, the newest first.
    static func others(_ digest: String, not account: String, _ db: Database) throws -> [Held] {
        try HeldRow.fetchAll(
            db,
            sql: "SELECT * FROM campaign WHERE digest = ? AND account <> ? ORDER BY created_at DESC, id DESC",
            arguments: [digest, account]
        ).compactMap { try held($0, db) }
    }

    /// Campaigns of that name in other accounts, the newest first.
    static func others(named name: String, not account: String, _ db: Database) throws -> [Held] {
        try HeldRow.fetchAll(
            db,
            sql: "SELECT * FROM campaign WHERE name = ? AND account <> ? ORDER BY created_at DESC, id DESC",
            arguments: [name, account]
        ).compactMap { try held($0, db) }
    }

    private static func held(_ row: HeldRow, _ db: Database) throws -> Held? {
        let isLoading = row.state == loading
        guard let id = row.id,
            let state = isLoading ? .paused : Campaign.State(rawValue: row.state),
            let pace = try? Campaign.Pace(checking: row.perMinute, atOnce: row.atOnce)
        else {
            // A newer version wrote it: this one neither shows nor dials it.
            return nil
        }
        let campaign = Campaign(
            id: id,
            name: row.name,
            source: row.source,
            operator: row.operator,
            createdAt: Timestamp(milliseconds: row.createdAt),
            state: state,
            why: row.why,
            changedBy: row.changedBy,
            changedAt: Timestamp(milliseconds: row.changedAt),
            pace: pace,
            counts: isLoading ? Campaign.Counts() : try counts(id, db)
        )
        return Held(
            campaign: campaign,
            account: row.account,
            runner: row.runner,
            runnerName: row.runnerName,
            digest: row.digest,
            isLoading: isLoading
        )
    }

    // MARK: Writing

    /// Writes a campaign whose list is still to be written.
    static func insert(
        _ list: CampaignList,
        account: String,
        operator: String,
        runner: Int64,
        at now: Timestamp,
        _ db: Database
    ) throws -> Campaign.ID {
        let row = HeldRow(
            account: account,
            name: list.name,
            source: list.source,
            digest: list.digest,
            operator: `operator`,
            createdAt: now.milliseconds,
            state: loading,
            changedAt: now.milliseconds,
            changedBy: `operator`,
            perMinute: list.pace.perMinute,
            atOnce: list.pace.atOnce,
            runner: runner
        )
        try row.insert(db)
        return db.lastInsertedRowID
    }
}
