import Logging
import Piopiy

/// Who is told of calls: the address that the sandbox was started with, and those that were registered.
actor WebhookDirectory {
    private struct Receiver {
        let url: String
        /// What it wants; `nil` for everything.
        var kinds: Set<WebhookRegistration.Kind>?
        let poster: WebhookPoster
    }

    private var receivers: [Receiver] = []
    private let limit: Int
    private let logger: Logger

    init(url: String?, limit: Int, logger: Logger) {
        self.limit = limit
        self.logger = logger
        if let url { receivers = [Receiver(url: url, kinds: nil, poster: WebhookPoster(url: url, logger: logger))] }
    }

    /// Takes an address in. The sandbox talks to this machine alone, so no other is taken.
    func add(_ registration: WebhookRegistration) -> Reply {
        guard Self.isHere(registration.url) else {
            return .error(
                400,
                "invalid_request",
                field: "url",
                "url is not on this machine; the sandbox accepts only http://127.0.0.1:PORT/…."
            )
        }
        if let index = receivers.firstIndex(where: { $0.url == registration.url }) {
            receivers[index].kinds?.insert(registration.kind)
        } else {
            guard receivers.count < limit else {
                return .error(400, "too_many_webhooks", "The sandbox accepts at most \(limit) addresses.")
            }
            let poster = WebhookPoster(url: registration.url, logger: logger)
            receivers.append(Receiver(url: registration.url, kinds: [registration.kind], poster: poster))
        }
        return .json(status: 200, ["code": 200, "message": "webhook_added"])
    }

    private static func isHere(_ text: String) -> Bool {
        (try? WebAddress(validating: text, takesQuery: true))?.host.isLoopback ?? false
    }

    /// Who wants a webhook.
    func posts(for json: JSONValue) -> [Delivery.Post] {
        let kind: WebhookRegistration.Kind = json["type"] == "cdr" ? .cdr : .event
        let posters = receivers.filter { $0.kinds?.contains(kind) ?? true }.map(\.poster)
        return posters.map { poster in { await poster.post($0) } }
    }

    func shutdown() async {
        for receiver in receivers { await receiver.poster.shutdown() }
    }
}
