import CallBoard

/// What a board says at a scrape. The board counts its calls as they change, so this costs the same for ten calls and
/// for ten thousand.
public enum BoardReadings {
    public static func readings(of snapshot: BoardSnapshot) -> [MetricReading] {
        let counts = snapshot.counts
        let open = [
            ("placing", counts.placing), ("queued", counts.queued), ("ringing", counts.ringing),
            ("talking", counts.talking),
        ]
        return open.map { MetricReading(.openCalls, ["state": $0], $1) }
            + Call.End.allCases.map { MetricReading(.endedCalls, ["end": word(of: $0)], snapshot.ends[$0]) }
            + [MetricReading(.doubts, [:], counts.unknown)]
    }

    private static func word(of end: Call.End) -> String {
        switch end {
        case .completed: "completed"
        case .noAnswer: "no_answer"
        case .busy: "busy"
        case .failed: "failed"
        case .rejected: "rejected"
        case .cancelled: "cancelled"
        }
    }
}
