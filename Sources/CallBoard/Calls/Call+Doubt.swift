import HashTreeCollections
import Piopiy

extension CallFacts {
    /// Whether an operator says that the call was placed, and nobody took that back.
    var isVouched: Bool { placement.contains(.vouched) && counts(saidPlaced) }
    /// Whether an operator says that the call was not placed, and nobody took that back.
    var isDisowned: Bool { placement.contains(.disowned) && counts(saidNotPlaced) }

    /// Whether nobody took back a word since it was given. Versions before this one wrote no moment beside it: their
    /// words count until somebody takes them back.
    fileprivate func counts(_ said: Newest) -> Bool {
        guard let back = takenBack.at else { return true }
        return said.at.map { $0 > back } ?? false
    }

    /// Whether nobody but an operator, or our own reckoning, says that the call has ended.
    var isEndUntold: Bool { ended.at == nil && ends.isSubset(of: [.gone]) }
}

extension Call {
    /// An operator's word on what became of a call.
    public struct Word: Hashable, Sendable {
        /// One of ``Settlement/wasPlaced``, ``Settlement/wasNotPlaced`` and ``Settlement/isOver``.
        public let settlement: Settlement
        /// When it was given, by the clock of the machine that it was given on.
        public let at: Timestamp
    }

    /// The operator's word that counts for the call and can be taken back; `nil` once the platform has told of the
    /// call.
    ///
    /// Whether something was done on its strength, the board knows: ``BoardSnapshot/placedSince(_:like:)``.
    public var word: Word? {
        guard ref != nil, !facts.placement.contains(.seen), callID == nil, facts.isEndUntold else { return nil }
        if facts.isOver, let at = facts.saidOver.at, facts.gone.at == at { return Word(settlement: .isOver, at: at) }
        guard !facts.placement.contains(.accepted), !facts.isOver else { return nil }
        if facts.isVouched { return facts.saidPlaced.at.map { Word(settlement: .wasPlaced, at: $0) } }
        if facts.isDisowned { return facts.saidNotPlaced.at.map { Word(settlement: .wasNotPlaced, at: $0) } }
        return nil
    }

    /// Whether the called number may be rung or on the line by this call, though the call counts as ended.
    ///
    /// It is so within the longest time that the call can take, when its placement was accepted or may have been, and
    /// nobody but an operator, or our own reckoning, says that it has ended or was not placed. An operator who dials
    /// the number then should be warned: the word may have been a slip.
    public func mayStillBeUp(at now: Timestamp) -> Bool {
        guard isEnded, facts.isEndUntold, !facts.placement.contains(.seen),
            !facts.placement.isDisjoint(with: [.doubtful, .accepted]), let placed = local.placedAt ?? placedAt
        else {
            return false
        }
        let age = now - placed
        return age <= Self.longestTime(request?.options)
    }

    /// The longest time from the placing of a call to its end: ringing, talking, and a minute for the way. What was not
    /// set counts as the most that can be set.
    static func longestTime(_ options: CallOptions?) -> Duration {
        let ringing = options?.ringTimeout ?? CallOptions.ringTimeoutRange.upperBound
        let talking = options?.maxDuration ?? CallOptions.maxDurationRange.upperBound
        return .seconds(ringing + talking + 60)
    }

    /// The most that ``mayStillBeUp(at:)`` looks back.
    public static let longestDoubt = longestTime(nil)
}

extension BoardSnapshot {
    /// Why nobody can say yet that a call in doubt was not placed; `nil` when that can be said.
    /// - Parameter now: by ``Piopiy/Timestamp/steady``.
    public func tooEarlyToSayNotPlaced(_ call: Call, at now: Timestamp) -> TooEarlyToSettle? {
        guard let decided = call.local.decidedAt ?? call.facts.decided.at else { return nil }
        let wait = notPlacedDelay - max(.zero, now - decided)
        return wait > .zero ? TooEarlyToSettle(wait: wait) : nil
    }

    /// A call to the same number that was placed here at a moment or after it and may have rung; `nil` when there is
    /// none.
    public func placedSince(_ at: Timestamp, like call: Call) -> Call? {
        guard let number = call.to.flatMap({ NormalizedNumber($0, plan: numberPlan) }) else { return nil }
        return calls(near: number).filter { other in
            guard other.key != call.key, number.matches(other.to), other.ref != nil, other.mayHaveRung else {
                return false
            }
            return other.placedAt.map { $0 >= at } ?? false
        }.min { $0.key < $1.key }
    }
}
