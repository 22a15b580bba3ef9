import CallBoard
import Campaigns
import GRDB
import Piopiy

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The rows of a list: the calls that a campaign is to place, and what became of each.
extension CampaignTable {
    /// A row that was not begun, for its runner.
    struct WaitingRow: FetchableRecord, Sendable {
        let number: Int
        /// The row with its call; `nil` when the stored call cannot be read.
        let row: CampaignRow?

        init(row: Row) {
            let number: Int = row["number"]
            let line: Int = row["line"]
            let data: Data = row["call"]
            let call = (try? JSONValue(parsing: data)).flatMap { try? AICall(json: $0) }
            self.number = number
            self.row = call.map { CampaignRow(number: number, line: line, call: $0) }
        }
    }

    /// A row that was begun and whose call has not ended.
    private struct OpenRow: FetchableRecord {
        let ref: String
        let begunAt: Timestamp

        init(row: Row) {
            ref = row["ref"]
            begunAt = Timestamp(milliseconds: row["begun_at"])
        }
    }

    /// A row with the state of its call.
    private struct ResultRow: FetchableRecord {
        let result: CampaignResult

        init(row: Row) {
            let ref: String? = row["ref"]
            let begunAt: Int64? = row["begun_at"]
            result = CampaignResult(
                number: row["number"],
                line: row["line"],
                to: row["to_number"],
                ref: ref.flatMap { CallRef($0) },
                begunAt: begunAt.map { Timestamp(milliseconds: $0) },
                state: row["state"],
                end: row["ending"],
                callID: row["call_id"]
            )
        }
    }

    // MARK: Reading

    /// Reads the first rows that were not begun, in the order of the list.
    static func waiting(_ id: Campaign.ID, limit: Int, _ db: Database) throws -> [WaitingRow] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT number, line, call FROM campaign_row WHERE campaign = ? AND ref IS NULL ORDER BY number LIMIT ?
                """
        )
        return try WaitingRow.fetchAll(statement, arguments: [id, limit])
    }

    static func open(_ id: Campaign.ID, _ db: Database) throws -> [(ref: CallRef, begunAt: Timestamp)] {
        try OpenRow.fetchAll(
            db,
            sql: """
                SELECT ref, begun_at FROM campaign_row INDEXED BY campaign_row_that_is_open
                WHERE campaign = ? AND ref IS NOT NULL AND (state IS NULL OR state <> 'ended')
                """,
            arguments: [id]
        ).compactMap { row in
            CallRef(row.ref).map { ($0, row.begunAt) }
        }
    }

    static func results(
        of id: Campaign.ID,
        after number: Int,
        limit: Int,
        _ db: Database
    ) throws -> [CampaignResult] {
        try ResultRow.fetchAll(
            db,
            sql: """
                SELECT number, line, to_number, ref, begun_at, state, ending, call_id FROM campaign_row
                WHERE campaign = ? AND number > ? ORDER BY number LIMIT ?
                """,
            arguments: [id, number, limit]
        ).map(\.result)
    }

    /// Whether a row exists and was not begun.
    static func isLeft(_ claim: RowClaim, _ db: Database) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM campaign_row WHERE campaign = ? AND number = ? AND ref IS NULL)"
        )
        return try Bool.fetchOne(statement, arguments: [claim.campaign, claim.row]) == true
    }

    // MARK: Writing

    static func insert(_ rows: ArraySlice<CampaignRow>, of id: Campaign.ID, _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: "INSERT INTO campaign_row (campaign, number, line, to_number, call) VALUES (?, ?, ?, ?, ?)"
        )
        for row in rows {
            let call = Data(try row.call.json.bytes())
            try statement.execute(arguments: [id, row.number, row.line, row.call.toNumber.digits, call])
        }
    }

    /// Marks a row as begun.
    /// - Returns: `false` when it does not exist or was begun before.
    static func begin(_ claim: RowClaim, ref: CallRef, at now: Timestamp, _ db: Database) throws -> Bool {
        try db.cachedStatement(
            sql: """
                UPDATE campaign_row SET ref = ?, begun_at = ?, state = NULL, ending = NULL, call_id = NULL
                WHERE campaign = ? AND number = ? AND ref IS NULL
                """
        ).execute(arguments: [ref.text, now.milliseconds, claim.campaign, claim.row])
        return db.changesCount == 1
    }

    /// Returns the row of an attempt to the list, as if it had not been begun.
    /// - Returns: whether the attempt was of a row.
    static func giveBack(_ ref: CallRef, _ db: Database) throws -> Bool {
        try db.execute(
            sql: """
                UPDATE campaign_row SET ref = NULL, begun_at = NULL, state = NULL, ending = NULL, call_id = NULL
                WHERE ref = ?
                """,
            arguments: [ref.text]
        )
        return db.changesCount == 1
    }

    /// Copies the state of a call to the rows that it is of.
    /// - Parameters:
    ///   - identities: the call's, its refs among them.
    ///   - mayHaveRung: whether the call may have rung; then its row has it again, even if the row was returned.
    static func note(
        _ identities: [String],
        mayHaveRung: Bool,
        of account: String,
        _ db: Database
    ) throws {
        for identity in identities where identity.hasPrefix("r ") {
            if mayHaveRung { try AttemptTable.ringsAfterAll(String(identity.dropFirst(2)), db) }
            let statement = try db.cachedStatement(
                sql: """
                    UPDATE campaign_row SET state = call.state, ending = call.ending, call_id = call.call_id
                    FROM identity JOIN call ON call.id = identity.call
                    WHERE campaign_row.ref = ? AND identity.account = ? AND identity.text = ?
                    """
            )
            try statement.execute(arguments: [String(identity.dropFirst(2)), account, identity])
        }
    }
}
