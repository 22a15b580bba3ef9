/// How often and how long a request is tried again, where trying again is safe.
///
/// Delays grow exponentially with full jitter: a random share of `baseDelay × 2ⁿ`, never above `maxDelay`, so that many
/// clients that failed together do not come back together. A `Retry-After` is waited out in full, and a little more;
/// one that cannot be read is a wait of 1 s, then 2 s, then 4 s, and never longer than `maxDelay`.
public struct RetryPolicy: Sendable, Hashable {
    /// Attempts in all, the first included; at least 1, by default 4.
    public var maxAttempts: Int
    /// All waiting between attempts together, by default 15 s. A wait that would exceed it is not begun.
    public var budget: Duration
    /// The most that is waited before the second attempt, by default 250 ms; it doubles with every attempt.
    public var baseDelay: Duration
    /// The most that is waited before any attempt, unless the platform asks for more; by default 5 s.
    public var maxDelay: Duration

    public init(
        maxAttempts: Int = 4,
        budget: Duration = .seconds(15),
        baseDelay: Duration = .milliseconds(250),
        maxDelay: Duration = .seconds(5)
    ) {
        self.maxAttempts = max(1, maxAttempts)
        self.budget = budget
        self.baseDelay = baseDelay
        self.maxDelay = maxDelay
    }

    /// One attempt, whatever comes of it.
    public static let never = RetryPolicy(maxAttempts: 1, budget: .zero)
}

/// The retries of one request: how many attempts were made and how long was waited.
struct RetryState: Sendable {
    let policy: RetryPolicy
    private(set) var attempts = 0
    private(set) var waited: Duration = .zero

    init(_ policy: RetryPolicy) { self.policy = policy }

    /// The retries of a request that has got on: the budget is whole again, the attempt that got on counts.
    init(_ policy: RetryPolicy, afterProgress: Void) {
        self.policy = policy
        attempts = 1
    }

    mutating func began() { attempts += 1 }

    /// The wait before the next attempt; `nil` when attempts or budget are used up.
    /// - Parameters:
    ///   - retryAfter: what the answer asked for; `nil` when it asked for nothing.
    ///   - random: 0 up to but not including 1.
    mutating func nextDelay(retryAfter: RetryAfter?, random: Double) -> Duration? {
        guard attempts < policy.maxAttempts else { return nil }
        let doublings = max(0, min(attempts - 1, 20))
        let jitter = min(policy.maxDelay, policy.baseDelay * (1 << doublings)) * random
        let asked: Duration =
            switch retryAfter {
            case nil: .zero
            case .after(let duration): duration
            case .unreadable: min(max(policy.maxDelay, Self.unreadableWait), Self.unreadableWait * (1 << doublings))
            }
        let delay = asked + jitter
        guard waited + delay <= policy.budget else { return nil }
        waited += delay
        return delay
    }

    /// The wait after the first answer whose `Retry-After` cannot be read: somebody asks for patience, however badly.
    private static let unreadableWait = Duration.seconds(1)
}
