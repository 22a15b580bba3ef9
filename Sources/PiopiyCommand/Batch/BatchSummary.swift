import Piopiy

/// What a batch came to.
struct BatchSummary: Sendable {
    enum End: Sendable, Equatable {
        /// Every line was dealt with.
        case complete
        /// Ctrl-C, or a signal like it.
        case interrupted
        /// Results could not be written.
        case outputLost
        /// The input broke off; the text says why.
        case inputLost(String)
    }

    private(set) var counts: [String: Int] = [:]
    private var statuses: Set<ExitStatus> = []
    var skipped = 0
    /// The last line that was dealt with, 0 for none.
    var lastLine = 0
    var end = End.complete

    mutating func count(_ outcome: String, _ status: ExitStatus) {
        counts[outcome, default: 0] += 1
        statuses.insert(status)
    }

    /// The gravest of all results; what was stopped is never a success.
    var status: ExitStatus {
        switch end {
        case .complete: ExitStatus.gravest(Array(statuses))
        case .interrupted: ExitStatus.gravest(Array(statuses) + [.notSent])
        case .outputLost, .inputLost: .outputLost
        }
    }

    /// What ended it before its time, and what that leaves.
    var stop: String? {
        let rest =
            lastLine == 0 ? "No line was started." : "Line \(lastLine) was the last one started."
        switch end {
        case .complete: return nil
        case .interrupted: return "Stopped. \(rest)"
        case .outputLost: return "The results can no longer be written. \(rest)"
        case .inputLost(let why): return "\(why). \(rest)"
        }
    }

    /// One line for people: 12 accepted, 1 refused.
    var text: String {
        let names = ["accepted", "ok", "dryRun", "refused", "unknown", "notSent", "invalid"]
        var parts = names.compactMap { name in counts[name].map { "\($0) \(name)" } }
        if skipped > 0 { parts.append("\(skipped) skipped (done before)") }
        return parts.isEmpty ? "nothing to do" : parts.joined(separator: ", ")
    }
}
