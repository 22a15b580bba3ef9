import CallBoard
import Piopiy

/// When the next call may be begun: so many a minute, evenly, and never a burst to make up for a pause.
struct DialPace: Sendable {
    private var next: Timestamp?
    /// What is made up for at most, so that a tick that comes late does not slow the rate down.
    private static let slack = Duration.seconds(1)

    /// Whether a call may be begun now; it then counts as begun.
    mutating func take(_ pace: Campaign.Pace, at now: Timestamp) -> Bool {
        guard isDue(pace, at: now) else { return false }
        next = max(next ?? now, now + (.zero - Self.slack)) + Self.spacing(pace)
        return true
    }

    /// Whether a call may be begun now.
    mutating func isDue(_ pace: Campaign.Pace, at now: Timestamp) -> Bool {
        // Never further off than the pace has it: it may have become faster, and the clock may have been set back.
        let due = min(next ?? now, now + Self.spacing(pace))
        next = due
        return now >= due
    }

    private static func spacing(_ pace: Campaign.Pace) -> Duration { .milliseconds(60_000 / pace.perMinute) }

    /// Begins anew: what was not rung while nothing could be is not made up for.
    mutating func rest(at now: Timestamp) {
        guard let due = next, due < now else { return }
        next = now
    }
}

/// Why a campaign has paused by itself.
public struct CampaignHalt: Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        case badToken, refused, inDoubt, notSent, invalid
        /// What came of a call could not be written.
        case notWritten
    }

    public let kind: Kind
    /// In words.
    public let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}

/// When a campaign has to stop by itself: when what comes back says that the next call would fare no better, or when nobody
/// can say any more who is being rung. In a row is: without one that was accepted in between.
struct DialTrip: Sendable {
    /// So many refusals in a row are no accident.
    static let refusals = 5
    /// So many calls in doubt in a row: each may be ringing somebody.
    static let doubts = 3

    private var refusedInRow = 0
    private var doubtfulInRow = 0

    /// Takes an outcome in.
    /// - Parameter row: the call that it is of, in a few words, for what depends on a row's own values.
    /// - Returns: why the campaign has to stop; `nil` when it need not.
    mutating func take(_ outcome: Outcome<Acceptance>, of row: String = "a call") -> CampaignHalt? {
        switch outcome {
        case .accepted:
            self = DialTrip()
        case .refused(let refusal):
            refusedInRow += 1
            if refusal.isBadToken { return CampaignHalt(.badToken, "\(refusal)") }
            if refusal.isOfEveryCall { return CampaignHalt(.refused, "\(row) was refused: \(refusal)") }
            if refusedInRow >= Self.refusals {
                return CampaignHalt(.refused, "\(refusedInRow) calls in a row were refused: \(refusal)")
            }
        case .unknown(let doubt):
            doubtfulInRow += 1
            if doubtfulInRow >= Self.doubts {
                return CampaignHalt(.inDoubt, "\(doubtfulInRow) calls in a row are in doubt: \(doubt)")
            }
        case .notSent(let reason):
            // A number that was busy by the time that it could be dialed says nothing of the next one.
            if case .notAdmitted = reason.reason { return nil }
            if reason.reason != .cancelled { return CampaignHalt(.notSent, "a call could not be sent: \(reason)") }
        case .invalid(let error):
            return CampaignHalt(.invalid, "a call breaks a rule: \(error)")
        }
        return nil
    }
}

extension Refusal {
    /// The trouble is our own and not the called number's: the token, the agent or the caller id. The next call would be
    /// refused too, and the row is not used up by it.
    var isOfEveryCall: Bool { isBadToken || isAgentNotRunning || isCallerIDNotValid }
}

extension Outcome {
    /// Whether a campaign's row can be dialed later: the platform has not acted, and would act no otherwise for another
    /// row.
    package var isAsIfNeverBegun: Bool {
        switch self {
        case .notSent: true
        case .refused(let refusal): refusal.isOfEveryCall
        case .accepted, .unknown, .invalid: false
        }
    }
}
