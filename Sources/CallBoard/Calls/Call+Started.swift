import Piopiy

extension Call {
    /// When the call took place: when it was placed here, else when it began, else when it ended. This is what WHEN
    /// shows, and what history is ordered, narrowed (`--since`) and forgotten by.
    ///
    /// A record that comes a day late tells the call's own times, so the call stands where it took place, not where it
    /// was heard of. ``seenAt`` counts only where nothing else is known, or where a told time cannot be right: more
    /// than ``longestDelay`` before the call was heard of, or more than a day after.
    public var startedAt: Timestamp {
        let begun = [facts.created.at, facts.ringing.at, facts.answered.at].compactMap(\.self).min()
        let told = [placedAt, begun, endedAt].compactMap(\.self).first { told in
            seenAt - told <= Self.longestDelay && told - seenAt <= Self.longestLead
        }
        return told ?? seenAt
    }

    /// The longest time between a call and the first word of it: 400 days.
    static let longestDelay = Duration.seconds(400 * 86_400)
    /// How far ahead of this machine's clock the platform's may be.
    private static let longestLead = Duration.seconds(86_400)
}
