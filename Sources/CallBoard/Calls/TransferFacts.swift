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
    /// Whether it was asked for here as a blind one: the agent left the call for it.
    var isBlind = false
    /// Whether the platform said that the whole call has ended with it.
    var endedCall = false

    mutating func join(_ other: TransferFacts) {
        progress = max(progress, other.progress)
        target.join(other.target)
        reason.join(other.reason)
        asked.join(other.asked)
        isBlind = isBlind || other.isBlind
        endedCall = endedCall || other.endedCall
    }

    /// Takes over why it failed, as the platform says it.
    mutating func note(reason told: String?, at: Timestamp) {
        guard let read = told.map({ TransferReason($0) }) else { return }
        if !read.word.isEmpty { reason = Ranked(CallFacts.bounded(read.word, to: 80), from: .live, at: at) }
        endedCall = progress == .failed && read.endedCall
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
        /// It did not go through. In a warm transfer the agent still has the caller, unless
        /// ``CallTransfer/endedCall`` says otherwise.
        case failed
    }

    /// The platform's id of it; made up where events gave none: see ``hasID``.
    public let requestID: RequestID
    public let progress: Progress
    /// Whom it is for: a number, a SIP address, or the word `pipeline`; `nil` when it was asked for elsewhere.
    public let target: String?
    /// Why it failed, in the platform's word (`busy`, `no_answer`, …).
    public let reason: String?
    /// Whether it was asked for here as a blind transfer, so that the agent left the call for it. `false` also where
    /// somebody else began it, as nothing says then which kind it is.
    public let isBlind: Bool
    /// Whether the whole call has ended with it, by the platform's word.
    public let endedCall: Bool
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
        isBlind = facts.isBlind
        endedCall = facts.endedCall
        at = facts.asked.at
    }

    /// Whether the platform told an id of it. It can be asked about one that has an id, and no other.
    public var hasID: Bool { !requestID.text.hasPrefix(Self.noID) }

    /// Whether it lost the caller once the call is over: it failed, and the agent had left for it or the call ended with
    /// it.
    var losesCaller: Bool { progress == .failed && (endedCall || isBlind) }

    /// The id under which transfers are kept that events tell of without one: those of a call to one target are one.
    static func unnamed(to target: String?) -> RequestID { RequestID("\(noID)\(target ?? "")") }

    /// No id of the platform has a blank in it.
    private static let noID = "no id "
}
