import CallBoard
import Campaigns
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

    private static func counts(_ id: Campaign.ID, _ db: Database) throws -> Campaign.Counts {
        var counts = Campaign.Counts()
        let statement = try db.cachedStatement(
            sql: """
                SELECT is_left, state, ending, count FROM campaign_count WHERE campaign = ? AND count > 0
                """
        )
        let rows = try Row.fetchCursor(statement, arguments: [id])
        while let row = try rows.next() {
            let count: Int = row[3]
            if row[0] {
                counts.left += count
                continue
            }
            switch row[1] as String {
            case "queued": counts.queued += count
            case "ringing": counts.ringing += count
            case "talking": counts.talking += count
            case "unknown": counts.unknown += count
            case "ended":
                let ending: String = row[2]
                counts.ends[ending.isEmpty ? "gone" : ending, default: 0] += count
            default: counts.placing += count
            }
        }
        return counts
    }

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
                SELECT ref, begun_at FROM campaign_row INDEXED BY campaign_row_that_is_open
                WHERE campaign = ? AND ref IS NOT NULL AND (state IS NULL OR state <> 'ended')
                """,
            arguments: [id]
        ).compactMap { row in
            CallRef(row[0] as String).map { ($0, Timestamp(milliseconds: row[1])) }
        }
    }

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

    /// The list is whole.
    static func count(_ rows: Int, of id: Campaign.ID, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO campaign_count (campaign, is_left, state, ending, count) VALUES (?, 1, '', '', ?)",
            arguments: [id, rows]
        )
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

    /// Whether a campaign is running, and this process runs it.
    static func isRun(_ id: Campaign.ID, by runner: Int64, _ db: Database) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM campaign WHERE id = ? AND state = 'running' AND runner = ?)"
        )
        return try Bool.fetchOne(statement, arguments: [id, runner]) == true
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

    // MARK: Forgetting

    /// Forgets the lists of campaigns that ended before a moment, and half-made ones of before it, in portions of so many rows.
    ///
    /// That there was such a campaign, and of which list, is kept: the same list must not be rung again for having been
    /// forgotten.
    /// - Returns: whether there may be more.
    static func forget(before moment: Timestamp, limit: Int, _ db: Database) throws -> Bool {
        let old = try Row.fetchOne(
            db,
            sql: """
                SELECT id, state FROM campaign WHERE changed_at < ? AND (
                    state = '\(loading)' OR state IN ('stopped', 'done') AND (
                        EXISTS (SELECT 1 FROM campaign_row WHERE campaign = campaign.id)
                        OR EXISTS (SELECT 1 FROM campaign_event WHERE campaign = campaign.id)
                    )
                ) LIMIT 1
                """,
            arguments: [moment.milliseconds]
        )
        guard let old else { return false }
        let id: Int64 = old[0]
        if try dropRows(of: id, limit: limit, db) { return true }
        if old[1] == loading {
            try db.execute(sql: "DELETE FROM campaign WHERE id = ?", arguments: [id])
        } else {
            try db.execute(sql: "DELETE FROM campaign_event WHERE campaign = ?", arguments: [id])
        }
        return true
    }

    /// Takes a campaign away whose list was not written to its end, in portions; one that is whole stays as it is.
    /// - Returns: whether there is more of it.
    static func dropHalfMade(_ id: Campaign.ID, limit: Int, _ db: Database) throws -> Bool {
        let isHalfMade = try Bool.fetchOne(
            db,
            sql: "SELECT EXISTS (SELECT 1 FROM campaign WHERE id = ? AND state = ?)",
            arguments: [id, loading]
        )
        guard isHalfMade == true else { return false }
        if try dropRows(of: id, limit: limit, db) { return true }
        try db.execute(sql: "DELETE FROM campaign WHERE id = ?", arguments: [id])
        return false
    }

    /// Takes rows of a list away.
    /// - Returns: whether there may be more.
    static func dropRows(of id: Campaign.ID, limit: Int, _ db: Database) throws -> Bool {
        try db.execute(
            sql: """
                DELETE FROM campaign_row WHERE campaign = ? AND number IN (
                    SELECT number FROM campaign_row WHERE campaign = ? LIMIT ?
                )
                """,
            arguments: [id, id, limit]
        )
        return db.changesCount == limit
    }
}
