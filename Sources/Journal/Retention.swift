import CallBoard
import GRDB
import Piopiy

/// What ``SQLiteJournal/forget(before:at:)`` has taken out.
public struct ForgottenHistory: Hashable, Sendable {
    /// Calls that had ended.
    public internal(set) var calls = 0
    /// Lines, webhooks that could not be read among them.
    public internal(set) var lines = 0
}

extension SQLiteJournal {
    /// Forgets calls that ended before a moment, lines from before it that belong to no call that is kept, and
    /// campaigns that ended before it with their lists.
    ///
    /// Calls that are up or in doubt stay with all their lines, however old they are. It is done in small portions, so
    /// that nobody who writes is held up, and breaking it off does no harm: the next time goes on.
    /// - Parameters:
    ///   - moment: by this machine's clock for lines, and by the platform's for a call's end.
    ///   - now: for what is written on the way.
    /// - Throws: ``JournalError``.
    @discardableResult
    public func forget(before moment: Timestamp, at now: Timestamp) async throws -> ForgottenHistory {
        try await settleOrphans(at: now)
        try await addUp()
        var forgotten = ForgottenHistory()
        while true {
            let count = try await write { db in try Retention.forgetCalls(before: moment, limit: 100, db) }
            forgotten.calls += count
            if count < 100 { break }
        }
        var position: Int64 = 0
        while true {
            let after = position
            let old = try await read { db in try Retention.old(before: moment, after: after, limit: 50, db) }
            guard let last = old.last else { break }
            position = last
            forgotten.lines += try await write { db in try Retention.forgetLines(old, db) }
        }
        while try await write({ db in try CampaignTable.forget(before: moment, limit: 500, db) }) {}
        try await write { db in
            try AttemptTable.forget(before: moment, db)
            try WaitingHangUpTable.forget(before: moment, db)
        }
        try await forgetOrigins(before: moment)
        return forgotten
    }

    /// Who wrote nothing that is still there, and is no more.
    private func forgetOrigins(before moment: Timestamp) async throws {
        let directory = Self.presences(path)
        Presence.sweep(directory)
        let idle = try await read { db in try Retention.idleOrigins(before: moment, db) }
        let dead = idle.filter { $0 != origin.id && !Presence.isAlive($0, in: directory) }
        for start in stride(from: 0, to: dead.count, by: 50) {
            let some = Array(dead[start..<min(start + 50, dead.count)])
            try await write { db in try Retention.forgetOrigins(some, db) }
        }
    }
}

enum Retention {
    /// - Returns: how many there were; fewer than the limit when there are no more.
    static func forgetCalls(before moment: Timestamp, limit: Int, _ db: Database) throws -> Int {
        // By the calls' own times: what a late record tells of is as old as the call. A time that cannot be right is no
        // reason to forget one, and is not among them.
        let (calls, at) =
            try CallLookup.isComplete(db)
            ? (
                "call_lookup AS place INDEXED BY call_lookup_by_time CROSS JOIN call ON call.id = place.call",
                "place.started_at"
            ) : ("call", "seen_at")
        // A call that has ended while the answer to its placement is still awaited stays: the answer would bring it
        // back.
        try db.execute(
            sql: """
                DELETE FROM call WHERE id IN (
                    SELECT call.id FROM \(calls)
                    WHERE \(at) < ? AND state = 'ended' AND ended_at < ?
                        AND NOT EXISTS (SELECT 1 FROM pending WHERE '0 ' || pending.ref = call.key)
                    LIMIT ?
                )
                """,
            arguments: [moment.milliseconds, moment.milliseconds, limit]
        )
        // The identities go with them; those are not counted.
        return db.changesCount
    }

    /// Positions of lines that may go: older, and added up.
    static func old(before moment: Timestamp, after position: Int64, limit: Int, _ db: Database) throws -> [Int64] {
        try Int64.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT position FROM line
                    WHERE position > ? AND at < ?
                        AND position <= (SELECT value FROM progress WHERE name = 'added_up')
                    ORDER BY position LIMIT ?
                    """
            ),
            arguments: [position, moment.milliseconds, limit]
        )
    }

    /// Takes out those that are about no call that is there.
    static func forgetLines(_ positions: [Int64], _ db: Database) throws -> Int {
        let find = try db.cachedStatement(sql: "SELECT 1 FROM identity WHERE account = ? AND text = ?")
        let delete = try db.cachedStatement(sql: "DELETE FROM line WHERE position = ?")
        var count = 0
        for position in positions {
            guard let line = try LineTable.line(at: position, db) else { continue }
            let isKept = try CallLedger.identities(of: line.line).contains { identity in
                try Int.fetchOne(find, arguments: [line.origin.account, identity]) != nil
            }
            guard !isKept else { continue }
            try delete.execute(arguments: [position])
            count += 1
        }
        return count
    }

    static func idleOrigins(before moment: Timestamp, _ db: Database) throws -> [Int64] {
        try Int64.fetchAll(
            db,
            sql: """
                SELECT id FROM origin
                WHERE opened_at < ? AND NOT EXISTS (SELECT 1 FROM line WHERE line.origin = origin.id)
                    AND id NOT IN (SELECT origin FROM pending)
                """,
            arguments: [moment.milliseconds]
        )
    }

    static func forgetOrigins(_ ids: [Int64], _ db: Database) throws {
        for id in ids {
            try db.execute(
                sql: """
                    DELETE FROM origin
                    WHERE id = ? AND NOT EXISTS (SELECT 1 FROM line WHERE line.origin = origin.id)
                        AND id NOT IN (SELECT origin FROM pending)
                    """,
                arguments: [id]
            )
        }
    }
}
