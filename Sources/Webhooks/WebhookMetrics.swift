import Metrics
import Piopiy

/// Counts and measures deliveries, in the metrics backend of the program. The objects are made once for a listener.
struct WebhookMetrics: Sendable {
    private let recorded = Self.counter("recorded")
    private let unreadable = Self.counter("unreadable")
    private let refused = Self.counter("refused")
    private let failed = Self.counter("failed")
    private let answer = Timer(label: "piopiy_webhook_answer_seconds")
    private let liveLag = Self.lag("live")
    private let cdrLag = Self.lag("cdr")
    private let transferLag = Self.lag("transfer")

    /// A delivery is stored, and will be answered 200.
    /// - Parameter began: when its body had been read.
    func stored(_ delivery: WebhookDelivery, began: ContinuousClock.Instant, now: Timestamp) {
        answer.record(duration: began.duration(to: .now))
        guard case .events(let events) = delivery.payload else {
            unreadable.increment()
            return
        }
        recorded.increment()
        // An event that does not say when it happened has the time of its delivery, which tells nothing of the way.
        for event in events where event.at != delivery.receivedAt {
            // The platform's clock may be ahead of ours.
            let lag = max(.zero, now - event.at)
            switch event.kind {
            case .live: liveLag.record(duration: lag)
            case .cdr: cdrLag.record(duration: lag)
            case .transfer: transferLag.record(duration: lag)
            }
        }
    }

    /// A delivery could not be stored, and the platform is asked to send it again.
    func notStored() { failed.increment() }

    /// A request was answered with a 4xx.
    func wasRefused() { refused.increment() }

    private static func counter(_ result: String) -> Counter {
        Counter(label: "piopiy_webhooks_total", dimensions: [("result", result)])
    }

    private static func lag(_ kind: String) -> Timer {
        Timer(label: "piopiy_webhook_lag_seconds", dimensions: [("kind", kind)])
    }
}
