import Piopiy

/// The examples of webhooks. Each is shown word for word in the documentation.
enum ReceivingWebhooks {
    static func register(_ client: RestClient, _ secret: String) async throws -> [Outcome<ActionReceipt>] {
        var outcomes: [Outcome<ActionReceipt>] = []

        for kind in WebhookRegistration.Kind.allCases {
            let registration = try WebhookRegistration(kind: kind, url: "https://calls.example.com/hooks/\(secret)")
            outcomes.append(await client.webhooks.add(registration))
        }
        return outcomes
    }
}

/// What a server of yours does with a POST.
actor Inbox {
    private let secret: String
    /// Bodies as they came. A program of yours keeps them on disk.
    private(set) var bodies: [[UInt8]] = []
    private(set) var calls: [CallID: CallFacts] = [:]

    init(secret: String) { self.secret = secret }

    /// - Returns: the status of the answer.
    func receive(_ body: [UInt8], at path: String) -> Int {
        guard isSame(path, "/hooks/\(secret)") else { return 404 }
        guard body.count <= 64 << 10 else { return 413 }
        bodies.append(body)
        switch WebhookDecoder.decode(body, receivedAt: .now) {
        case .events(let events):
            for event in events {
                guard let id = event.callID else { continue }
                calls[id] = (calls[id] ?? CallFacts()).merging(event)
            }
        case .unreadable:
            // Kept, and answered like any other: the platform would send it again for ever.
            break
        }
        return 200
    }
}

/// Compares two texts in a time that does not tell how far they agree.
func isSame(_ given: String, _ expected: String) -> Bool {
    let (given, expected) = (Array(given.utf8), Array(expected.utf8))
    guard given.count == expected.count else { return false }
    return zip(given, expected).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
}

/// What is known of a call. Events are folded in any order and any number of times; the result is the same.
struct CallFacts: Equatable {
    var answeredAt: Timestamp?
    var endedAt: Timestamp?

    func merging(_ event: PlatformEvent) -> CallFacts {
        guard event.leg != .b else { return self }
        var facts = self
        switch (event.kind, event.status) {
        case (.cdr, _):
            facts.answeredAt = Self.earlier(answeredAt, event.answeredAt)
            facts.endedAt = Self.earlier(endedAt, event.endedAt ?? event.at)
        case (.live, .answered):
            facts.answeredAt = Self.earlier(answeredAt, event.at)
        case (.live, .ended), (.live, .noAnswer), (.live, .busy), (.live, .failed):
            facts.endedAt = Self.earlier(endedAt, event.at)
        default:
            break
        }
        return facts
    }

    private static func earlier(_ one: Timestamp?, _ other: Timestamp?) -> Timestamp? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }
}
