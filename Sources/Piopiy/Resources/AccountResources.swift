/// `RestClient.agents`: the account's AI agents (source: the vendor's documentation).
public struct AgentsResource: Sendable {
    let requester: Requester

    static var listRequest: APIRequest {
        APIRequest(method: .get, base: .account, path: "/v1/ai-agents", repeatable: true)
    }

    /// All agents, in the platform's order.
    public func list() async -> Outcome<[AIAgent]> {
        await requester.perform(Self.listRequest, name: "agents.list") { answer, now in
            AnswerReader.value(answer, now: now) { body in
                AnswerReader.list(body, under: ["agents", "ai_agents", "data", "items", "result"])?
                    .compactMap(AIAgent.init(json:))
            }
        }
    }
}

/// An AI agent of the account.
public struct AIAgent: Hashable, Sendable {
    /// What a call's `agent_id` takes; as it came.
    public let id: String
    /// What the account calls it, when the platform tells.
    public let name: String?
    /// The platform's word, such as `active`.
    public let status: String?

    public init(id: String, name: String? = nil, status: String? = nil) {
        self.id = id
        self.name = name
        self.status = status
    }

    init?(json: JSONValue) {
        guard let id = json["id"]?.looseText ?? json["agent_id"]?.looseText else { return nil }
        self.init(id: id, name: json["name"]?.looseText, status: json["status"]?.looseText)
    }

    /// As it is printed for scripts.
    public var json: JSONValue {
        var members: [String: JSONValue] = ["id": .string(id)]
        members["name"] = name.map { .string($0) }
        members["status"] = status.map { .string($0) }
        return .object(members)
    }
}

/// `RestClient.webhooks`: where the platform tells of calls.
public struct WebhooksResource: Sendable {
    let requester: Requester

    /// Registers an address. Nothing public says what a second registration does: it is not repeated when in doubt.
    public func add(_ registration: WebhookRegistration) async -> Outcome<ActionReceipt> {
        await requester.perform(
            registration.request,
            name: "webhooks.add",
            about: ["kind": registration.kind.rawValue],
            read: AnswerReader.action
        )
    }
}
