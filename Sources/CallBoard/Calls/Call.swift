import Piopiy

/// A call as the board shows it.
public struct Call: Identifiable, Hashable, Sendable {
    /// Where a call is in its life.
    public enum Stage: Hashable, Sendable {
        /// The request is on its way.
        case placing
        /// The platform has taken it; nothing rings yet.
        case queued
        case ringing
        case talking
        case ended(End)
        /// It may have been placed, and nothing says so yet.
        case unknown
    }

    /// How a call ended.
    public enum End: String, CaseIterable, Hashable, Sendable {
        case completed, noAnswer, busy, failed, rejected, cancelled
    }

    /// What became of a hang-up that was asked for here.
    public enum HangUpState: Hashable, Sendable {
        case none
        /// It goes out as soon as the call id is known.
        case waiting(cause: String?, reason: String?)
        case sending
        /// The platform took it; the call's end is awaited. Where no event tells of it, hanging up again does: a call that
        /// has ended answers so.
        case accepted
        /// It was refused, could not be sent, or nobody knows. It can be asked for again.
        case failed
    }

    /// Where a transfer that was asked for here is, before the platform has taken it.
    public enum TransferState: Hashable, Sendable {
        case none
        case sending
        /// It was refused, could not be sent, or nobody knows; it can be asked for again.
        case failed
    }

    /// The row's identity; it can change when two rows turn out to be one call.
    public internal(set) var key: CallKey
    /// What was asked for, when it was placed here.
    public internal(set) var request: AICall? {
        get { heldRequest }
        set { heldRequest = newValue }
    }
    @Shared private var heldRequest: AICall?
    /// What became of a hang-up that was asked for here.
    public internal(set) var hangUp: HangUpState = .none
    /// What became of a transfer that was asked for here, until the platform has an id for it.
    public internal(set) var transferState: TransferState = .none
    /// Who placed it: user, host and terminal; `nil` for a call that was not placed by a console or command of this host.
    public internal(set) var `operator`: String?
    @Shared var facts: CallFacts
    /// When it was first heard of, by this machine's clock.
    public internal(set) var seenAt: Timestamp

    /// When the board saw it end, by its steady clock.
    var endSeenAt: Timestamp?
    /// What the board measured of it.
    var local = LocalTimes()
    /// It ended a while ago and has left the rows.
    var isRetired = false

    /// The same as ``key``.
    public var id: CallKey { key }

    init(key: CallKey, facts: CallFacts, request: AICall? = nil, seenAt: Timestamp) {
        self.key = key
        self.facts = facts
        self.heldRequest = request
        self.seenAt = seenAt
    }

    /// Folds one event into the call.
    ///
    /// The order of events does not matter and repeats change nothing: each milestone keeps its earliest time.
    /// - Returns: the call after the event; an equal value if the event says nothing new.
    public func merging(_ event: PlatformEvent) -> Call { merging(CallFacts(event)) }

    func merging(_ facts: CallFacts) -> Call {
        var call = self
        call.facts.join(facts)
        return call
    }
}

extension Call {
    /// What the call is now. It follows from the facts, so it does not depend on the order in which they came.
    public var stage: Stage {
        if facts.isOver { return .ended(end) }
        if facts.answered.at != nil { return .talking }
        if facts.ringing.at != nil { return .ringing }
        if facts.created.at != nil { return .queued }
        if facts.isVouched || !facts.placement.isDisjoint(with: [.accepted, .seen]) { return .queued }
        if facts.isDisowned { return .ended(.failed) }
        if facts.placement.contains(.refused) { return .ended(.rejected) }
        if facts.placement.contains(.notSent) { return .ended(.failed) }
        if facts.placement.contains(.doubtful) { return .unknown }
        if facts.placement.contains(.intended) { return .placing }
        return .queued
    }

    private var end: End {
        if facts.answered.at != nil || facts.ends.contains(.answered) { return .completed }
        if facts.ends.contains(.busy) { return .busy }
        if facts.ends.contains(.rejected) { return .rejected }
        if facts.ends.contains(.failed) { return .failed }
        // A CDR calls a call that we hung up while it rang "missed": it was cancelled.
        if facts.hungUp.at != nil || facts.ends.contains(.cancelled) { return .cancelled }
        if facts.ends.contains(.noAnswer) { return .noAnswer }
        return .cancelled
    }

    /// Whether it is over, however it ended.
    public var isEnded: Bool {
        if case .ended = stage { true } else { false }
    }

    /// The id that hang-up and transfer take; `nil` until an event has told it. Of several the one that was told first, but
    /// one that the platform would take before any that it would not.
    public var callID: CallID? {
        let fit = facts.ownIDs.filter { UUIDText.problem(with: $0.key.text) == nil }
        return (fit.isEmpty ? facts.ownIDs : fit).min { ($0.value, $0.key) < ($1.value, $1.key) }?.key
    }

    /// What the placement was answered with; nothing can be hung up with it.
    public var requestID: RequestID? { facts.requestIDs.min() }
    /// Our own id, when it was placed by a console.
    public var ref: CallRef? { facts.refs.min() }
    /// The whole conversation, transfers included.
    public var conversationID: String? { facts.conversationIDs.min() }

    /// Usually digits; from an event it can be any text.
    public var from: String? { facts.from.value }
    /// The called number, as ``from`` is told.
    public var to: String? { facts.to.value }
    /// The AI agent that holds it.
    public var agentID: String? { facts.agentID.value }
    /// Who rang whom, seen from the platform.
    public var direction: PlatformEvent.Direction? { facts.direction.value.flatMap { .init(rawValue: $0) } }
    /// The recording's file name or address, from the CDR.
    public var recording: String? { facts.recording.value }
    /// What the call cost, from the CDR.
    public var rate: Double? { facts.rate.value }
    /// The call's variables as JSON text.
    public var variables: String? { facts.variables.value }
    /// What is known to have happened, earliest first, at most 200 lines.
    public var timeline: [TimelineEntry] { facts.timeline.entries }

    /// When it was placed here, by this machine's clock.
    public var placedAt: Timestamp? { facts.placed.at }
    /// When it first rang.
    public var ringingAt: Timestamp? { facts.ringing.at }
    /// When somebody answered.
    public var answeredAt: Timestamp? { facts.answered.at }
    /// When a hang-up from here was taken by the platform.
    public var hungUpAt: Timestamp? { facts.hungUp.at }
    /// When it ended; for a placement that failed, when that was known.
    public var endedAt: Timestamp? {
        if let at = facts.ended.at { return at }
        return isEnded ? facts.gone.at ?? facts.decided.at : nil
    }

    /// The second leg, while it is there or on its way.
    public var secondLeg: SecondLeg? {
        guard let leg = facts.secondLeg.value, leg.isUp, stage == .talking else { return nil }
        return leg
    }

    /// Its transfers, whoever began them, the earliest first.
    public var transfers: [CallTransfer] {
        let all = facts.transfers.map { CallTransfer($0.key, $0.value) }
        let named = all.filter(\.hasID)
        // What an event tells without an id is of a transfer that is known by its id, where one can be meant.
        return all.filter { transfer in
            transfer.hasID
                || !named.contains {
                    $0.target == nil || transfer.target == nil || $0.target == transfer.target
                }
        }
        .sorted { ($0.at?.milliseconds ?? 0, $0.requestID) < ($1.at?.milliseconds ?? 0, $1.requestID) }
    }

    /// The transfer that has not settled and can be asked about, if there is one.
    public var runningTransfer: CallTransfer? { isEnded ? nil : transfers.last { !$0.hasSettled && $0.hasID } }

    /// Whether the call ended with its caller lost: a blind transfer failed, for which the agent had left, or a transfer
    /// failed and the platform said that the call ended with it (a reason that ends in `_and_call_ended`).
    public var callerWasLost: Bool {
        guard isEnded, !facts.transfers.isEmpty else { return false }
        let transfers = transfers
        return transfers.contains(where: \.endedCall) || transfers.last?.losesCaller == true
    }

    /// Whether somebody said how it ended, rather than only that it has.
    ///
    /// A hang-up event alone does not tell whether somebody had answered. A console that missed the answer learns it
    /// from the record.
    public var isEndKnown: Bool {
        guard isEnded, !facts.ends.isEmpty else { return true }
        if !facts.ends.subtracting([.gone, .over]).isEmpty { return true }
        return facts.ends.contains(.over) && (facts.answered.at != nil || facts.hungUp.at != nil)
    }

    /// How it ended, as scripts read it; `nil` while it has not, and when nobody can say: that it is gone is all that is
    /// known of a call that was asked for too late, and was not answered before.
    public var ending: String? { isEndKnown || answeredAt != nil ? stage.ending : nil }

    /// Whether its placement was never answered, so that nobody can say whether it was placed.
    public var isInDoubt: Bool { stage == .unknown }

    /// Whether an operator's word may be all that will ever be heard of it: it is in doubt, or it was placed here and
    /// nobody knows its id.
    public var needsWord: Bool { isInDoubt || (ref != nil && !isEnded && stage != .placing && callID == nil) }

    /// Whether the called number was rung, or may have been. A placement that was refused or never left rang nobody.
    public var mayHaveRung: Bool {
        switch stage {
        case .ended: facts.isOver
        default: true
        }
    }

    /// What the TIME column shows: talk time once somebody talks or talked, before that the time since it was placed;
    /// `nil` for a call that ended without an answer.
    /// - Parameter now: by ``Piopiy/Timestamp/steady`` for a call of a board, so that it goes on when this machine's
    ///   clock is set.
    public func duration(at now: Timestamp) -> Duration? {
        switch stage {
        case .ended:
            if let seconds = facts.talkSeconds.value, seconds > 0 { return .seconds(Int(min(seconds, 1e9))) }
            guard let answered = facts.answered.at, let ended = endedAt else { return nil }
            return max(.zero, ended - answered)
        case .talking, .placing, .queued, .ringing, .unknown: return age(at: now)
        }
    }
}

extension Call.Stage {
    /// The stage in one word, as scripts read it: `placing`, `queued`, `ringing`, `talking`, `ended` or `unknown`.
    public var word: String {
        switch self {
        case .placing: "placing"
        case .queued: "queued"
        case .ringing: "ringing"
        case .talking: "talking"
        case .ended: "ended"
        case .unknown: "unknown"
        }
    }

    /// How it ended, as scripts read it; `nil` for a call that has not.
    public var ending: String? {
        if case .ended(let end) = self { end.rawValue } else { nil }
    }
}
