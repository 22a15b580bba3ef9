import Foundation
import Logging
import Piopiy

/// The examples of placing calls. Each is shown word for word in the documentation.
enum PlacingCalls {
    static func client(_ text: String) throws -> RestClient {
        let client = try RestClient(token: Token(validating: text))
        return client
    }

    static func everyOutcome(_ client: RestClient, _ call: AICall) async -> String {
        var lines: [String] = []
        let print = { (line: String) in lines.append(line) }

        switch await client.ai.call(call) {
        case .accepted(let acceptance): print("request \(acceptance.requestID?.text ?? "without an id")")
        case .unknown(let doubt): print("\(doubt) The call may have been placed: do not place it again.")
        case .invalid(let error): print("\(error). Nothing was sent.")
        case .notSent(let reason): print("\(reason)")
        case .refused(let refusal): print("\(refusal)")
        }
        return lines.joined()
    }

    static func call() throws -> AICall {
        let call = try AICall(
            callerID: "919999999999",
            toNumber: "918888888888",
            agentID: "bdd32bcb-767c-40a5-be4a-5f45eeb348a6",
            options: CallOptions(maxDuration: 600, record: true),
            variables: ["order": "A-17", "tries": 3]
        )
        return call
    }

    static func marked(_ client: RestClient, _ call: AICall, _ intents: Intents) async throws -> Outcome<Acceptance> {
        let mark = UUID().uuidString
        let marked = try call.with("console_ref", .text(mark))
        // Kept before the request leaves: after a crash the mark is all that is left of the call.
        try await intents.keep(mark, for: marked.toNumber)
        let outcome = await client.ai.call(marked)
        await intents.settle(mark, by: outcome)
        return outcome
    }

    static func patient(_ token: Token) throws -> RestClient {
        var configuration = RestClient.Configuration()
        configuration.timeouts = Timeouts(connect: .seconds(3), answer: .seconds(8))
        configuration.retries = RetryPolicy(maxAttempts: 6, budget: .seconds(60))
        let client = try RestClient(token: token, configuration)
        return client
    }

    static func logged(_ token: Token) throws -> RestClient {
        var configuration = RestClient.Configuration()
        configuration.logger = Logger(label: "calls")
        let client = try RestClient(token: token, configuration)
        return client
    }

    static func cancelled(_ client: RestClient, _ call: AICall) async -> String {
        var lines: [String] = []
        let print = { (line: String) in lines.append(line) }

        let dial = Task { await client.ai.call(call) }
        dial.cancel()
        switch await dial.value {
        case .notSent(let reason): print("\(reason) No phone rings.")
        case .unknown(let doubt): print("\(doubt) A phone may ring.")
        case let outcome: print("It was too late: \(outcome.name).")
        }
        return lines.joined()
    }

    static func throwing(_ client: RestClient, _ call: AICall) async throws -> RequestID? {
        let acceptance = try await client.ai.call(call).get(call.request)
        return acceptance.requestID
    }

    static func logged(_ client: RestClient, _ call: AICall, _ logger: Logger) async {
        let outcome = await client.ai.call(call)
        if let failure = outcome.failure(of: call.request) {
            logger.error("\(failure)", metadata: failure.metadata.mapValues { .string($0) })
        }
    }

    static func hangUp(_ client: RestClient, _ callID: CallID) async -> String {
        var lines: [String] = []
        let print = { (line: String) in lines.append(line) }

        switch await client.voice.hangup(callID: callID, reason: "asked for by the desk") {
        case .accepted(let receipt) where receipt.alreadyEnded: print("It had ended already.")
        case .accepted: print("It ends.")
        case .unknown(let doubt): print("\(doubt) Asking again is safe.")
        case let outcome: print(outcome.failure()?.description ?? "")
        }
        return lines.joined()
    }

    /// A colleague of the agent who takes over.
    static func failover(_ second: String) throws -> AICall {
        let call = try AICall(
            callerID: "919999999999",
            toNumber: "918888888888",
            agentID: "bdd32bcb-767c-40a5-be4a-5f45eeb348a6",
            appID: "support",
            failover: Failover(agentID: second, leg: ConnectLeg(strategy: .sequential))
        )
        return call
    }
}

/// What was to be done, and what became of it. A program of yours keeps it on disk.
actor Intents {
    /// What is known of a call.
    enum State: Equatable, Sendable {
        case leaving
        case placed(RequestID?)
        /// It may ring; only an event or a person can tell.
        case inDoubt
        case notPlaced
    }

    private(set) var states: [String: State] = [:]

    func keep(_ mark: String, for number: PhoneNumber) throws { states[mark] = .leaving }

    func settle(_ mark: String, by outcome: Outcome<Acceptance>) {
        states[mark] =
            switch outcome {
            case .accepted(let acceptance): .placed(acceptance.requestID)
            case .unknown: .inDoubt
            case .invalid, .notSent, .refused: .notPlaced
            }
    }

    func settle(_ events: [PlatformEvent]) {
        for event in events {
            guard let mark = event.variables["console_ref"]?.string, states[mark] != nil else { continue }
            states[mark] = .placed(event.requestID)
        }
    }
}
