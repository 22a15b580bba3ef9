import Logging
import Synchronization
import TestSupport

@testable import Piopiy

/// Plays a script of deliveries, the last one again and again, and remembers what it was given.
final class FakeTransport: Transport {
    private struct State {
        var script: [Delivery]
        var requests: [OutgoingRequest] = []
    }

    private let state: Mutex<State>

    init(_ script: [Delivery]) { state = Mutex(State(script: script)) }

    var requests: [OutgoingRequest] { state.withLock(\.requests) }
    var attempts: Int { requests.count }

    func send(_ request: OutgoingRequest) async -> Delivery {
        state.withLock { state in
            state.requests.append(request)
            return state.script.count > 1 ? state.script.removeFirst() : state.script[0]
        }
    }

    /// No script has files: their tests have a server.
    func download(_ request: OutgoingRequest, part: DownloadPart?, accept: @escaping DownloadAccept) async -> Delivery {
        await send(request)
    }

    func shutdown() async {}
}

/// A client on a scripted transport.
struct ScriptedClient {
    let transport: FakeTransport
    let clock = FakeClock()
    let client: RestClient

    static let secret = "s3cret-0123456789-token"
    /// A user's token of the messaging service.
    static let messagingSecret = "m3ssaging-9876543210-token"

    init(
        _ script: [Delivery],
        retries: RetryPolicy = RetryPolicy(),
        random: @escaping @Sendable () -> Double = { 0.5 },
        logger: Logger? = nil,
        messaging: MessagingCredential? = nil,
        app: AppCredential? = nil,
        baseURL: String = "http://127.0.0.1:9/v3"
    ) throws {
        transport = FakeTransport(script)
        var configuration = RestClient.Configuration(
            baseURL: baseURL,
            retries: retries,
            clock: clock,
            now: { Timestamp(milliseconds: 1_725_942_871_000) },
            random: random
        )
        if let logger { configuration.logger = logger }
        configuration.messaging = try messaging ?? .token(Token(validating: Self.messagingSecret))
        configuration.app = app
        client = try RestClient(token: Token(validating: Self.secret), configuration, transport: transport)
    }

    func call() async -> Outcome<Acceptance> {
        await client.ai.call(
            callerID: "919999999999",
            toNumber: "918888888888",
            agentID: "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"
        )
    }

    func hangup() async -> Outcome<ActionReceipt> {
        await client.voice.hangup(callID: CallID("ee6a7a9b-78ea-4693-9e77-5fc085567b2f"))
    }
}

extension Delivery {
    static func answer(_ status: Int, _ body: String = "{}", retryAfter: String? = nil) -> Delivery {
        .answered(Answer(status: status, retryAfter: retryAfter, body: Array(body.utf8)))
    }
}
