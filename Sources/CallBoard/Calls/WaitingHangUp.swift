import Piopiy

/// How a hang-up stands that was asked for before its call's id was known.
///
/// The journal keeps it, so that it outlives the process that asked for it. The latest line about it counts.
struct WaitingHangUp: Hashable, Comparable, Sendable {
    /// The raw value is what is stored.
    enum Step: Int, Sendable {
        /// The process that wrote this sends it as soon as the id is known.
        case asked
        /// That process ended, too long ago for anybody to send it without asking an operator first.
        case interrupted
        /// It went out, or the call ended without it.
        case done
        /// Its time was over before the id became known.
        case expired
        /// An operator took it back.
        case withdrawn

        var word: String {
            switch self {
            case .asked: "asked"
            case .interrupted: "interrupted"
            case .done: "done"
            case .expired: "expired"
            case .withdrawn: "withdrawn"
            }
        }

        /// For the call's timeline; `nil` where another line tells the same.
        var note: String? {
            switch self {
            case .asked: "hang-up requested; waiting for the call id"
            case .interrupted: "the hang-up was not sent: the program that was to send it has ended"
            case .done: nil
            case .expired: "the hang-up was given up: no call id became known in time"
            case .withdrawn: "the hang-up was taken back"
            }
        }
    }

    var step: Step
    var cause: String?
    var reason: String?

    static func < (a: WaitingHangUp, b: WaitingHangUp) -> Bool {
        (a.step.rawValue, a.cause ?? "", a.reason ?? "") < (b.step.rawValue, b.cause ?? "", b.reason ?? "")
    }
}

/// Bounds of a hang-up that waits for its call's id.
public enum HangUpWait {
    /// How long the id is waited for.
    public static let limit = Duration.seconds(600)
    /// Until how long after it was asked for another process sends it unasked, when the one that had it has ended.
    public static let takeover = Duration.seconds(60)
}

/// A hang-up that waits for its call's id, and whose process has ended: this process has it now.
public struct AdoptedHangUp: Hashable, Sendable {
    /// Our own id of the call, or the platform's id of its placement: one of them is there.
    public var ref: CallRef?
    public var requestID: RequestID?
    public var cause: String?
    public var reason: String?
    /// How long ago it was asked for.
    public var age: Duration
    /// When that was said, by the clock of what was said before: whatever is said of the hang-up later counts.
    public var at: Timestamp
    public var fate: Fate

    /// How the adopting process treats it.
    public enum Fate: Hashable, Sendable {
        /// It is sent from here as soon as the id is known.
        case sent
        /// It was asked for too long ago: an operator has to ask for it once more.
        case interrupted
        /// Its time is over.
        case expired
    }

    public init(
        ref: CallRef?,
        requestID: RequestID?,
        cause: String?,
        reason: String?,
        age: Duration,
        at: Timestamp,
        fate: Fate
    ) {
        self.ref = ref
        self.requestID = requestID
        self.cause = cause
        self.reason = reason
        self.age = age
        self.at = at
        self.fate = fate
    }
}

extension CallFacts {
    /// The latest step of a waiting hang-up.
    init(_ waiting: WaitingHangUp, at: Timestamp) {
        waitingHangUp = Latest(waiting, at: at)
        if let note = waiting.step.note {
            timeline = Timeline(TimelineEntry(at: at, teller: .console, text: note))
        }
    }

    /// A moment for the next word on the hang-up that waits, so that it counts whatever became of the clock since.
    func nextHangUpWord(_ now: Timestamp) -> Timestamp {
        waitingHangUp.at.map { max(now, $0 + .milliseconds(1)) } ?? now
    }

    /// Whether a hang-up is still to go out, as far as the journal tells.
    fileprivate var openHangUp: WaitingHangUp? {
        guard hungUp.at == nil, !isOver else { return nil }
        return waitingHangUp.value
    }
}

extension Call {
    /// Whether a hang-up of it waits for its id and is in the journal: this process or another one sends it.
    public var isHangUpKept: Bool { facts.openHangUp?.step == .asked && !isEnded }

    /// Whether another process has a hang-up of it that waits for its id.
    public var hangUpWaitsElsewhere: Bool { isHangUpNotHere && isHangUpKept }

    /// Whether a hang-up of it was asked for and did not go out, as the process that was to send it has ended.
    public var isHangUpInterrupted: Bool {
        isHangUpNotHere && facts.openHangUp?.step == .interrupted && !isEnded
    }

    /// Whether no hang-up of this process is on its way.
    private var isHangUpNotHere: Bool { hangUp == .none || hangUp == .failed }

    /// Whether the platform has told that it is over, or that it was never placed: not an operator's word, or our own
    /// reckoning, after which it may still turn out to be up.
    var isCertainlyOver: Bool {
        guard isEnded else { return false }
        return !facts.isEndUntold || (!mayHaveRung && !facts.isDisowned)
    }
}

extension AdoptedHangUp {
    var waiting: WaitingHangUp {
        switch fate {
        case .sent: WaitingHangUp(step: .asked, cause: cause, reason: reason)
        case .interrupted: WaitingHangUp(step: .interrupted, cause: cause, reason: reason)
        case .expired: WaitingHangUp(step: .expired)
        }
    }

    /// Facts that say nothing but whose hang-up it is.
    var named: CallFacts {
        var facts = CallFacts()
        facts.refs = Set([ref].compactMap(\.self))
        facts.requestIDs = Set([requestID].compactMap(\.self))
        return facts
    }
}
