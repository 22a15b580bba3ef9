extension MetricFamily {
    /// The metrics that our libraries emit by swift-metrics.
    public static let emitted = [
        MetricFamily(
            "piopiy_placements_total",
            .counter,
            help: "Placements that this process was asked for, by outcome; unknown ones may have been placed."
        ),
        MetricFamily(
            "piopiy_webhooks_total",
            .counter,
            help: "Webhook requests by result: recorded, unreadable (recorded too), refused (4xx) or failed (503)."
        ),
        MetricFamily(
            "piopiy_webhook_repeats_total",
            .counter,
            help: "Webhooks that the journal had before."
        ),
        MetricFamily(
            "piopiy_webhook_lag_seconds",
            .histogram,
            buckets: delays,
            help: "Time from an event, by the platform's clock, until it was recorded here."
        ),
        MetricFamily(
            "piopiy_webhook_answer_seconds",
            .histogram,
            help: "Time from the end of a webhook's body until it was recorded and could be answered."
        ),
        MetricFamily(
            "piopiy_journal_commit_seconds",
            .histogram,
            help: "Time from asking for a write of the journal until it was on disk."
        ),
        MetricFamily(
            "piopiy_journal_write_failures_total",
            .counter,
            help: "Writes of the journal that failed; without a durable intent no call is placed."
        ),
        MetricFamily(
            "piopiy_journal_follow_seconds",
            .histogram,
            help: "Time from a line of another process until it was on this board."
        ),
    ]

    // MARK: Asked at each scrape

    public static let openCalls = MetricFamily(
        "piopiy_calls",
        .gauge,
        help: "Calls that have not ended, by state."
    )
    public static let doubts = MetricFamily(
        "piopiy_doubts",
        .gauge,
        help: "Calls in doubt: they may have been placed, and are not repeated."
    )
    public static let endedCalls = MetricFamily(
        "piopiy_calls_ended_total",
        .counter,
        help: "Calls that this process saw end, by how they ended."
    )
    public static let pendingLines = MetricFamily(
        "piopiy_journal_pending_lines",
        .gauge,
        help: "Lines of the journal that are not yet folded into calls."
    )
    public static let campaigns = MetricFamily(
        "piopiy_campaigns",
        .gauge,
        help: "Campaigns of the account, by state."
    )
    public static let campaignRows = MetricFamily(
        "piopiy_campaign_rows",
        .gauge,
        help: "Rows of campaigns, by the campaign's state and their own."
    )
    public static let build = MetricFamily(
        "piopiy_build_info",
        .gauge,
        help: "The version that runs; always 1."
    )
}

/// The version that runs.
public enum BuildReadings {
    public static func readings(version: String) -> [MetricReading] {
        [MetricReading(.build, ["version": version], 1)]
    }
}
