import CallBoard
import GRDB
import Piopiy

/// Whether a number may be rung now, by what the journal has: the half of the rule that holds between processes. The
/// other half is the board's, ``CallBoard/BoardSnapshot/conflicts(ringing:now:window:)``.
enum BusyNumber {
    /// Whether somebody with a number is on the line, on whichever side, or was rung less than a minute ago: by a row of
    /// any campaign that has begun, by a placement that is under way, or by a call that is known, of whatever account.
    ///
    /// It is asked within the transaction that writes the intent, so that of two processes one is first.
    static func isTaken(_ key: NumberKey, at now: Timestamp, _ db: Database) throws -> Bool {
        let minute = now.milliseconds - 60_000
        // By then the platform has ended whatever was begun, told or not.
        let bound = Timestamp(milliseconds: now.milliseconds - 7_380_000)
        let begun = try db.cachedStatement(
            sql: """
                SELECT EXISTS (
                    SELECT 1 FROM campaign_row
                    WHERE to_number = ? AND ref IS NOT NULL AND begun_at > ?
                        AND (begun_at > ? OR IFNULL(state, '') NOT IN ('ended', 'unknown'))
                ) OR EXISTS (
                    SELECT 1 FROM pending JOIN line ON line.ref = pending.ref
                    WHERE line.kind = 'intent' AND line.number = ?
                )
                """
        )
        let values: StatementArguments = [key.digits, bound.milliseconds, minute, key.digits]
        if try Bool.fetchOne(begun, arguments: values) == true { return true }
        let newest = try newestCalls(db)
        if newest.calls.contains(where: { isBusy($0, key, since: bound) }) { return true }
        return try openCalls(since: bound, except: newest.replaced, db).contains { isBusy($0, key, since: bound) }
    }

    private static func isBusy(_ call: Call, _ key: NumberKey, since bound: Timestamp) -> Bool {
        !call.isEnded && !call.isInDoubt && call.seenAt > bound && call.involves(key)
    }

    /// Calls that have not ended. They are few, and have an index of their own: both sides of each are looked at.
    private static func openCalls(
        since bound: Timestamp,
        except replaced: Set<Int64>,
        _ db: Database
    ) throws -> [Call] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(CallTable.ledgerColumns), id FROM call INDEXED BY call_that_is_open
                WHERE state <> 'ended' AND seen_at > ?
                """
        )
        return try Row.fetchAll(statement, arguments: [bound.milliseconds]).compactMap { row in
            replaced.contains(row["id"]) ? nil : CallTable.ledgerRow(row).call
        }
    }

    /// The most lines that are added up on the way; whoever begins calls adds up before, so that there are fewer.
    private static let limit = 5000

    /// Calls that lines tell of which nobody has added up yet, with what was known of them before.
    private static func newestCalls(_ db: Database) throws -> (calls: [Call], replaced: Set<Int64>) {
        let lines = try LineTable.lines(after: CallTable.addedUp(db), limit: limit, db)
        var calls: [Call] = []
        var replaced: Set<Int64> = []
        for (account, lines) in Dictionary(grouping: lines, by: \.origin.account) {
            let (ledger, loaded) = try CallTable.sums(of: lines, account, db)
            calls += ledger.rows().compactMap(\.call)
            replaced.formUnion(loaded)
        }
        return (calls, replaced)
    }
}
