import CoreMetrics
import Piopiy

/// Counts placements by their outcome, in the metrics backend of the program.
///
/// The counters are made once for a dialer, so that counting a placement is one addition.
struct DialMetrics: Sendable {
    private let accepted = Self.counter("accepted")
    private let invalid = Self.counter("invalid")
    /// Nothing was asked of the platform: the number is busy, say, or the campaign is not running.
    private let notAdmitted = Self.counter("not_admitted")
    private let notSent = Self.counter("not_sent")
    private let refused = Self.counter("refused")
    private let unknown = Self.counter("unknown")

    func count(_ outcome: Outcome<Acceptance>) {
        switch outcome {
        case .accepted: accepted.increment()
        case .invalid: invalid.increment()
        case .notSent(let why):
            if case .notAdmitted = why.reason { notAdmitted.increment() } else { notSent.increment() }
        case .refused: refused.increment()
        case .unknown: unknown.increment()
        }
    }

    private static func counter(_ outcome: String) -> Counter {
        Counter(label: "piopiy_placements_total", dimensions: [("outcome", outcome)])
    }
}
