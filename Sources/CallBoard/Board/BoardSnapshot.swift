import HashTreeCollections
import Piopiy

/// The board at one moment. It shares structure with the one before it, so making one costs the same on a board of ten
/// calls and on one of a hundred thousand.
public struct BoardSnapshot: Sendable {
    /// How many calls are in each stage, over the rows that are shown.
    public struct Counts: Hashable, Sendable {
        /// The request is on its way.
        public internal(set) var placing = 0
        /// The platform has it; nothing rings yet.
        public internal(set) var queued = 0
        /// It rings.
        public internal(set) var ringing = 0
        /// It was answered.
        public internal(set) var talking = 0
        /// It may have been placed.
        public internal(set) var unknown = 0
        /// It ended and is still shown.
        public internal(set) var ended = 0

        /// It ended with its caller lost, and is still shown; ``ended`` counts it too.
        public internal(set) var lost = 0

        /// Calls that the platform has and that have not ended.
        public var up: Int { queued + ringing + talking }
        /// All rows.
        public var all: Int { placing + queued + ringing + talking + unknown + ended }
    }

    /// How many calls the board has seen end, by how they ended. Calls that leave the rows still count.
    ///
    /// Calls that had ended before the board began are not in it. A placement that was refused or not sent ends as the
    /// row shows it.
    public struct EndCounts: Hashable, Sendable {
        private var completed = 0
        private var noAnswer = 0
        private var busy = 0
        private var failed = 0
        private var rejected = 0
        private var cancelled = 0

        public subscript(end: Call.End) -> Int {
            switch end {
            case .completed: completed
            case .noAnswer: noAnswer
            case .busy: busy
            case .failed: failed
            case .rejected: rejected
            case .cancelled: cancelled
            }
        }

        mutating func count(_ end: Call.End) {
            switch end {
            case .completed: completed += 1
            case .noAnswer: noAnswer += 1
            case .busy: busy += 1
            case .failed: failed += 1
            case .rejected: rejected += 1
            case .cancelled: cancelled += 1
            }
        }
    }

    /// Webhooks that could not be read.
    public struct UnreadableWebhooks: Hashable, Sendable {
        public internal(set) var count = 0
        /// When the last of them came.
        public internal(set) var last: Timestamp?
        /// When the operator was last told.
        var toldAt: Timestamp?
    }

    /// The rows that are shown, oldest first. Calls that ended a while ago have left it.
    public internal(set) var order: [CallKey] = []
    /// How many rows are in each stage.
    public internal(set) var counts = Counts()
    /// How many calls this board has seen end.
    public internal(set) var ends = EndCounts()
    /// The newest messages, oldest first, at most ``messageLimit``.
    public internal(set) var messages: [BoardMessage] = []
    /// When the last webhook came that could be read, by this machine's clock.
    public internal(set) var lastWebhook: Timestamp?
    /// Webhooks that came and could not be read, since this board began. They are no news: nothing is known by them.
    public internal(set) var unreadableWebhooks = UnreadableWebhooks()
    /// When the platform was last asked and answered, by this machine's clock.
    public internal(set) var lastPoll: Timestamp?
    /// What tells the board of calls.
    public internal(set) var feed = BoardFeed.nothing
    /// Requests that have been begun and not answered.
    public internal(set) var underWay = 0
    /// Hang-ups that wait for a call id.
    public var waitingHangUps: Int { callsThatWaitForHangUp.count }

    /// The calls whose hang-up waits here for their id.
    public var callsThatWaitForHangUp: [CallKey] {
        order.filter { key in
            if case .waiting = calls[key]?.hangUp { true } else { false }
        }
    }
    /// How long after a placement was given up nobody can say that it was not placed.
    public internal(set) var notPlacedDelay = Duration.zero
    /// In which country numbers are told that have no country code.
    public internal(set) var numberPlan = NumberPlan.international
    /// Counts up with every change.
    public internal(set) var revision = 0

    /// Changed by ``put(_:)`` and ``remove(_:)``; what has no part in a call's numbers may be changed in place.
    var calls: TreeDictionary<CallKey, Call> = [:]
    /// The keys of the calls that tell a number with these last digits.
    var keysByNumber: TreeDictionary<NumberTail, TreeSet<CallKey>> = [:]
    /// Keys of rows that turned out to be another row's call.
    var aliases: TreeDictionary<CallKey, CallKey> = [:]

    /// How many messages are kept.
    public static let messageLimit = 200

    public init() {}

    /// The call of a row, also by a key that it had before it was known to be the same as another.
    public func call(_ key: CallKey) -> Call? {
        calls[resolve(key)]
    }

    /// The key that a call has now.
    public func resolve(_ key: CallKey) -> CallKey {
        var key = key
        while let next = aliases[key] { key = next }
        return key
    }

    /// Calls that may be the one in doubt, or the one whose id nobody knows: not placed by a console or command of this
    /// host, with the same called number (and caller id, where both are known), first heard of between 5 s before and
    /// 10 min after it was placed. The nearest in time first.
    public func candidates(for key: CallKey) -> [Call] {
        guard let call = call(key), call.needsWord, let placed = call.placedAt,
            let to = call.to.flatMap({ NormalizedNumber($0, plan: numberPlan) })
        else {
            return []
        }
        let caller = call.from.flatMap { NormalizedNumber($0, plan: numberPlan) }
        func distance(_ other: Call) -> Duration? {
            let first = [other.facts.created.at, other.ringingAt, other.answeredAt, other.endedAt, other.seenAt]
                .compactMap(\.self).min()
            guard let first else { return nil }
            let apart = first - placed
            return apart >= .seconds(-5) && apart <= .seconds(600) ? max(apart, .zero - apart) : nil
        }
        return calls(near: to)
            .filter { other in
                // A caller that is told as something else than a number, as over SIP Connect, speaks against nothing.
                guard other.facts.refs.isEmpty, other.callID != nil, to.matches(other.to) else { return false }
                let theirs = other.from.flatMap { NormalizedNumber($0, plan: numberPlan) }
                guard let caller, let theirs else { return true }
                return caller.matches(theirs)
            }
            .compactMap { other in distance(other).map { (other, $0) } }
            .sorted { ($0.1, $0.0.key) < ($1.1, $1.0.key) }
            .map(\.0)
    }

    /// How long after its placing a call counts as one that should have been heard of: a phone rings within seconds.
    public static let hearingDelay = Duration.seconds(20)

    /// The call that was placed last among those that should have been heard of and were not: it is placed, it has not
    /// ended, and no webhook that could be read, about whatever call, has come since.
    ///
    /// The rows are looked at from the newest one back to the last webhook, and at most 500 of them.
    public func unheardCall(at now: Timestamp) -> Call? {
        for key in order.reversed().prefix(500) {
            guard let call = calls[key], let placed = call.placedAt else { continue }
            if let lastWebhook, placed <= lastWebhook { return nil }
            // A clock that was set back must not hide it: then the placing seems to lie ahead.
            let isDue = now - placed >= Self.hearingDelay || now - placed < .seconds(-5)
            if !call.isEnded, call.stage != .placing, isDue { return call }
        }
        return nil
    }
}
