import Metrics

/// Measures the journal's writes, in the metrics backend of the program.
///
/// The objects are made once for a journal. Measuring a write costs two looks at the clock and a few additions.
struct JournalMetrics: Sendable {
    private let commits = Timer(label: "piopiy_journal_commit_seconds")
    private let failures = Counter(label: "piopiy_journal_write_failures_total")
    private let repeats = Counter(label: "piopiy_webhook_repeats_total")

    /// Something is on disk that somebody asked to be written.
    func committed(askedAt asked: ContinuousClock.Instant) {
        commits.record(duration: asked.duration(to: .now))
    }

    /// Something could not be written.
    func failed() { failures.increment() }

    /// Webhooks came that the journal had before.
    func repeated(_ count: Int) {
        if count > 0 { repeats.increment(by: count) }
    }
}
