import TestSupport
import Testing

@testable import Piopiy

@Suite("The waits between attempts")
struct DelayTests {
    @Test("Full jitter: a random share of a ceiling that doubles up to its limit", arguments: [0, 0.25, 0.999_999])
    func jitter(share: Double) {
        var state = RetryState(RetryPolicy(maxAttempts: 40, budget: .seconds(1000)))
        var ceiling = 0.25
        for _ in 0..<39 {
            state.began()
            let delay = state.nextDelay(retryAfter: nil, random: share)
            #expect(delay == .seconds(ceiling) * share)
            ceiling = min(5, ceiling * 2)
        }
        state.began()
        #expect(state.nextDelay(retryAfter: nil, random: share) == nil)
    }

    @Test("A wait that the platform asks for is waited out in full, and at most a ceiling more")
    func retryAfter() {
        for share in [0, 0.5, 0.999] {
            var state = RetryState(RetryPolicy())
            state.began()
            let delay = state.nextDelay(retryAfter: .after(.seconds(3)), random: share)
            #expect(delay == .seconds(3) + .milliseconds(250) * share)
        }
    }

    @Test("A wait that cannot be read is a second, doubles, and is never none")
    func unreadable() {
        for share in [0, 0.5, 0.999] {
            var state = RetryState(RetryPolicy(maxAttempts: 8, budget: .seconds(1000)))
            var waits: [Duration?] = []
            for ceiling in [0.25, 0.5, 1, 2, 4, 5, 5] {
                state.began()
                waits.append(
                    state.nextDelay(retryAfter: .unreadable, random: share).map { $0 - .seconds(ceiling) * share }
                )
            }
            #expect(waits == [1, 2, 4, 5, 5, 5, 5].map { .seconds($0) })
        }
        // A policy of short waits is no reason to come at once.
        var hasty = RetryState(RetryPolicy(baseDelay: .milliseconds(1), maxDelay: .milliseconds(1)))
        hasty.began()
        #expect(hasty.nextDelay(retryAfter: .unreadable, random: 0) == .seconds(1))
    }

    @Test("A wait beyond the budget is not begun")
    func budget() {
        var state = RetryState(RetryPolicy(maxAttempts: 10, budget: .seconds(7)))
        state.began()
        #expect(state.nextDelay(retryAfter: .after(.seconds(3)), random: 0) == .seconds(3))
        state.began()
        #expect(state.nextDelay(retryAfter: .after(.seconds(5)), random: 0) == nil)
        #expect(state.waited == .seconds(3))
        #expect(state.nextDelay(retryAfter: .after(.seconds(4)), random: 0) == .seconds(4))
        state.began()
        #expect(state.nextDelay(retryAfter: nil, random: 0.5) == nil)
    }

    @Test("No more is waited than asked for when that is too long: the call is reported at once")
    func tooLong() async throws {
        let scripted = try ScriptedClient([.answer(429, retryAfter: "86400"), .answer(200)])
        #expect(
            await scripted.call() == .notSent(NotSent(reason: .rateLimited, attempts: 1, retryAfter: .seconds(86_400)))
        )
        #expect(scripted.clock.sleeps.isEmpty)
    }

    @Test("What the client sleeps is what was asked, in seconds or by a date")
    func slept() async throws {
        for header in ["3", "Tue, 10 Sep 2024 04:34:34 GMT"] {
            let scripted = try ScriptedClient([.answer(429, retryAfter: header), .answer(200)], random: { 0 })
            #expect(await scripted.call().name == "accepted")
            #expect(scripted.clock.sleeps == [.seconds(3)])
        }
    }

    @Test(
        "One attempt means one attempt",
        arguments: [RetryPolicy.never, RetryPolicy(maxAttempts: 0), RetryPolicy(maxAttempts: -3)]
    )
    func never(policy: RetryPolicy) async throws {
        let scripted = try ScriptedClient([.answer(429)], retries: policy)
        #expect(await scripted.call().name == "notSent")
        #expect(scripted.transport.attempts == 1)
    }

    @Test("Each attempt gets the client's timeouts, and a connection no longer than the answer")
    func timeouts() async throws {
        let scripted = try ScriptedClient([.neverLeft(.timedOut), .answer(200)])
        _ = await scripted.call()
        #expect(scripted.transport.requests.map(\.timeouts) == [Timeouts(), Timeouts()])
        #expect(Timeouts(connect: .seconds(5), answer: .seconds(1)).connect == .seconds(1))
    }
}
