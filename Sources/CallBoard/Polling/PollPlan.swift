import HashTreeCollections
import Piopiy

/// Decides what to ask the platform next: as little as keeps the board right.
///
/// A value without clock or network: it is shown the board and the time, and says what to ask. Where webhooks tell of
/// calls, it asks only about calls that nothing was heard of for long; where none come it asks more often, the more so the
/// sooner something is likely to happen.
public struct PollPlan: Sendable {
    /// Something to ask.
    public enum Question: Hashable, Sendable {
        case call(CallKey, CallID)
        case transfer(CallKey, CallID, RequestID)
        /// The records from this moment on: for calls whose id is not known.
        case records(since: Timestamp)
    }

    /// Requests a second at most, over any longer time; a burst may have ``burst``.
    public static let rate = 2.0
    public static let burst = 6.0

    private struct Interest: Sendable {
        let call: Call
        /// The id to ask by, where it is one that the platform takes.
        let id: CallID?
        /// Whether a transfer runs.
        let isTransferred: Bool
        /// When it last changed, or was last asked about.
        var heardAt: Timestamp
        var pause: Duration

        init(_ call: Call, heardAt: Timestamp, pause: Duration) {
            self.call = call
            id = call.callID.flatMap { UUIDText.problem(with: $0.text) == nil ? $0 : nil }
            isTransferred = call.runningTransfer != nil
            self.heardAt = heardAt
            self.pause = pause
        }
    }

    private var interests: [CallKey: Interest] = [:]
    /// The board's revision that the interests are of.
    private var seen: Int?
    private var transferAsked: [RequestID: Timestamp] = [:]
    private var recordsAsked: Timestamp?
    private var recordsPause = Self.firstRecordsPause
    private var allowance = Self.burst
    private var countedAt: Timestamp?

    /// Whether records can be asked for: that takes an app id.
    public let hasRecords: Bool

    private static let firstRecordsPause = Duration.seconds(10)

    public init(hasRecords: Bool) { self.hasRecords = hasRecords }

    /// What to ask now, the most overdue first. What is returned counts as asked.
    public mutating func next(_ board: BoardSnapshot, now: Timestamp) -> [Question] {
        refill(now: now)
        notice(board, now: now)

        var due: [(overdue: Duration, question: Question)] = []
        for (key, interest) in interests {
            let hasHooks = Self.hearsWebhooks(of: interest.call, board, now: now)
            if interest.isTransferred, let transfer = interest.call.runningTransfer, let id = interest.call.callID {
                let pause: Duration = hasHooks ? .seconds(15) : .seconds(2)
                let asked = transferAsked[transfer.requestID] ?? transfer.at ?? interest.call.seenAt
                let overdue = (now - asked) - pause
                if overdue >= .zero { due.append((overdue, .transfer(key, id, transfer.requestID))) }
            }
            guard let id = interest.id else { continue }
            let overdue = (now - interest.heardAt) - (hasHooks ? Self.patience(interest.call) : interest.pause)
            if overdue >= .zero { due.append((overdue, .call(key, id))) }
        }
        if let question = recordsQuestion(board, now: now) { due.append(question) }

        var questions: [Question] = []
        for (_, question) in due.sorted(by: { $0.overdue > $1.overdue }) {
            guard allowance >= 1 else { break }
            allowance -= 1
            questions.append(question)
            asked(question, now: now)
        }
        return questions
    }

    /// Whether webhooks tell of this call: one has come since it was placed, or it was placed only just, and they came
    /// before.
    static func hearsWebhooks(of call: Call, _ board: BoardSnapshot, now: Timestamp) -> Bool {
        guard board.feed == .webhooks || board.feed == .journal, let last = board.lastWebhook else { return false }
        let placed = call.placedAt ?? call.seenAt
        return last >= placed || now - placed < .seconds(20)
    }

    /// How long a call may be silent where webhooks come.
    private static func patience(_ call: Call) -> Duration {
        switch call.stage {
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
        if transferAsked.count > 1000 { transferAsked = [:] }
        guard seen != board.revision else { return }
        seen = board.revision
        var open = 0
        for key in board.order {
            guard let call = board.call(key), !call.isEnded else { continue }
            open += 1
            guard let known = interests[key] else {
                // A call that is new here, after a start above all: the first question comes at once where nothing else
                // tells of it.
                let pause = Self.firstPause(call)
                let heardAt = call.placedAt == nil || now - call.seenAt > pause ? now + (.zero - pause) : now
                interests[key] = Interest(call, heardAt: heardAt, pause: pause)
                continue
            }
            if known.call != call { interests[key] = Interest(call, heardAt: now, pause: Self.firstPause(call)) }
        }
        guard interests.count > open else { return }
        let rows = Set(board.order)
        interests = interests.filter { key, _ in rows.contains(key) && board.call(key).map { !$0.isEnded } ?? false }
    }

    private mutating func recordsQuestion(_ board: BoardSnapshot, now: Timestamp) -> (Duration, Question)? {
        guard hasRecords else { return nil }
        let waiting = interests.values.map(\.call).filter { $0.callID == nil && $0.stage != .placing }
        guard let first = waiting.min(by: { ($0.placedAt ?? $0.seenAt) < ($1.placedAt ?? $1.seenAt) }) else {
            recordsPause = Self.firstRecordsPause
            return nil
        }
        let oldest = first.placedAt ?? first.seenAt
        let hasHooks = Self.hearsWebhooks(of: first, board, now: now)
        // Where webhooks come, a record is for what they should have told and did not.
        let pause = hasHooks ? max(recordsPause, .seconds(60)) : recordsPause
        let last = recordsAsked ?? oldest
        let overdue = (now - last) - pause
        return overdue >= .zero ? (overdue, .records(since: oldest + .seconds(-60))) : nil
    }

    private mutating func asked(_ question: Question, now: Timestamp) {
        switch question {
        case .call(let key, _):
            guard var interest = interests[key] else { break }
            interest.heardAt = now
            interest.pause = min(.seconds(30), interest.pause * 1.3)
            interests[key] = interest
        case .transfer(_, _, let id): transferAsked[id] = now
        case .records:
            recordsAsked = now
            recordsPause = min(.seconds(120), recordsPause * 1.5)
        }
    }

    private mutating func refill(now: Timestamp) {
        defer { countedAt = now }
        guard let last = countedAt, now > last else { return }
        let seconds = Double((now.milliseconds - last.milliseconds)) / 1000
        allowance = min(Self.burst, allowance + seconds * Self.rate)
    }
}
