/// How often news is taken in: at once when it comes seldom, and when it floods, so that keys always find the thread free.
///
/// Nobody sees more than a hundred pictures a second, and what is shown late by a hundredth is the newest. On a large board
/// that is sorted or filtered, taking news in takes its time; the pause is then so long that three quarters of it are left for
/// keys.
struct NewsPace {
    private static let shortest = Duration.milliseconds(10)

    private var waits = false
    private var next = ContinuousClock.now
    private var began: ContinuousClock.Instant?

    /// How long to wait for what has come already; `nil` when nothing has.
    var timeout: Duration? { waits ? max(.zero, ContinuousClock.now.duration(to: next)) : nil }

    /// There is news.
    mutating func come() { waits = true }

    /// Whether news is to be taken in now; it then counts as taken.
    mutating func isDue() -> Bool {
        let now = ContinuousClock.now
        guard waits, now >= next else { return false }
        waits = false
        began = now
        return true
    }

    /// What was taken in has been drawn.
    mutating func done() {
        guard let start = began else { return }
        began = nil
        let now = ContinuousClock.now
        next = max(start + Self.shortest, now + start.duration(to: now) * 3)
    }
}
