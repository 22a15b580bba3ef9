import Piopiy

/// What is known of a transfer that was asked for, joined from the answer, polls and events in any order.
struct TransferFacts: Joinable, Hashable, Sendable {
    /// How far it is; a later one is never undone by an earlier one.
    enum Progress: Int, Hashable, Comparable, Sendable {
        case queued
        case started
        case failed
        case completed

        static func < (a: Progress, b: Progress) -> Bool { a.rawValue < b.rawValue }
    }

    var progress: Progress = .queued
    /// Whom it was for: a number, an address, or `pipeline`.
    var target = Ranked<String>()
    /// The platform's word for why it failed.
    var reason = Ranked<String>()
    var asked = Earliest()

    mutating func join(_ other: TransferFacts) {
        progress = max(progress, other.progress)
        target.join(other.target)
        reason.join(other.reason)
        asked.join(other.asked)
    }
}

/// A transfer of a call, as the board shows it.
public struct CallTransfer: Hashable, Sendable {
    /// How far it is.
    public enum Progress: String, Hashable, Sendable {
        /// The platform has it.
        case queued
        /// Somebody is rung.
        case started
        /// The caller was handed over.
        case completed
        /// It did not go through; in a warm transfer the agent still has the caller.
        case failed
    }

    /// What the platform calls it.
    public let requestID: RequestID
    public let progress: Progress
    /// Whom it is for: a number, a SIP address, or the word `pipeline`; `nil` when it was asked for elsewhere.
    public let target: String?
    /// Why it failed, in the platform's word (`busy`, `no_answer`, …).
    public let reason: String?
    /// When it was asked for, by this machine's clock, or first heard of.
    public let at: Timestamp?

    /// Whether nothing more will come of it.
    public var hasSettled: Bool { progress == .completed || progress == .failed }

    init(_ id: RequestID, _ facts: TransferFacts) {
        requestID = id
        progress =
            switch facts.progress {
            case .queued: .queued
            case .started: .started
            case .failed: .failed
            case .completed: .completed
            }
        target = facts.target.value
        reason = facts.reason.value
        at = facts.asked.at
    }
}
