import Piopiy

/// Whether a number may be dialed now: the one rule for "this number is busy".
///
/// It is a pure function of the number's calls and the time. The form, the palette, plain lines, the board and campaigns
/// ask it of a board (``BoardSnapshot/availability(of:at:)``); the journal asks it of the calls that it holds, within the
/// transaction that writes an intent, so that of two processes one is first.
///
/// A number is busy
/// - while a placement of it is under way,
/// - while somebody with it is on the line, rings or may ring, on whichever side of a call (``Call/involves(_:)``), until
///   nothing was heard of the call for the longest time that one can take,
/// - while a call to it is in doubt, or ended by nothing but an operator's word or our own reckoning, for as long as that
///   call can last,
/// - for a minute after it was dialed, and for a minute after a call with it ended.
///
/// A call that certainly rang nobody (refused, not sent, invalid) keeps no number busy. Withheld numbers, SIP users and
/// extensions of fewer than seven digits are nobody's number, and so are never busy.
///
/// Durations are measured by the board's steady clock where the calls are a board's; else by the times that were told.
public enum NumberAvailability: Hashable, Sendable {
    case free
    /// The call that speaks against dialing it: of several the one with the strongest reason.
    case busy(Conflict)

    /// Why a number is busy, the strongest reason first.
    public enum Reason: Int, CaseIterable, Comparable, Hashable, Sendable {
        /// Somebody is on the line, rings, or is about to.
        case onTheLine
        /// Its request is on its way.
        case underWay
        /// Nobody knows whether it was placed.
        case inDoubt
        /// It counts as ended or not placed, and nobody but an operator, or our own reckoning, says so.
        case mayStillBeUp
        /// It was dialed less than a minute ago.
        case dialedJustNow
        /// The call ended less than a minute ago.
        case endedJustNow

        public static func < (a: Reason, b: Reason) -> Bool { a.rawValue < b.rawValue }
    }

    /// A call that keeps a number busy.
    public struct Conflict: Hashable, Sendable {
        public let reason: Reason
        public let call: Call
    }

    /// How long a number rests after it was dialed, and after a call with it ended.
    public static let rest = Duration.seconds(60)

    /// - Parameters:
    ///   - calls: all that may involve the number; others do not matter.
    ///   - now: by ``Piopiy/Timestamp/steady`` for calls of a board.
    public init(of key: NormalizedNumber, in calls: some Sequence<Call>, at now: Timestamp) {
        let conflicts = calls.compactMap { call in
            Self.reason(call, key, at: now).map { Conflict(reason: $0, call: call) }
        }
        let first = conflicts.min { ($0.reason, $0.call.key) < ($1.reason, $1.call.key) }
        self = first.map { .busy($0) } ?? .free
    }

    public var isFree: Bool { self == .free }

    /// What speaks against dialing the number; `nil` when nothing does.
    public var conflict: Conflict? {
        if case .busy(let conflict) = self { conflict } else { nil }
    }

    private static func reason(_ call: Call, _ key: NormalizedNumber, at now: Timestamp) -> Reason? {
        guard call.involves(key) else { return nil }
        switch call.stage {
        case .queued, .ringing, .talking: return now - call.lastSign <= Call.longestDoubt ? .onTheLine : nil
        case .placing: return call.canLast(at: now) ? .underWay : nil
        case .unknown: return call.canLast(at: now) ? .inDoubt : nil
        case .ended:
            if call.mayStillBeUp(at: now) { return .mayStillBeUp }
            guard call.mayHaveRung else { return nil }
            // A moment that lies ahead was told before a clock was set back: it counts as just now.
            func isJustNow(_ moment: Timestamp?) -> Bool { moment.map { now - $0 < rest } ?? false }
            if isJustNow(call.local.placedAt ?? call.placedAt) { return .dialedJustNow }
            return isJustNow(call.endSeenAt ?? call.endedAt) ? .endedJustNow : nil
        }
    }
}

extension NumberAvailability.Conflict {
    /// Why the number is not dialed, in words that follow it.
    public var words: String {
        switch reason {
        case .onTheLine, .underWay, .inDoubt: "is already on the board"
        case .mayStillBeUp: "may still be up: a call to it was in doubt"
        case .dialedJustNow: "was called less than a minute ago"
        case .endedJustNow: "was on the line less than a minute ago"
        }
    }
}

extension Call {
    /// Whether a call that may have been placed can still be up, by the longest time that it can take.
    fileprivate func canLast(at now: Timestamp) -> Bool {
        now - (local.placedAt ?? placedAt ?? seenAt) <= Self.longestTime(request?.options)
    }

    /// When something was last told of it.
    fileprivate var lastSign: Timestamp {
        if let heard = local.heardAt { return heard }
        let told = facts.timeline.entries.last { $0.teller == .platform || $0.teller == .cdr }?.at
        let known = [told, facts.alive.at, answeredAt, ringingAt, facts.created.at, facts.decided.at, placedAt, seenAt]
        return known.compactMap(\.self).max() ?? seenAt
    }
}
