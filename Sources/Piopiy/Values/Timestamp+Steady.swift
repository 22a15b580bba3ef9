extension Timestamp {
    /// The moment by a clock that nobody sets: this machine's clock as it was when it was first asked for, and since then
    /// the time that has passed, suspended time included.
    ///
    /// It is for measuring how long something lasts, within one process. After this machine's clock was set it is not the
    /// time of day any more: what is shown or kept as a time takes ``now``.
    public static var steady: Timestamp {
        start.wall + start.instant.duration(to: .now)
    }

    private static let start = (wall: Timestamp.now, instant: ContinuousClock.now)
}
