import CallBoard
import GRDB
import Piopiy

/// Hang-ups that wait for their call's id: which process sends each, so that one does.
///
/// It follows from the lines of kind ``CallBoard/JournalLine/Kind/hangUpWaiting``. The latest line counts, in whatever
/// order they are written. The table adds who sends it, and when it was asked for by a clock
/// that nobody sets.
enum WaitingHangUpTable {
    /// A hang-up whose process may be no more.
    struct Orphan: Sendable {
        var key: String
        var origin: Int64
        var ref: CallRef?
        var requestID: RequestID?
        var cause: String?
        var reason: String?
        var at: Timestamp
        var askedAt: Timestamp
        var asked: BootTime?
    }

    static func note(_ lines: [JournalLine], origin: Int64, _ boot: BootTime, _ db: Database) throws {
        for line in lines {
            guard let wish = line.hangUpWish, line.ref != nil || line.requestID != nil else { continue }
            try db.cachedStatement(
                sql: """
                    INSERT INTO waiting_hangup
                        (key, origin, ref, request_id, is_open, cause, reason, at, asked_at, boot, boot_ms)
                    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10)
                    ON CONFLICT DO UPDATE SET
                        origin = ?2, is_open = ?5, cause = ?6, reason = ?7, at = ?8, asked_at = ?8, boot = ?9,
                        boot_ms = ?10
                    WHERE ?8 > at OR (?8 = at AND NOT ?5)
                    """
            ).execute(arguments: [
                key(line.ref, line.requestID), origin, line.ref?.text, line.requestID?.text, wish.isOpen, wish.cause,
                wish.reason, line.at.milliseconds, boot.boot, boot.milliseconds,
            ])
            if !wish.isOpen { try close(line, wish.requestIDs, db) }
        }
    }

    /// Closes every open row of the call, whichever of its ids the row was made with.
    private static func close(_ line: JournalLine, _ requestIDs: Set<RequestID>, _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                UPDATE waiting_hangup SET is_open = 0, at = ?1
                WHERE is_open AND at <= ?1 AND (ref = ?2 OR request_id = ?3)
                """
        )
        let ids = requestIDs.isEmpty ? [line.requestID] : requestIDs.map { $0 }
        for id in ids { try statement.execute(arguments: [line.at.milliseconds, line.ref?.text, id?.text]) }
    }

    /// Those of an account that other processes have.
    static func others(_ origin: JournalOrigin, _ db: Database) throws -> [Orphan] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT key, origin, ref, request_id, cause, reason, at, asked_at, boot, boot_ms FROM waiting_hangup
                    WHERE is_open AND origin <> ? AND origin IN (SELECT id FROM origin WHERE account = ?)
                    ORDER BY at
                    """
            ),
            arguments: [origin.id, origin.account]
        ).map { row in
            Orphan(
                key: row[0],
                origin: row[1],
                ref: (row[2] as String?).flatMap { CallRef($0) },
                requestID: (row[3] as String?).map { RequestID($0) },
                cause: row[4],
                reason: row[5],
                at: Timestamp(milliseconds: row[6]),
                askedAt: Timestamp(milliseconds: row[7]),
                asked: (row[8] as String?).flatMap { boot in
                    (row[9] as Int64?).map { BootTime(boot: boot, milliseconds: $0) }
                }
            )
        }
    }

    /// Takes a dead process' hang-up over, unless another was first.
    /// - Returns: `nil` when another was first.
    static func adopt(_ orphan: Orphan, by asker: AttemptTable.Asker, _ db: Database) throws -> AdoptedHangUp? {
        let age = age(orphan, asker)
        let fate: AdoptedHangUp.Fate =
            age > HangUpWait.limit ? .expired : age > HangUpWait.takeover ? .interrupted : .sent
        // Not the present moment: what anybody says of it meanwhile counts.
        let at = orphan.at + .milliseconds(1)
        try db.cachedStatement(
            sql: "UPDATE waiting_hangup SET origin = ?, is_open = ?, at = ? WHERE key = ? AND origin = ? AND is_open"
        ).execute(arguments: [asker.origin.id, fate == .sent, at.milliseconds, orphan.key, orphan.origin])
        guard db.changesCount == 1 else { return nil }
        let adopted = AdoptedHangUp(
            ref: orphan.ref,
            requestID: orphan.requestID,
            cause: orphan.cause,
            reason: orphan.reason,
            age: age,
            at: at,
            fate: fate
        )
        _ = try LineTable.write([.adoptedHangUp(adopted)], isWebhook: false, origin: asker.origin.id, db)
        return adopted
    }

    /// How long ago it was asked for.
    static func age(_ orphan: Orphan, _ asker: AttemptTable.Asker) -> Duration {
        if let age = orphan.asked.flatMap({ asker.boot.since($0) }) { return age }
        let told = asker.now - orphan.askedAt
        // A clock that was set back says nothing: then an operator is asked.
        return told < .zero ? HangUpWait.takeover * 2 : told
    }

    static func forget(before moment: Timestamp, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM waiting_hangup WHERE at < ?", arguments: [moment.milliseconds])
    }

    private static func key(_ ref: CallRef?, _ requestID: RequestID?) -> String {
        ref.map { "r \($0.text)" } ?? "q \(requestID?.text ?? "")"
    }
}

extension SQLiteJournal {
    public func adoptHangUps(at now: Timestamp) async throws -> [AdoptedHangUp] {
        let others = try await read { [origin] db in try WaitingHangUpTable.others(origin, db) }
        let directory = Self.presences(path)
        let asker = asker(now)
        // One whose process stands still is nobody's to send, but when its time is over, that is so for it too.
        let orphans = others.filter { wish in
            WaitingHangUpTable.age(wish, asker) > HangUpWait.limit + .seconds(10)
                || !Presence.isAlive(wish.origin, in: directory)
        }
        guard !orphans.isEmpty else { return [] }
        return try await write { db in
            try orphans.compactMap { try WaitingHangUpTable.adopt($0, by: asker, db) }
        }
    }
}
