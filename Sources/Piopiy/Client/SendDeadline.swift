/// The moment after which a request must not leave any more.
///
/// It is told by two clocks, and is past when it is past by either: by one that counts suspended time, so that a program
/// that was stopped or a machine that slept sends nothing later; and by the wall clock, which a virtual machine that was
/// paused gets back from its host. A wall clock that is set forward costs a request that was about to leave; one that is
/// set back changes nothing.
package struct SendDeadline: Sendable {
    private let steadyEnd: Timestamp
    private let wallEnd: Timestamp
    private let steady: @Sendable () -> Timestamp
    private let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - duration: from now on.
    ///   - steady: a clock that is never set, and counts suspended time.
    ///   - now: wall-clock time.
    package init(
        after duration: Duration,
        steady: @escaping @Sendable () -> Timestamp = { .steady },
        now: @escaping @Sendable () -> Timestamp = { .now }
    ) {
        steadyEnd = steady() + duration
        wallEnd = now() + duration
        self.steady = steady
        self.now = now
    }

    private init(_ other: SendDeadline, steadyEnd: Timestamp, wallEnd: Timestamp) {
        self.steadyEnd = steadyEnd
        self.wallEnd = wallEnd
        steady = other.steady
        now = other.now
    }

    /// The same, and no later than a moment by the wall clock.
    package func bounded(by end: Timestamp) -> SendDeadline {
        let left = min(left, end - now())
        return SendDeadline(self, steadyEnd: steady() + left, wallEnd: now() + left)
    }

    /// Whether nothing may leave any more.
    package var isPast: Bool { left <= .zero }

    /// The time that is left; zero or less when it is past.
    package var left: Duration { min(steadyEnd - steady(), wallEnd - now()) }
}

/// The permit under which a placement leaves: good until a deadline, and renewed before each further attempt.
package struct SendPermit: Sendable {
    /// What came of asking for a permit again.
    package enum Renewal: Sendable {
        case granted(SendDeadline)
        case refused(NotSent.Reason)
    }

    let deadline: SendDeadline
    let renew: @Sendable () async -> Renewal

    /// - Parameter renew: asked after each wait, before the request leaves once more.
    package init(until deadline: SendDeadline, renew: @escaping @Sendable () async -> Renewal) {
        self.deadline = deadline
        self.renew = renew
    }
}

extension RestClient {
    /// The same client, for one placement that leaves under a permit.
    package func sending(under permit: SendPermit) -> RestClient {
        var client = self
        client.requester.permit = permit
        return client
    }
}
