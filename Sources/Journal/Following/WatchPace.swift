/// Decides when whoever follows a file looks at it: a value without a clock, which is told what happens and when.
///
/// The system tells of a write when it happens. What was written may become visible a moment later: SQLite publishes a
/// commit once it is on disk, and a process that ends closes its files before it loses its locks. So each change is
/// followed by later looks.
struct WatchPace: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// The shortest time between two looks.
    static let spacing = Duration.milliseconds(20)
    /// How long after a change that is not visible yet the first look is.
    static let patience = Duration.milliseconds(30)
    /// When, after the last change, looks follow that nobody asked for.
    static let echoes = [Duration.milliseconds(250), .seconds(1)]

    /// The longest time without a look.
    private let longest: Duration
    private var lastLook: Instant
    /// When a change is to be looked at.
    private var due: Instant?
    private var lastChange: Instant?
    private var nextEcho = 0

    /// The first look is due at once: what changed before anybody watched is found by it.
    init(longest: Duration, at now: Instant) {
        self.longest = longest
        lastLook = now
        due = now
    }

    /// When the next look is due.
    var next: Instant {
        var next = lastLook + longest
        if let due { next = min(next, due) }
        if let lastChange, nextEcho < Self.echoes.count { next = min(next, lastChange + Self.echoes[nextEcho]) }
        return next
    }

    /// Something has changed.
    /// - Parameter isVisible: whether all of it can be read already, as far as is known.
    mutating func noteChange(at now: Instant, isVisible: Bool) {
        let soonest = max(isVisible ? now : now + Self.patience, lastLook + Self.spacing)
        due = min(due ?? soonest, soonest)
        lastChange = now
        nextEcho = 0
    }

    /// Whether to look now; the look then counts as done.
    ///
    /// A look that nobody asked for comes a little early rather than on its own: what is woken anyway does all of them.
    mutating func takeLook(at now: Instant) -> Bool {
        guard next <= now || lastLook + longest * 3 / 4 <= now else { return false }
        // A look that came for another reason may be too early for this change.
        if let due, due <= now { self.due = nil }
        lastLook = now
        while let lastChange, nextEcho < Self.echoes.count, lastChange + Self.echoes[nextEcho] <= now { nextEcho += 1 }
        return true
    }
}
