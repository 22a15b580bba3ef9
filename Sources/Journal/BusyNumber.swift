import CallBoard
import GRDB
import Piopiy

/// Whether a number may be dialed now, by what the journal holds: the half of ``CallBoard/NumberAvailability`` that is
/// true between processes.
///
/// It fetches the calls that may involve the number, of whatever account and process, and asks the same pure rule as
/// boards do. Whoever places a call asks it within the transaction that writes the intent, so that of two processes one
/// is first:
///
///     try database.write { db in
///         guard try BusyNumber.availability(of: key, at: now, db).isFree else { return }
///         try LineTable.write([intent], isWebhook: false, origin: origin.id, db)
///     }
///
/// Lines that are not added up yet count too. Few of them tell the number: the digits are looked for in their bytes
/// first, and lines are only read and added up when they, or a call that they are of, tell it. Call
/// ``SQLiteJournal/addUpBeforeDialing()`` before the transaction, so that there are few.
enum BusyNumber {
    /// Asked before the intent is written: a placement of the number that is written already keeps it busy.
    /// - Parameter ref: a placement that does not count, as it is the one that asks again.
    static func availability(
        of key: NormalizedNumber,
        at now: Timestamp,
        boot: BootTime = .now,
        except ref: CallRef? = nil,
        _ db: Database
    ) throws -> NumberAvailability {
        var calls = try calls(with: key, at: now, db)
        if let ref { calls.removeAll { $0.ref == ref } }
        return NumberAvailability(of: key, in: try AttemptTable.measure(calls, at: now, boot, db), at: now)
    }

    /// The calls that may keep a number busy.
    private static func calls(with key: NormalizedNumber, at now: Timestamp, _ db: Database) throws -> [Call] {
        let tail = NumberTail(key)
        let addedUp = try CallTable.addedUp(db)
        let candidates = try candidates(tail, key, at: now, addedUp: addedUp, db)
        let hasNews = try LineScan.tells(tail, after: addedUp, orAnyLine: !candidates.isEmpty, db)
        guard hasNews else { return candidates.compactMap(\.row.call) }
        let newest = try newestCalls(after: addedUp, db)
        return newest.calls + candidates.filter { !newest.replaced.contains($0.id) }.compactMap(\.row.call)
    }

    /// How long ago a call that counts as open can have been first heard of.
    private static let longestCall = Duration.seconds(86_400)

    /// The rows of calls that may keep a number busy: those that tell its last digits and
    /// - are open,
    /// - were first heard of, or ended, a moment ago,
    /// - are of lines that are not added up yet, and may be open again by them,
    /// and those that called it within a day: how long ago that was is measured, as the wall clock may have been set.
    private static func candidates(
        _ tail: NumberTail,
        _ key: NormalizedNumber,
        at now: Timestamp,
        addedUp: Int64,
        _ db: Database
    ) throws -> [(id: Int64, row: CallLedger.Row)] {
        func since(_ age: Duration) -> Int64 { (now + (.zero - age)).milliseconds }
        let forms = key.usualForms
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(CallTable.ledgerColumns), id FROM call WHERE id IN (
                    SELECT id FROM call INDEXED BY call_that_is_open
                    WHERE account IN (SELECT account FROM origin) AND state <> 'ended' AND seen_at > ?1
                        AND instr(search, ?5) > 0
                    UNION SELECT id FROM call INDEXED BY call_by_number
                    WHERE to_number IN (\(forms.indices.map { "?\($0 + 7)" }.joined(separator: ", "))) AND seen_at > ?2
                    UNION SELECT id FROM call INDEXED BY call_by_time
                    WHERE seen_at > ?3 AND instr(search, ?5) > 0
                    UNION SELECT id FROM call INDEXED BY call_by_end
                    WHERE account IN (SELECT account FROM origin) AND ended_at > ?3 AND instr(search, ?5) > 0
                    UNION SELECT call.id FROM line JOIN origin ON origin.id = line.origin
                    JOIN identity ON identity.account = origin.account
                        AND identity.text IN ('c ' || line.call_id, 'q ' || line.request_id, 'r ' || line.ref)
                    JOIN call ON call.id = identity.call
                    WHERE line.position > ?4 AND instr(call.search, ?6) > 0
                )
                """
        )
        let arguments: StatementArguments =
            [
                since(longestCall), since(longestCall), since(NumberAvailability.rest), addedUp, tail.digits,
                tail.digits,
            ] + StatementArguments(forms)
        return try Row.fetchAll(statement, arguments: arguments).map { ($0[5], CallTable.ledgerRow($0)) }
    }

    /// The most lines that are added up on the way.
    private static let limit = 5000

    /// Calls that lines tell of which nobody has added up yet, with what was known of them before.
    private static func newestCalls(
        after addedUp: Int64,
        _ db: Database
    ) throws -> (calls: [Call], replaced: Set<Int64>) {
        let lines = try LineTable.lines(after: addedUp, limit: limit, db)
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

extension SQLiteJournal {
    /// Adds up what is not, where that is much: what is left is looked through while other writers wait.
    func addUpBeforeDialing() async throws {
        if try await read({ db in try LineTable.position(db) - CallTable.addedUp(db) }) > 200 { try await addUp() }
    }
}
