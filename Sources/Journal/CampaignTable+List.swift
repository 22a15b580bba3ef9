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
    static func insert(_ rows: ArraySlice<CampaignRow>, of id: Campaign.ID, _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: "INSERT INTO campaign_row (campaign, number, line, to_number, call) VALUES (?, ?, ?, ?, ?)"
        )
        for row in rows {
            let call = Data(try row.call.json.bytes())
            try statement.execute(arguments: [id, row.number, row.line, row.call.toNumber.digits, call])
        }
    }

    static func waiting(_ id: Campaign.ID, limit: Int, _ db: Database) throws -> [(row: CampaignRow?, number: Int)] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT number, line, call FROM campaign_row WHERE campaign = ? AND ref IS NULL ORDER BY number LIMIT ?
                """
        )
        return try Row.fetchAll(statement, arguments: [id, limit]).map { row in
            let data: Data = row[2]
            let call = (try? JSONValue(parsing: data)).flatMap { try? AICall(json: $0) }
            return (call.map { CampaignRow(number: row[0], line: row[1], call: $0) }, row[0])
        }
    }

    static func open(_ id: Campaign.ID, _ db: Database) throws -> [(ref: CallRef, begunAt: Timestamp)] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT ref, begun_at FROM campaign_row INDEXED BY campaign_row_that_is_open
                WHERE campaign = ? AND ref IS NOT NULL AND (state IS NULL OR state <> 'ended')
                """,
            arguments: [id]
        ).compactMap { row in
            CallRef(row[0] as String).map { ($0, Timestamp(milliseconds: row[1])) }
        }
    }

    static func results(
        of id: Campaign.ID,
        after number: Int,
        limit: Int,
        _ db: Database
    ) throws -> [CampaignResult] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT number, line, to_number, ref, begun_at, state, ending, call_id FROM campaign_row
                WHERE campaign = ? AND number > ? ORDER BY number LIMIT ?
                """,
            arguments: [id, number, limit]
        ).map { row in
            CampaignResult(
                number: row[0],
                line: row[1],
                to: row[2],
                ref: (row[3] as String?).flatMap { CallRef($0) },
                begunAt: (row[4] as Int64?).map { Timestamp(milliseconds: $0) },
                state: row[5],
                end: row[6],
                callID: row[7]
            )
        }
    }

    /// Whether a row is there that was not begun.
    static func isLeft(_ claim: RowClaim, _ db: Database) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM campaign_row WHERE campaign = ? AND number = ? AND ref IS NULL)"
        )
        return try Bool.fetchOne(statement, arguments: [claim.campaign, claim.row]) == true
    }

    /// Says that a row is begun.
    /// - Returns: whether it was there to be begun.
    static func begin(_ claim: RowClaim, ref: CallRef, at now: Timestamp, _ db: Database) throws -> Bool {
        try db.cachedStatement(
            sql: """
                UPDATE campaign_row SET ref = ?, begun_at = ?, state = NULL, ending = NULL, call_id = NULL
                WHERE campaign = ? AND number = ? AND ref IS NULL
                """
        ).execute(arguments: [ref.text, now.milliseconds, claim.campaign, claim.row])
        return db.changesCount == 1
    }

    /// Says that the row of a try is as if it had not been begun.
    /// - Returns: whether the try was of a row.
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

    /// Takes over what a call has come to for the rows that it is of.
    /// - Parameters:
    ///   - identities: the call's, its refs among them.
    ///   - mayHaveRung: whether the call may have rung; then it is its row's, even if that was given back.
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
