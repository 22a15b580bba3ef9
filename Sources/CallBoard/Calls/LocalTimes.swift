import Piopiy

/// What this board measured of a call by its own steady clock (``Piopiy/Timestamp/steady``).
///
/// Facts have the times of whoever told them: the platform's clock, or this machine's, which may be set while a call is
/// up. How long something lasts is measured here instead. It is not part of what a call *is*, and differs between boards
/// that know the same, so it does not count when calls are compared.
struct LocalTimes: Hashable, Sendable {
    /// When something was heard of the call last: an event, a record, or an answer of the platform.
    var heardAt: Timestamp?
    /// When it was placed from here, or by another process of this host.
    var placedAt: Timestamp?
    /// When the outcome of its placement was known.
    var decidedAt: Timestamp?
    /// When a hang-up was asked for here that waits for its id.
    var hangUpAskedAt: Timestamp?
    /// When that was, by the clock of the facts: what was said of it later counts.
    var hangUpWord: Timestamp?
    /// When the platform took a hang-up of it.
    var hungUpAt: Timestamp?
    /// What its present stage is counted from, in the time of the facts, how long ago that was when this board heard of
    /// it, and when that was.
    var stage: (since: Timestamp, age: Duration, at: Timestamp)?

    static func == (a: LocalTimes, b: LocalTimes) -> Bool { true }
    func hash(into hasher: inout Hasher) {}
}

extension Call {
    /// Takes the time of what the facts have newly told.
    /// - Parameters:
    ///   - now: by the clock of the facts.
    ///   - steady: by the clock that is never set.
    mutating func measure(now: Timestamp, steady: Timestamp) {
        /// A moment of the facts by the steady clock; never later than now.
        func measured(_ moment: Timestamp) -> Timestamp { steady + (.zero - max(.zero, now - moment)) }
        if local.placedAt == nil { local.placedAt = facts.placed.at.map(measured) }
        if local.decidedAt == nil { local.decidedAt = facts.decided.at.map(measured) }
        if local.hungUpAt == nil { local.hungUpAt = facts.hungUp.at.map(measured) }
        if local.heardAt == nil {
            let told = facts.timeline.entries.last { $0.teller == .platform || $0.teller == .cdr }?.at
            local.heardAt = measured(told ?? facts.decided.at ?? facts.placed.at ?? seenAt)
        }
        let since = stageSince
        if local.stage?.since != since { local.stage = (since, max(.zero, now - since), steady) }
    }

    /// Takes over what was measured of a row that turned out to be this call.
    mutating func take(_ other: LocalTimes) {
        local.heardAt = [local.heardAt, other.heardAt].compactMap(\.self).max()
        local.placedAt = local.placedAt ?? other.placedAt
        local.decidedAt = local.decidedAt ?? other.decidedAt
        local.hungUpAt = local.hungUpAt ?? other.hungUpAt
        if let theirs = other.stage, local.stage?.since != stageSince, theirs.since == stageSince {
            local.stage = theirs
        }
    }

    /// Takes over the hang-up of a row that turned out to be this call.
    mutating func takeHangUp(of other: Call) {
        hangUp = other.hangUp
        local.hangUpAskedAt = other.local.hangUpAskedAt
        local.hangUpWord = other.local.hangUpWord
    }

    /// What its present stage is counted from.
    var stageSince: Timestamp {
        stage == .talking
            ? facts.answered.at ?? seenAt
            : facts.placed.at ?? facts.ringing.at ?? facts.created.at ?? seenAt
    }

    /// How long it has been in its present stage.
    /// - Parameter now: by the steady clock, for a call of a board.
    func age(at now: Timestamp) -> Duration {
        let since = stageSince
        guard let measured = local.stage, measured.since == since else { return max(.zero, now - since) }
        return measured.age + max(.zero, now - measured.at)
    }

    /// How long nothing has been heard of a call that is up; `nil` while that is not long for its stage: up to
    /// ``BoardSnapshot/hearingDelay`` before it rings, and 3 and 15 minutes while it rings and while people talk.
    ///
    /// An answer of the platform that it is as it was counts as heard. A call in doubt has never been heard of, and says
    /// so by its stage.
    /// - Parameter now: by ``Piopiy/Timestamp/steady``.
    public func silence(at now: Timestamp) -> Duration? {
        let limit: Duration
        switch stage {
        case .queued: limit = BoardSnapshot.hearingDelay
        case .ringing: limit = .seconds(180)
        case .talking: limit = .seconds(900)
        case .placing, .ended, .unknown: return nil
        }
        guard let heard = local.heardAt, now - heard >= limit else { return nil }
        return now - heard
    }

    /// How long ago the platform took a hang-up of it.
    /// - Parameter now: by ``Piopiy/Timestamp/steady``.
    public func sinceHangUp(at now: Timestamp) -> Duration? { (local.hungUpAt ?? hungUpAt).map { now - $0 } }

    /// The same call, with when it was placed and when it ended by a clock that nobody sets.
    /// - Parameters:
    ///   - placed: how long ago; `nil` where nobody measured it.
    ///   - ended: likewise.
    package func measured(placed: Duration?, ended: Duration?, ago now: Timestamp) -> Call {
        var call = self
        if let placed { call.local.placedAt = now + (.zero - placed) }
        if let ended { call.endSeenAt = now + (.zero - ended) }
        return call
    }
}
