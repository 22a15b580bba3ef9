import HashTreeCollections
import Piopiy

/// Decides what to ask the platform next: as little as keeps the board right.
///
/// A value without clock or network: it is shown the board and the time, and says what to ask. Where webhooks tell of
/// calls, it asks only about calls that nothing was heard of for long; where none come it asks more often, the more so
/// the sooner something is likely to happen.
public struct PollPlan: Sendable {
    /// Something to ask.
    public enum Question: Hashable, Sendable {
        case call(CallKey, CallID)
        case transfer(CallKey, CallID, RequestID)
        /// The records of calls that were placed in this time: for calls whose id is not known.
        case records(since: Timestamp, until: Timestamp)
        /// The records of one call: of one of which nothing was heard since it was accepted or fell in doubt, or of one
        /// that is gone without a word of how it ended.
        case legs(CallKey, CallLookup)
    }

    /// Requests a second at most, over any longer time; a burst may have ``burst``.
    public static let rate = 2.0
    public static let burst = 6.0

    private struct Interest: Sendable {
        var call: Call
        /// When it last changed, or was last asked about.
        var heardAt: Timestamp
        var pause: Duration
        /// It was there before we were, and nobody has told of it since: it may have ended unheard.
        var isStale: Bool
        /// When records were last asked for its sake.
        var recordsAsked: Timestamp?
        var recordsPause = PollPlan.firstRecordsPause
        var lookup = Lookup()
    }

    /// When a call was last looked up, and when it may be again.
    private struct Lookup: Sendable {
        var asked: Timestamp?
        var pause: Duration = .seconds(10)
        var count = 0
    }

    /// Calls that are gone, of which nobody said how they ended.
    private var endings: [CallKey: Lookup] = [:]
    private var interests: [CallKey: Interest] = [:]
    private var transferAsked: [RequestID: Timestamp] = [:]
    private var allowance = Self.burst
    private var countedAt: Timestamp?

    /// Whether records can be asked for: that takes an app id.
    public let hasRecords: Bool
    /// Whether single calls can be looked up: that takes an app's secret.
    public var hasLookups: Bool

    /// How long nothing becomes due after ``next(_:now:)``, if the board stays as it is.
    public private(set) var quiet = Duration.zero
    /// A board that stays as it is for longer is looked at all the same.
    public static let longestQuiet = Duration.seconds(10)
    /// The same for a board without calls.
    public static let longestQuietWithoutCalls = Duration.seconds(60)

    private static let firstRecordsPause = Duration.seconds(10)
    /// From the placing of a call to its record, at the longest: two hours of talk, and the record's four tries.
    private static let longestCall = Duration.seconds(3 * 3600)

    public init(hasRecords: Bool, hasLookups: Bool = false) {
        self.hasRecords = hasRecords
        self.hasLookups = hasLookups
    }

    /// What to ask now, the most overdue first. What is returned counts as asked.
    public mutating func next(_ board: BoardSnapshot, now: Timestamp) -> [Question] {
        if let last = countedAt, now < last { goBack(by: last - now) }
        refill(now: now)
        notice(board, now: now)

        var due: [(overdue: Duration, question: Question)] = []
        quiet = board.order.isEmpty ? Self.longestQuietWithoutCalls : Self.longestQuiet
        func consider(_ overdue: Duration, _ question: Question) {
            if overdue >= .zero { due.append((overdue, question)) } else { quiet = min(quiet, .zero - overdue) }
        }
        for (key, interest) in interests {
            // From then on webhooks are not counted on that were for calls before this one.
            let fresh = Self.freshness - (now - (interest.call.placedAt ?? interest.call.seenAt))
            if fresh > .zero { quiet = min(quiet, fresh) }
            let hasHooks = Self.hearsWebhooks(of: interest.call, board, now: now)
            if let transfer = interest.call.runningTransfer, let id = interest.call.callID {
                let pause: Duration = hasHooks ? .seconds(15) : .seconds(2)
                let asked = transferAsked[transfer.requestID] ?? transfer.at ?? interest.call.seenAt
                consider((now - asked) - pause, .transfer(key, id, transfer.requestID))
            }
            if hasLookups, let lookup = Self.lookup(ofUnheard: interest.call) {
                let placed = interest.call.placedAt ?? interest.call.seenAt
                let pause = max(interest.lookup.pause, hasHooks ? .seconds(60) : .zero)
                consider((now - (interest.lookup.asked ?? placed)) - pause, .legs(key, lookup))
            }
            guard let id = interest.call.callID, UUIDText.problem(with: id.text) == nil else { continue }
            let isLeftAlone = hasHooks && !interest.isStale
            let pause = isLeftAlone ? Self.patience(interest.call) : interest.pause
            consider((now - interest.heardAt) - pause, .call(key, id))
        }
        if let (overdue, question) = recordsQuestion(board, now: now) { consider(overdue, question) }
        for (overdue, question) in endingQuestions(board, now: now) { consider(overdue, question) }
        if !due.isEmpty { quiet = .zero }

        var questions: [Question] = []
        for (_, question) in due.sorted(by: { $0.overdue > $1.overdue }) {
            guard allowance >= 1 else { break }
            allowance -= 1
            questions.append(question)
            asked(question, now: now)
        }
        return questions
    }

    /// Counts requests that a question took beyond its first.
    public mutating func charge(_ requests: Int) { allowance -= Double(max(0, requests)) }

    /// Asks about a call once more soon, whatever else tells of it: its answer wants to be confirmed. Not at once, as
    /// what answers wrongly now would do so then.
    public mutating func askAgain(_ key: CallKey) {
        interests[key]?.isStale = true
        interests[key]?.pause = .seconds(10)
    }

    /// Whether webhooks tell of this call: one has come since it was placed, or it was placed only just, and they came
    /// before.
    static func hearsWebhooks(of call: Call, _ board: BoardSnapshot, now: Timestamp) -> Bool {
        guard board.feed == .webhooks || board.feed == .journal, let last = board.lastWebhook else { return false }
        let placed = call.placedAt ?? call.seenAt
        return last >= placed || now - placed < freshness
    }

    /// How long a call counts as one that was placed only just.
    private static let freshness = Duration.seconds(20)

    /// How long a call may be silent where webhooks come.
    private static func patience(_ call: Call) -> Duration {
        // The platform took the hang-up, so its end is due: a webhook of it that nobody heard is not waited for.
        if call.hangUp == .accepted, !call.isEnded { return .seconds(5) }
        return switch call.stage {
        case .placing, .queued, .unknown: .seconds(20)
        case .ringing: .seconds(45)
        case .talking: .seconds(300)
        case .ended: .seconds(86_400)
        }
    }

    private static func firstPause(_ call: Call) -> Duration {
        switch call.stage {
        case .placing, .queued, .unknown, .ringing: .seconds(2)
        case .talking, .ended: .seconds(5)
        }
    }

    private mutating func notice(_ board: BoardSnapshot, now: Timestamp) {
        var next: [CallKey: Interest] = [:]
        for key in board.order {
            guard let call = board.call(key), !call.isEnded else { continue }
            if var known = interests[key] {
                if known.call != call {
                    known.call = call
                    known.heardAt = now
                    known.pause = Self.firstPause(call)
                    known.isStale = false
                }
                next[key] = known
            } else {
                // A call that is new here, after a start above all: the first question comes at once where nothing else
                // tells of it.
                let pause = Self.firstPause(call)
                let heardAt = call.placedAt == nil || now - call.seenAt > pause ? now + (.zero - pause) : now
                next[key] = Interest(
                    call: call,
                    heardAt: heardAt,
                    pause: pause,
                    isStale: now - call.seenAt >= Self.freshness
                )
            }
        }
        interests = next
        if transferAsked.count > 1000 { transferAsked = [:] }
    }

    /// The next one, and for how long it has been due; negative when it is not due yet.
    private func recordsQuestion(_ board: BoardSnapshot, now: Timestamp) -> (Duration, Question)? {
        guard hasRecords else { return nil }
        let due = interests.values.filter { Self.needsRecord($0.call) }.map { interest in
            (overdue: recordsOverdue(interest, board, now: now), placed: interest.call.placedAt ?? interest.call.seenAt)
        }
        guard let first = due.max(by: { $0.overdue < $1.overdue }) else { return nil }
        // The account's other calls are in the answer too, so no more is asked for than the record can be in.
        return (
            first.overdue,
            .records(since: first.placed + .seconds(-60), until: min(now, first.placed + Self.longestCall))
        )
    }

    /// How to look a call up of which nothing was heard since its request was answered.
    private static func lookup(ofUnheard call: Call) -> CallLookup? {
        guard call.callID == nil, call.stage != .placing else { return nil }
        return call.requestID.map { .request($0) }
    }

    /// How often it is asked how a call ended, and for how long after its end.
    private static let mostEndingLookups = 6
    private static let endingPatience = Duration.seconds(600)

    /// With each for how long it has been due; negative when it is not due yet.
    private mutating func endingQuestions(_ board: BoardSnapshot, now: Timestamp) -> [(Duration, Question)] {
        guard hasLookups else { return [] }
        var next: [CallKey: Lookup] = [:]
        var due: [(Duration, Question)] = []
        for key in board.order {
            guard let call = board.call(key), !call.isEndKnown, let ended = call.endedAt,
                now - ended < Self.endingPatience,
                let lookup = call.callID.map({ CallLookup.call($0) }) ?? call.requestID.map({ .request($0) })
            else { continue }
            let known = endings[key] ?? Lookup(pause: .seconds(5))
            next[key] = known
            guard known.count < Self.mostEndingLookups else { continue }
            let overdue = (now - (known.asked ?? ended)) - known.pause
            due.append((overdue, .legs(key, lookup)))
        }
        endings = next
        return due
    }

    private static func needsRecord(_ call: Call) -> Bool { call.callID == nil && call.stage != .placing }

    private func recordsOverdue(_ interest: Interest, _ board: BoardSnapshot, now: Timestamp) -> Duration {
        let placed = interest.call.placedAt ?? interest.call.seenAt
        var pause = interest.recordsPause
        // Where webhooks come, a record is for what they should have told and did not.
        if Self.hearsWebhooks(of: interest.call, board, now: now) { pause = max(pause, .seconds(60)) }
        // A record that has not come by then hardly ever will.
        if interest.recordsAsked != nil, now - placed > Self.longestCall { pause = max(pause, .seconds(1800)) }
        return (now - (interest.recordsAsked ?? placed)) - pause
    }

    private mutating func asked(_ question: Question, now: Timestamp) {
        switch question {
        case .call(let key, _):
            guard var interest = interests[key] else { break }
            interest.heardAt = now
            interest.pause = min(.seconds(30), interest.pause * 1.3)
            interest.isStale = false
            interests[key] = interest
        case .transfer(_, _, let id): transferAsked[id] = now
        case .legs(let key, _):
            func asked(_ lookup: inout Lookup, longest: Duration) {
                lookup.asked = now
                lookup.pause = min(longest, lookup.pause * 2)
                lookup.count += 1
            }
            if var interest = interests[key] {
                // A record that has not come within hours hardly ever will.
                let placed = interest.call.placedAt ?? interest.call.seenAt
                asked(&interest.lookup, longest: now - placed > Self.longestCall ? .seconds(1800) : .seconds(120))
                interests[key] = interest
            }
            if var lookup = endings[key] {
                asked(&lookup, longest: .seconds(120))
                endings[key] = lookup
            }
        case .records(let since, let until):
            for (key, interest) in interests where Self.needsRecord(interest.call) {
                let placed = interest.call.placedAt ?? interest.call.seenAt
                // What a call's record can be in has been read up to now, or to its end.
                guard placed >= since, min(now, placed + .seconds(600)) <= until else { continue }
                interests[key]?.recordsAsked = now
                interests[key]?.recordsPause = min(.seconds(120), interest.recordsPause * 1.5)
            }
        }
    }

    /// The clock was set back: what was measured by it goes back too, so that nothing is put off until it is where it
    /// was.
    private mutating func goBack(by step: Duration) {
        let back = Duration.zero - step
        interests = interests.mapValues { interest in
            var interest = interest
            interest.heardAt = interest.heardAt + back
            interest.recordsAsked = interest.recordsAsked.map { $0 + back }
            interest.lookup.asked = interest.lookup.asked.map { $0 + back }
            return interest
        }
        endings = endings.mapValues { ending in
            var ending = ending
            ending.asked = ending.asked.map { $0 + back }
            return ending
        }
        transferAsked = transferAsked.mapValues { $0 + back }
    }

    private mutating func refill(now: Timestamp) {
        defer { countedAt = now }
        guard let last = countedAt, now > last else { return }
        let seconds = Double((now.milliseconds - last.milliseconds)) / 1000
        allowance = min(Self.burst, allowance + seconds * Self.rate)
    }
}
