import CallBoard
import Campaigns
import GRDB

/// Figures of an account's part of the journal, for monitoring. None of them holds a number or a name.
public struct JournalFigures: Hashable, Sendable {
    /// Rows of campaigns that are in the same state.
    public struct CampaignRows: Hashable, Sendable {
        public let campaign: Campaign.State
        public let row: RowState
        public let count: Int
    }

    /// How far a row of a campaign is.
    public enum RowState: String, CaseIterable, Hashable, Sendable {
        /// Nobody has dialed it, or it was returned.
        case notDialed
        case placing, queued, ringing, talking, ended
        /// It may have been dialed.
        case unknown
    }

    /// Lines that were written and not yet folded into calls.
    public internal(set) var pendingLines: Int64 = 0
    /// Calls that have not ended, by the word of their stage; `nil` where they were not counted.
    public internal(set) var openCalls: [String: Int]?
    /// How many campaigns are in each state.
    public internal(set) var campaigns: [Campaign.State: Int] = [:]
    public internal(set) var campaignRows: [CampaignRows] = []

    init() {}
}

extension SQLiteJournal {
    /// Reads the figures of this account.
    ///
    /// It reads on a connection of its own and blocks no writer. Campaign rows are counted as they change, so reading
    /// them costs little; counting the calls costs time in proportion to the calls that have not ended.
    /// - Parameter countsCalls: whether calls that have not ended are counted.
    public func figures(countsCalls: Bool) async throws -> JournalFigures {
        let account = origin.account
        return try await read { db in
            var figures = JournalFigures()
            figures.pendingLines = try max(0, LineTable.position(db) - CallTable.addedUp(db))
            if countsCalls { figures.openCalls = try FigureTable.openCalls(of: account, db) }
            figures.campaigns = try FigureTable.campaigns(of: account, db)
            figures.campaignRows = try FigureTable.campaignRows(of: account, db)
            return figures
        }
    }
}

/// The queries behind ``JournalFigures``.
private enum FigureTable {
    static func openCalls(of account: String, _ db: Database) throws -> [String: Int] {
        let rows = try Row.fetchCursor(
            db,
            sql: "SELECT state, COUNT(*) FROM call WHERE account = ? AND state <> 'ended' GROUP BY state",
            arguments: [account]
        )
        var counts: [String: Int] = [:]
        while let row = try rows.next() { counts[row[0], default: 0] += row[1] as Int }
        return counts
    }

    static func campaigns(of account: String, _ db: Database) throws -> [Campaign.State: Int] {
        let rows = try Row.fetchCursor(
            db,
            sql: "SELECT state, COUNT(*) FROM campaign WHERE account = ? GROUP BY state",
            arguments: [account]
        )
        var counts: [Campaign.State: Int] = [:]
        while let row = try rows.next() {
            // A campaign whose list is being written has a state of its own, and so may one of a newer version.
            if let state = Campaign.State(rawValue: row[0]) { counts[state] = row[1] }
        }
        return counts
    }

    static func campaignRows(of account: String, _ db: Database) throws -> [JournalFigures.CampaignRows] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT campaign.state, is_left, campaign_count.state, SUM(count)
                FROM campaign_count JOIN campaign ON campaign.id = campaign_count.campaign
                WHERE campaign.account = ? GROUP BY 1, 2, 3
                """,
            arguments: [account]
        )
        var counts: [Campaign.State: [JournalFigures.RowState: Int]] = [:]
        while let row = try rows.next() {
            guard let state = Campaign.State(rawValue: row[0]) else { continue }
            let isLeft: Bool = row[1]
            // A row that was begun and has no call yet is being placed.
            let word = isLeft ? .notDialed : JournalFigures.RowState(rawValue: row[2]) ?? .placing
            counts[state, default: [:]][word, default: 0] += row[3] as Int
        }
        return counts.flatMap { state, rows in
            rows.map { JournalFigures.CampaignRows(campaign: state, row: $0.key, count: $0.value) }
        }
    }
}
