import CallBoard
import GRDB
import Piopiy

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The campaigns and the rows of their lists.
enum CampaignTable {
    /// The state of one whose list is being written.
    static let loading = "loading"

    /// Whether there is any, so that calls of nobody's campaign cost nothing more.
    static func isUsed(_ db: Database) throws -> Bool {
        try Bool.fetchOne(db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM campaign)")) ?? false
    }

    /// Takes over what a call has come to for the rows that it is of.
    /// - Parameter identities: the call's, its refs among them.
    static func note(_ identities: [String], of account: String, _ db: Database) throws {
        for identity in identities where identity.hasPrefix("r ") {
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

    // MARK: Reading

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

    private static func counts(_ id: Campaign.ID, _ db: Database) throws -> Campaign.Counts {
        var counts = Campaign.Counts()
        let statement = try db.cachedStatement(
            sql: """
                SELECT ref IS NULL, state, ending, COUNT(*) FROM campaign_row WHERE campaign = ?
                GROUP BY ref IS NULL, state, ending
                """
        )
        let rows = try Row.fetchCursor(statement, arguments: [id])
        while let row = try rows.next() {
            let count: Int = row[3]
            if row[0] {
                counts.left += count
                continue
            }
            switch row[1] as String? {
            case "queued": counts.queued += count
            case "ringing": counts.ringing += count
            case "talking": counts.talking += count
            case "unknown": counts.unknown += count
            case "ended": counts.ends[row[2] as String? ?? "completed", default: 0] += count
            default: counts.placing += count
            }
        }
        return counts
    }

    static func standing(_ id: Campaign.ID, of account: String, _ db: Database) throws -> CampaignStanding? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT state, per_minute, at_once,
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
        return CampaignStanding(state: state, pace: pace, hasRowsLeft: row[3])
    }

    static func events(of id: Campaign.ID, _ db: Database) throws -> [CampaignEvent] {
        try Row.fetchAll(
            db,
            sql: "SELECT at, operator, text FROM campaign_event WHERE campaign = ? ORDER BY rowid",
            arguments: [id]
        ).map { CampaignEvent(at: Timestamp(milliseconds: $0[0]), operator: $0[1], text: $0[2]) }
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
                SELECT ref, begun_at FROM campaign_row
                WHERE campaign = ? AND ref IS NOT NULL AND (state IS NULL OR state <> 'ended')
                """,
            arguments: [id]
        ).compactMap { row in
            CallRef(row[0] as String).map { ($0, Timestamp(milliseconds: row[1])) }
        }
    }

    // MARK: Writing

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

    static func insert(_ rows: ArraySlice<CampaignRow>, of id: Campaign.ID, _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: "INSERT INTO campaign_row (campaign, number, line, to_number, call) VALUES (?, ?, ?, ?, ?)"
        )
        for row in rows {
            let call = Data(try row.call.json.bytes())
            try statement.execute(arguments: [id, row.number, row.line, row.call.toNumber.digits, call])
        }
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

    /// Takes a row, if it is there to be taken by this process.
    static func take(
        _ number: Int,
        of id: Campaign.ID,
        ref: CallRef,
        runner: Int64,
        at now: Timestamp,
        _ db: Database
    ) throws -> RowBeginning {
        let state = try db.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM campaign WHERE id = ? AND state = 'running' AND runner = ?)"
        )
        guard try Bool.fetchOne(state, arguments: [id, runner]) == true else { return .notRunning }
        try db.cachedStatement(
            sql: """
                UPDATE campaign_row SET ref = ?, begun_at = ?, state = NULL, ending = NULL, call_id = NULL
                WHERE campaign = ? AND number = ? AND ref IS NULL
                """
        ).execute(arguments: [ref.text, now.milliseconds, id, number])
        return db.changesCount == 1 ? .begun : .begunBefore
    }

    static func giveBack(_ number: Int, of id: Campaign.ID, ref: CallRef, _ db: Database) throws {
        try db.execute(
            sql: """
                UPDATE campaign_row SET ref = NULL, begun_at = NULL, state = NULL, ending = NULL, call_id = NULL
                WHERE campaign = ? AND number = ? AND ref = ?
                """,
            arguments: [id, number, ref.text]
        )
    }

    // MARK: Forgetting

    /// Forgets campaigns that ended before a moment, and half-made ones of before it, in portions of so many rows.
    /// - Returns: whether there may be more.
    static func forget(before moment: Timestamp, limit: Int, _ db: Database) throws -> Bool {
        let old = try Int64.fetchOne(
            db,
            sql: """
                SELECT id FROM campaign WHERE state IN ('stopped', 'done', '\(loading)') AND changed_at < ? LIMIT 1
                """,
            arguments: [moment.milliseconds]
        )
        guard let old else { return false }
        try db.execute(
            sql: """
                DELETE FROM campaign_row WHERE campaign = ? AND number IN (
                    SELECT number FROM campaign_row WHERE campaign = ? LIMIT ?
                )
                """,
            arguments: [old, old, limit]
        )
        if db.changesCount < limit { try db.execute(sql: "DELETE FROM campaign WHERE id = ?", arguments: [old]) }
        return true
    }
}
