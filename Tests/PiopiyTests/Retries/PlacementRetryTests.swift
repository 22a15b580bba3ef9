import TestSupport
import Testing

@testable import Piopiy

@Suite("Nobody is rung twice")
struct PlacementRetryTests {
    static let mayHaveLeft: [Delivery] = [
        .lost(.timedOut), .lost(.broken("reset")), .lost(.cancelled), .lost(.answerTooLong(status: 200)),
        .neverLeft(.answerTooLong(status: 200)), .answer(500), .answer(502), .answer(503), .answer(504), .answer(302),
        .answer(307), .answer(200, "not JSON"), .answer(200, ""), .answer(200, "[]"),
        .answer(503, retryAfter: "1"), .answer(503, retryAfter: "soon"), .answer(408), .answer(408, retryAfter: "1"),
        .answer(499), .answer(511), .answer(999), .lost(.unreadable(status: 200)),
        .answered(Answer(status: 200, body: [], unreadCoding: "br")),
    ]
    static let notActed: [Delivery] = [
        .neverLeft(.timedOut), .neverLeft(.broken("refused")), .answer(429), .answer(429, retryAfter: "1"),
        .answer(429, retryAfter: "soon"), .answer(407),
    ]
    static let decided: [Delivery] = [
        .answer(200, #"{"request":"R"}"#), .answer(403), .answer(401), .answer(404), .answer(200, #"{"error":"x"}"#),
    ]

    @Test("A placement that may have reached the platform is never sent again", arguments: mayHaveLeft)
    func neverAgain(delivery: Delivery) async throws {
        let scripted = try ScriptedClient([delivery, .answer(200, #"{"request":"R"}"#)])
        let outcome = await scripted.call()
        #expect(outcome.name == "unknown")
        #expect(scripted.transport.attempts == 1)
        #expect(scripted.clock.sleeps.isEmpty)
    }

    @Test("One that certainly did not is sent again, and then accepted", arguments: notActed)
    func again(delivery: Delivery) async throws {
        let scripted = try ScriptedClient([delivery, delivery, .answer(200, #"{"request":"R"}"#)])
        #expect(await scripted.call() == .accepted(Acceptance(status: 200, requestID: RequestID("R"))))
        #expect(scripted.transport.attempts == 3)
        #expect(scripted.clock.sleeps.count == 2)
        let bodies = Set(scripted.transport.requests.map(\.body))
        #expect(bodies.count == 1)
    }

    @Test(
        "When the attempts are used up it was not sent, and the outcome says how often it was tried",
        arguments: notActed
    )
    func givenUp(delivery: Delivery) async throws {
        let scripted = try ScriptedClient([delivery])
        guard case .notSent(let reason) = await scripted.call() else {
            Issue.record("it is not notSent")
            return
        }
        #expect(reason.attempts == 4)
        #expect(scripted.transport.attempts == 4)
    }

    @Test("What the platform decided is not asked again", arguments: decided)
    func notAskedAgain(delivery: Delivery) async throws {
        let scripted = try ScriptedClient([delivery])
        let outcome = await scripted.call()
        #expect(["accepted", "refused"].contains(outcome.name))
        #expect(scripted.transport.attempts == 1)
    }

    @Test("What is invalid is never sent")
    func invalid() async throws {
        let scripted = try ScriptedClient([.answer(200)])
        let outcome = await scripted.client.ai.call(
            callerID: "919999999999",
            toNumber: "0918888888888",
            agentID: "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"
        )
        guard case .invalid(let error) = outcome else {
            Issue.record("it is not invalid")
            return
        }
        #expect(error.field == "to_number")
        #expect(scripted.transport.attempts == 0)
    }

    @Test(
        "Whatever faults come in whatever order, at most one attempt may have left, and the outcome is true",
        arguments: 1...10 as ClosedRange<UInt64>
    )
    func anyFaults(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let script = (0..<Int.random(in: 1...6, using: &random)).map { _ -> Delivery in
                switch Int.random(in: 0..<8, using: &random) {
                case 0: random.pick(Self.mayHaveLeft)
                case 1: random.pick(Self.decided)
                default: random.pick(Self.notActed)
                }
            }
            let policy = RetryPolicy(
                maxAttempts: Int.random(in: 0...6, using: &random),
                budget: .seconds(Int.random(in: 0...9, using: &random))
            )
            let share = Double.random(in: 0..<1, using: &random)
            let scripted = try ScriptedClient(script, retries: policy, random: { share })
            let outcome = await scripted.call()

            let attempts = scripted.transport.attempts
            let played = (0..<attempts).map { script[min($0, script.count - 1)] }
            let last = try #require(played.last)
            #expect(played.dropLast().allSatisfy { Self.notActed.contains($0) }, "seed \(seed)")
            #expect(attempts <= max(1, policy.maxAttempts), "seed \(seed)")
            #expect(scripted.clock.sleeps.count == attempts - 1, "seed \(seed)")
            #expect(scripted.clock.sleeps.reduce(.zero, +) <= policy.budget, "seed \(seed)")
            let names =
                Self.mayHaveLeft.contains(last)
                ? ["unknown"] : Self.notActed.contains(last) ? ["notSent"] : ["accepted", "refused"]
            #expect(names.contains(outcome.name), "seed \(seed): \(outcome) after \(played)")
        }
    }
}
