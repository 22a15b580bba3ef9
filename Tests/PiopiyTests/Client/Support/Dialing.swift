import Logging
import NIOCore
import TestSupport
import Testing

@testable import Piopiy

/// A client on a server with faults, and what both did.
struct Dialing: Sendable {
    static let token = "tok-9f8e7d6c5b4a39281706"
    static let agent = "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"
    static let callID = "ee6a7a9b-78ea-4693-9e77-5fc085567b2f"

    let server: FaultServer
    let client: RestClient
    let clock: FakeClock
    let log: DialLog

    static func number(_ index: Int) -> String { "918888888\(100 + index)" }

    func call(_ index: Int = 0) async -> Outcome<Acceptance> {
        let outcome = await client.ai.call(
            callerID: "919999999999",
            toNumber: Self.number(index),
            agentID: Self.agent,
            variables: nil
        )
        log.keep(outcome)
        return outcome
    }

    /// Dials several numbers at once, each once.
    func calls(_ count: Int) async -> [Int: Outcome<Acceptance>] { await calls(0..<count) }

    func calls(_ numbers: Range<Int>) async -> [Int: Outcome<Acceptance>] {
        await withTaskGroup(of: (Int, Outcome<Acceptance>).self) { group in
            for index in numbers { group.addTask { (index, await call(index)) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    func hangUp() async -> Outcome<ActionReceipt> {
        let outcome = await client.voice.hangup(callID: CallID(Self.callID))
        log.keep(outcome)
        return outcome
    }

    func dials(_ index: Int = 0) -> Int { server.count(Self.number(index)) }
}

/// Runs `body` with a server that follows the plan, and looks afterwards that the token got out nowhere.
func dialing(
    _ actions: FaultServer.Action...,
    greeting: FaultServer.Greeting = .read,
    idleClose: TimeAmount? = nil,
    closeIsLate: Bool = false,
    timeouts: Timeouts = Timeouts(connect: .seconds(20), answer: .seconds(20)),
    retries: RetryPolicy = RetryPolicy(),
    connections: Int = 32,
    clock: FakeClock = FakeClock(),
    now: @escaping @Sendable () -> Timestamp = { Timestamp(milliseconds: 1_800_000_000_000) },
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: (Dialing) async throws -> Void
) async throws {
    let server = try await FaultServer.start(
        FaultServer.Plan(
            greeting: greeting,
            actions: actions.isEmpty ? [.hang] : actions,
            idleClose: idleClose,
            closeIsLate: closeIsLate
        )
    )
    let log = DialLog()
    let client = try RestClient(
        token: Token(validating: Dialing.token),
        RestClient.Configuration(
            baseURL: "http://127.0.0.1:\(server.port)/v3",
            timeouts: timeouts,
            retries: retries,
            connections: connections,
            clock: clock,
            now: now,
            random: { 0.5 },
            logger: log.logger
        )
    )
    do {
        try await body(Dialing(server: server, client: client, clock: clock, log: log))
    } catch {
        await client.shutdown()
        await server.stop()
        throw error
    }
    log.keep(client)
    await client.shutdown()
    await server.stop()
    #expect(!log.text.contains(Dialing.token), "the token got out", sourceLocation: sourceLocation)
}

/// All that the client said: its log at every level, its outcomes, its own description.
final class DialLog: Sendable {
    private let recorder = LogRecorder()
    private let said = Locked<[String]>([])

    var text: String { (said.get() + [recorder.text]).joined(separator: "\n") }
    var logger: Logger { recorder.logger }

    func keep(_ value: some Sendable) {
        var text = "\(value)\n\(String(reflecting: value))\n"
        dump(value, to: &text)
        switch value {
        case let outcome as Outcome<Acceptance>: text += outcome.words
        case let outcome as Outcome<ActionReceipt>: text += outcome.words
        default: break
        }
        said.update { $0.append(text) }
    }
}

extension Outcome {
    /// What an operator reads.
    fileprivate var words: String {
        switch self {
        case .invalid(let error): "\(error)"
        case .notSent(let reason): "\(reason)"
        case .accepted(let value): "\(value)"
        case .refused(let refusal): "\(refusal)"
        case .unknown(let doubt): "\(doubt)"
        }
    }
}
