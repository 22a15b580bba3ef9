import CallBoard
import GRDB
import Piopiy

extension JournalLine.Kind {
    /// What people do, and what comes of it: for an audit. What the platform tells is left out.
    public static let deeds: Set<JournalLine.Kind> = [
        .intent, .outcome, .hangUp, .hangUpWaiting, .hangUpOutcome, .transfer, .transferOutcome, .settlement,
    ]
}

extension SQLiteJournal {
    /// Who did what with a call, the newest first; who it was is in each line's ``RecordedLine/origin``.
    ///
    /// - Parameters:
    ///   - ref: our own id of the call: placing and settling are found by it.
    ///   - callID: the platform's: hanging up and transferring are found by it.
    ///   - account: whose lines; this journal's account's when it is `nil`.
    ///   - kinds: which lines.
    ///   - limit: at most so many lines.
    /// - Returns: lines of that account; none when both ids are `nil`.
    /// - Throws: ``JournalError``.
    public func lines(
        about ref: CallRef?,
        _ callID: CallID?,
        of account: String? = nil,
        kinds: Set<JournalLine.Kind> = JournalLine.Kind.deeds,
        limit: Int = 100
    ) async throws -> [RecordedLine] {
        guard ref != nil || callID != nil, !kinds.isEmpty else { return [] }
        let account = account ?? origin.account
        return try await read { db in
            try LineTable.lines(about: ref, callID, of: account, kinds: kinds, limit: limit, db)
        }
    }

    /// Who did what with a call, the newest first.
    public func lines(
        about call: Call,
        of account: String? = nil,
        limit: Int = 100
    ) async throws -> [RecordedLine] {
        try await lines(about: call.ref, call.callID, of: account, limit: limit)
    }
}

extension SQLiteJournal {
    /// The accounts that have written into the journal, sorted.
    /// - Throws: ``JournalError``.
    public func accounts() async throws -> [String] {
        try await read { db in try String.fetchAll(db, sql: "SELECT DISTINCT account FROM origin ORDER BY account") }
    }

    /// Whether a call with this id was heard of in this journal's account: placed, told of by a webhook, or hung up.
    ///
    /// A hang-up that met no call is a line too, and no reason to know the id.
    /// - Throws: ``JournalError``.
    public func knows(_ id: CallID) async throws -> Bool {
        let account = origin.account
        return try await read { db in try LineTable.knows(id, of: account, db) }
    }
}
