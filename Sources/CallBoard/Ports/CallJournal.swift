import Piopiy

/// Where the board writes what must survive a crash.
///
/// The board awaits ``record(_:)`` of an ``JournalEntry/intent(_:_:at:)`` **before** the request leaves. If it throws,
/// nothing is sent: a call that nobody would remember is not placed.
public protocol CallJournal: Sendable {
    func record(_ entry: JournalEntry) async throws
}

/// What the board writes to a ``CallJournal``.
public enum JournalEntry: Sendable {
    /// A call is about to be placed.
    case intent(CallRef, AICall, at: Timestamp)
    case outcome(CallRef, Outcome<Acceptance>, at: Timestamp)
    /// A hang-up is about to be sent.
    case hangUp(CallID, cause: String, reason: String?, at: Timestamp)
    case hangUpOutcome(CallID, Outcome<ActionReceipt>, at: Timestamp)
}

/// A journal that keeps nothing: a console on it forgets its calls when it ends.
public struct NoJournal: CallJournal {
    public init() {}
    public func record(_ entry: JournalEntry) async throws {}
}
