import Piopiy

/// All that is known of a call, joined from our own placement, the answers and every event, in any order.
///
/// Facts are only ever added. What a call *is* (ringing, ended…) is not stored but derived (``Call/stage``), so a later
/// stage cannot be undone by an event that comes late.
struct CallFacts: Joinable, Hashable, Sendable {
    var refs: Set<CallRef> = []
    var requestIDs: Set<RequestID> = []
    /// Ids of the call itself, as its leg a tells them, and when each was first told.
    var ownIDs: [CallID: Earliest] = [:]
    /// Ids under which events of it came that may be another leg's: good for matching, not for hanging up.
    var otherIDs: Set<CallID> = []
    var conversationIDs: Set<String> = []

    var from = Ranked<String>()
    var to = Ranked<String>()
    var agentID = Ranked<String>()
    var direction = Ranked<String>()
    var recording = Ranked<String>()
    /// The call's variables as JSON text.
    var variables = Ranked<String>()
    var talkSeconds = Ranked<Double>()
    var rate = Ranked<Double>()

    var placement: Placement = []
    /// When an operator last said of a call in doubt that it was placed, that it was not placed, and that it is over.
    var saidPlaced = Newest()
    var saidNotPlaced = Newest()
    var saidOver = Newest()
    /// When an operator last took such a word back.
    var takenBack = Newest()
    var placed = Earliest()
    /// When the placement's outcome was known.
    var decided = Earliest()
    var created = Earliest()
    var ringing = Earliest()
    var answered = Earliest()
    var ended = Earliest()
    /// When it was last said that nobody knows it any more.
    var gone = Newest()
    /// The last sign of life by the platform's clock: that it rang, was answered, was transferred.
    var alive = Newest()
    /// When a hang-up from here was accepted.
    var hungUp = Earliest()
    /// How a hang-up stands that was asked for before the call's id was known.
    var waitingHangUp = Latest<WaitingHangUp>()
    var ends: Set<EndClaim> = []
    var secondLeg = Latest<SecondLeg>()
    /// Numbers of second legs as events told them, and how each stands.
    var legs: [String: Latest<SecondLeg>] = [:]
    /// Transfers that were asked for, by the id that the platform gave them.
    var transfers: [RequestID: TransferFacts] = [:]
    var timeline = Timeline()

    struct Placement: OptionSet, Hashable, Sendable {
        let rawValue: UInt8
        static let intended = Placement(rawValue: 1)
        static let accepted = Placement(rawValue: 2)
        static let refused = Placement(rawValue: 4)
        static let notSent = Placement(rawValue: 8)
        static let doubtful = Placement(rawValue: 16)
        /// The platform spoke of the call in an event, which proves that it has it, whatever became of our request.
        static let seen = Placement(rawValue: 32)
        /// The operator says that it was not placed.
        /// It may have been taken back since: see ``CallFacts/isDisowned``.
        static let disowned = Placement(rawValue: 64)
        /// The operator says that it was placed. It may have been taken back since: see ``CallFacts/isVouched``.
        static let vouched = Placement(rawValue: 128)
    }

    /// What somebody said of how the call ended.
    enum EndClaim: String, Hashable, Sendable {
        case answered, noAnswer, busy, failed, rejected, cancelled
        /// It ended, no word how.
        case over
        /// The platform no longer knows it, so it ended some time before. It is a conclusion, and a sign of life that is later
        /// outweighs it.
        case gone
    }

    /// Whether it has ended, as far as anybody knows.
    var isOver: Bool {
        if ended.at != nil || !ends.subtracting([.gone]).isEmpty { return true }
        guard let gone = gone.at else { return ends.contains(.gone) }
        return alive.at.map { $0 <= gone } ?? true
    }

    mutating func join(_ other: CallFacts) {
        refs.join(other.refs)
        requestIDs.join(other.requestIDs)
        ownIDs.merge(other.ownIDs) { ours, theirs in ours.joined(theirs) }
        otherIDs.join(other.otherIDs)
        conversationIDs.join(other.conversationIDs)
        from.join(other.from)
        to.join(other.to)
        agentID.join(other.agentID)
        direction.join(other.direction)
        recording.join(other.recording)
        variables.join(other.variables)
        talkSeconds.join(other.talkSeconds)
        rate.join(other.rate)
        placement.formUnion(other.placement)
        saidPlaced.join(other.saidPlaced)
        saidNotPlaced.join(other.saidNotPlaced)
        saidOver.join(other.saidOver)
        takenBack.join(other.takenBack)
        placed.join(other.placed)
        decided.join(other.decided)
        created.join(other.created)
        ringing.join(other.ringing)
        answered.join(other.answered)
        ended.join(other.ended)
        gone.join(other.gone)
        alive.join(other.alive)
        hungUp.join(other.hungUp)
        waitingHangUp.join(other.waitingHangUp)
        ends.join(other.ends)
        secondLeg.join(other.secondLeg)
        legs.merge(other.legs) { ours, theirs in ours.joined(theirs) }
        transfers.merge(other.transfers) { ours, theirs in ours.joined(theirs) }
        timeline.join(other.timeline)
    }

    /// By what events find this call.
    var identities: [Identity] {
        let ids: [Identity] =
            refs.map { .ref($0) } + ownIDs.keys.sorted().map { .call($0) } + otherIDs.map { .call($0) }
            + requestIDs.map { .request($0) }
        if !ids.isEmpty { return ids }
        if let conversation = conversationIDs.min() { return [.conversation(conversation)] }
        // In the form in which numbers are compared: one that is told with a plus in one event and without in the next
        // is one number.
        func compared(_ told: String?) -> String { told.map { NormalizedNumber($0)?.digits ?? $0 } ?? "?" }
        return [.numbers(from: compared(from.value), to: compared(to.value))]
    }
}

/// A person or another number beside the call: joined to it, or being rung for it.
public enum SecondLeg: Int, Hashable, Comparable, Sendable {
    case ringing
    case joined
    case failed
    case left

    public static func < (a: SecondLeg, b: SecondLeg) -> Bool { a.rawValue < b.rawValue }

    /// Whether it is there or on its way.
    public var isUp: Bool { self == .ringing || self == .joined }
}
