import CallBoard
import Campaigns
import GRDB
import Piopiy

/// Placements that were admitted: who may dial is decided here, in the transaction that writes the intent.
///
/// A try keeps its reference for ever, also when its row of a campaign is given back: should an event show later that it
/// rang after all, the row is found by it.
enum AttemptTable {
    /// The generation of the rules by which intents are admitted. A line that none stands in was written by a version that
    /// asks no rules, and is refused by the table itself.
    static let rules = 1

    /// What a process knows of itself and of the time.
    struct Asker: Sendable {
        let origin: JournalOrigin
        let now: Timestamp
        let boot: BootTime
        /// In which country numbers are told that have no country code.
        var plan = NumberPlan.international
    }

    // MARK: Admitting

    static func admit(
        _ placement: TaggedPlacement,
        _ terms: PlacementTerms,
        beside line: JournalLine?,
        by asker: Asker,
        _ db: Database
    ) throws -> Admission {
        if let refusal = try refusal(of: placement, terms, again: false, by: asker, db) { return refusal }
        if let line, line.kind == .settlement, let first = line.ref,
            let origin = try pendingOrigin(first, db), origin != asker.origin.id
        {
            throw TooEarlyToSettle(wait: nil)
        }
        if let line { _ = try LineTable.write([line], isWebhook: false, origin: asker.origin.id, db) }
        let intent = placement.intent(at: asker.now)
        _ = try LineTable.write([intent], isWebhook: false, origin: asker.origin.id, admission: rules, db)
        try insert(placement, terms.claim, by: asker, db)
        if let claim = terms.claim, try !CampaignTable.begin(claim, ref: placement.ref, at: asker.now, db) {
            // It was seen to be there a moment ago, in this transaction.
            throw DatabaseError(resultCode: .SQLITE_CONSTRAINT, message: "the row \(claim.row) does not exist")
        }
        return .admitted(until: terms.window?.upperBound)
    }

    static func readmit(
        _ placement: TaggedPlacement,
        _ terms: PlacementTerms,
        by asker: Asker,
        _ db: Database
    ) throws -> Admission {
        let isOpen = try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM pending WHERE ref = ? AND origin = ?)"),
            arguments: [placement.ref.text, asker.origin.id]
        )
        // Somebody has said what became of it, as if this process were no more.
        guard isOpen == true else { return .begunBefore }
        if let refusal = try refusal(of: placement, terms, again: true, by: asker, db) { return refusal }
        let line = JournalLine.readmitted(placement.ref, at: asker.now)
        _ = try LineTable.write([line], isWebhook: false, origin: asker.origin.id, db)
        try db.cachedStatement(
            sql: "UPDATE attempt SET admitted_at = ?, boot = ?, boot_ms = ? WHERE ref = ?"
        ).execute(arguments: [
            asker.now.milliseconds, asker.boot.boot, asker.boot.milliseconds, placement.ref.text,
        ])
        return .admitted(until: terms.window?.upperBound)
    }

    private static func refusal(
        of placement: TaggedPlacement,
        _ terms: PlacementTerms,
        again: Bool,
        by asker: Asker,
        _ db: Database
    ) throws -> Admission? {
        if let window = terms.window {
            if asker.now < window.lowerBound { return .outsideWindow(until: window.lowerBound) }
            if asker.now >= window.upperBound { return .outsideWindow(until: nil) }
        }
        if let claim = terms.claim {
            guard try CampaignTable.isRun(claim.campaign, by: asker.origin.id, db) else { return .notRunning }
            guard try again || CampaignTable.isLeft(claim, db) else { return .begunBefore }
        }
        guard !terms.overrides.contains(.busy) else { return nil }
        let key = NormalizedNumber(placement.toNumber, plan: asker.plan)
        let availability = try BusyNumber.availability(
            of: key,
            at: asker.now,
            boot: asker.boot,
            except: again ? placement.ref : nil,
            db
        )
        return availability.conflict.map { .busy(by: $0) }
    }

    private static func insert(
        _ placement: TaggedPlacement,
        _ claim: RowClaim?,
        by asker: Asker,
        _ db: Database
    ) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO attempt (ref, origin, number, campaign, row, n, admitted_at, boot, boot_ms)
                VALUES (?1, ?2, ?3, ?4, ?5,
                    CASE WHEN ?4 IS NULL THEN NULL
                    ELSE 1 + (SELECT COUNT(*) FROM attempt WHERE campaign = ?4 AND row = ?5) END,
                    ?6, ?7, ?8)
                """
        ).execute(arguments: [
            placement.ref.text, asker.origin.id, placement.toNumber.digits, claim?.campaign, claim?.row,
            asker.now.milliseconds, asker.boot.boot, asker.boot.milliseconds,
        ])
    }

    // MARK: What comes of them

    static func conclude(
        _ ref: CallRef,
        _ outcome: Outcome<Acceptance>,
        origin: Int64,
        at now: Timestamp,
        _ boot: BootTime,
        _ db: Database
    ) throws {
        _ = try LineTable.write([.outcome(outcome, ref: ref, at: now)], isWebhook: false, origin: origin, db)
        try decide(ref, at: now, boot, db)
        if outcome.isAsIfNeverBegun, try CampaignTable.giveBack(ref, db) {
            try db.execute(sql: "UPDATE attempt SET is_given_back = 1 WHERE ref = ?", arguments: [ref.text])
        }
    }

    /// Notes when the outcome of a placement was known.
    static func decide(_ ref: CallRef, at now: Timestamp, _ boot: BootTime, _ db: Database) throws {
        try db.cachedStatement(
            sql: "UPDATE attempt SET decided_at = ?, decided_boot = ?, decided_boot_ms = ? WHERE ref = ?"
        ).execute(arguments: [now.milliseconds, boot.boot, boot.milliseconds, ref.text])
    }

    /// Refuses "was not placed" while the request may still reach the platform.
    /// - Throws: ``CallBoard/TooEarlyToSettle``.
    static func checkNotPlaced(
        _ ref: CallRef,
        after delay: Duration,
        by asker: Asker,
        _ db: Database
    ) throws {
        let (now, boot) = (asker.now, asker.boot)
        if let origin = try pendingOrigin(ref, db) {
            guard origin == asker.origin.id else { throw TooEarlyToSettle(wait: nil) }
            // This process knows the outcome, else nobody could settle it; it could not be written when it came.
            try conclude(ref, .unknown(Doubt(.interrupted)), origin: origin, at: now, boot, db)
            return
        }
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT decided_at, decided_boot, decided_boot_ms FROM attempt WHERE ref = ?"),
            arguments: [ref.text]
        )
        guard let row, let decided = row[0] as Int64? else { return }
        let moment = (row[1] as String?).flatMap { name in
            (row[2] as Int64?).map { BootTime(boot: name, milliseconds: $0) }
        }
        // A clock that was set back says nothing: then it counts as just now.
        let age = moment.flatMap { boot.since($0) } ?? max(.zero, now - Timestamp(milliseconds: decided))
        if age < delay { throw TooEarlyToSettle(wait: delay - age) }
    }

    /// The process that a placement without an outcome is of.
    private static func pendingOrigin(_ ref: CallRef, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT origin FROM pending WHERE ref = ?"),
            arguments: [ref.text]
        )
    }

    /// An event tells that a call rang whose row was given back: the row is that try's again, and is not dialed any more.
    static func ringsAfterAll(_ ref: String, _ db: Database) throws {
        let found = try Row.fetchOne(
            db.cachedStatement(
                sql: "SELECT campaign, row, admitted_at, number FROM attempt WHERE ref = ? AND is_given_back = 1"
            ),
            arguments: [ref]
        )
        guard let found, let campaign = found[0] as Int64?, let row = found[1] as Int? else { return }
        try db.execute(sql: "UPDATE attempt SET is_given_back = 0 WHERE ref = ?", arguments: [ref])
        try db.execute(
            sql: "UPDATE campaign_row SET ref = ?, begun_at = ? WHERE campaign = ? AND number = ? AND ref IS NULL",
            arguments: [ref, found[2] as Int64, campaign, row]
        )
        let isTaken = db.changesCount == 1
        let words =
            isTaken
            ? "row \(row) rang after all, though the platform had said it was not placed; it is not dialed again"
            : "row \(row) also rang by an earlier attempt, though the platform had said it was not placed"
        try CampaignTable.tell(campaign, words, by: "piopiy", at: Timestamp(milliseconds: found[2]), db)
    }

    // MARK: Elapsed time

    /// How long ago a call was placed and ended, as far as that was since this machine was started: the wall clock may have
    /// been set since.
    static func measure(_ calls: [Call], at now: Timestamp, _ boot: BootTime, _ db: Database) throws -> [Call] {
        let placed = try db.cachedStatement(sql: "SELECT boot, boot_ms FROM attempt WHERE ref = ?")
        let ended = try db.cachedStatement(
            sql: """
                SELECT ended_boot, ended_boot_ms FROM call WHERE id IN (
                    SELECT call FROM identity WHERE text = ?
                )
                """
        )
        func age(_ statement: Statement, _ text: String) throws -> Duration? {
            guard let row = try Row.fetchOne(statement, arguments: [text]), let name = row[0] as String?,
                let milliseconds = row[1] as Int64?
            else {
                return nil
            }
            return boot.since(BootTime(boot: name, milliseconds: milliseconds))
        }
        return try calls.map { call in
            guard let ref = call.ref?.text else { return call }
            return call.measured(placed: try age(placed, ref), ended: try age(ended, "r \(ref)"), ago: now)
        }
    }

    /// Forgets what no rule looks at any more: placements of no campaign that were admitted before a moment.
    static func forget(before moment: Timestamp, _ db: Database) throws {
        try db.execute(
            sql: """
                DELETE FROM attempt WHERE admitted_at < ? AND ref NOT IN (SELECT ref FROM pending)
                    AND NOT EXISTS (SELECT 1 FROM campaign_row WHERE campaign = attempt.campaign)
                """,
            arguments: [moment.milliseconds]
        )
    }
}

extension SQLiteJournal {
    func asker(_ now: Timestamp) -> AttemptTable.Asker {
        AttemptTable.Asker(origin: origin, now: now, boot: boot(), plan: numberPlan)
    }

    public func admit(
        _ placement: TaggedPlacement,
        _ terms: PlacementTerms,
        beside line: JournalLine?,
        at now: Timestamp
    ) async throws -> Admission {
        try await addUpBeforeDialing()
        let asker = asker(now)
        return try await submit { db in try AttemptTable.admit(placement, terms, beside: line, by: asker, db) }
    }

    public func readmit(
        _ placement: TaggedPlacement,
        _ terms: PlacementTerms,
        at now: Timestamp
    ) async throws -> Admission {
        try await addUpBeforeDialing()
        let asker = asker(now)
        return try await submit { db in try AttemptTable.readmit(placement, terms, by: asker, db) }
    }

    public func conclude(_ ref: CallRef, _ outcome: Outcome<Acceptance>, at now: Timestamp) async throws {
        let boot = boot()
        try await submit { [origin] db in
            try AttemptTable.conclude(ref, outcome, origin: origin.id, at: now, boot, db)
        }
    }

    public func knows(_ id: CallID, newest: Bool) async throws -> Bool {
        if newest { try await addUp() }
        return try await knows(id)
    }

    /// Writes in a transaction that others may share.
    func submit<Value: Sendable>(_ write: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await commits.submit(write)
        } catch let error as TooEarlyToSettle {
            throw error
        } catch {
            throw JournalError(error, path: path)
        }
    }
}
