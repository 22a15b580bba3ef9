import TestSupport
import Testing

@testable import Piopiy

@Suite("Cancelling the task")
struct CancellationTests {
    @Test("Cancelled while the answer is awaited: unknown, because the request had left")
    func awaitingAnswer() async throws {
        try await dialing(.hang) { dialing in
            let task = Task { await dialing.call() }
            try await eventually("the server has the dial") { dialing.dials() == 1 }
            task.cancel()
            #expect(await task.value == .unknown(Doubt(.cancelled)))
            #expect(dialing.dials() == 1)
        }
    }

    @Test("Cancelled before it began: not sent, and nothing left")
    func beforeTheStart() async throws {
        try await dialing(.accept) { dialing in
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                return await dialing.call()
            }
            task.cancel()
            #expect(await task.value.notSent?.code == "cancelled")
            #expect(dialing.server.requests.isEmpty)
        }
    }

    @Test("Cancelled while it waits to try again: not sent, because the platform had said no")
    func whileWaiting() async throws {
        let clock = FakeClock(.standing)
        try await dialing(.answer("429 Too Many Requests", headers: ["Retry-After: 3"]), clock: clock) { dialing in
            let task = Task { await dialing.call() }
            try await eventually("it waits") { clock.sleeps.count == 1 }
            task.cancel()
            #expect(await task.value.notSent?.code == "cancelled")
            #expect(dialing.dials() == 1)
        }
    }

    @Test("A hang-up cancelled while it waits to try again after a doubt stays in doubt")
    func hangUpWhileWaiting() async throws {
        let clock = FakeClock(.standing)
        try await dialing(.close, clock: clock) { dialing in
            let task = Task { await dialing.hangUp() }
            try await eventually("it waits") { clock.sleeps.count == 1 }
            task.cancel()
            #expect(await task.value.doubt?.code == "connection_lost")
            #expect(dialing.server.count(Dialing.callID) == 1)
        }
    }

    @Test("Cancelled at any moment, a number that was dialled is never reported as not sent, nor dialled twice")
    func anyMoment() async throws {
        for actions in [[FaultServer.Action.accept], [.hang], [.close]] {
            try await dialing(actions[0]) { dialing in
                var outcomes: [Int: Outcome<Acceptance>] = [:]
                for wave in 0..<20 {
                    await withTaskGroup(of: (Int, Outcome<Acceptance>).self) { group in
                        for step in 0..<20 {
                            group.addTask {
                                let index = wave * 20 + step
                                let task = Task { await dialing.call(index) }
                                // From nothing to about as long as a dial takes here.
                                try? await Task.sleep(for: .microseconds(step * 150))
                                task.cancel()
                                return (index, await task.value)
                            }
                        }
                        for await (index, outcome) in group { outcomes[index] = outcome }
                    }
                }
                // The server may still be reading what the client gave up.
                await dialing.client.shutdown()
                try await eventually("the server has read all") { dialing.server.isQuiet }
                for (index, outcome) in outcomes {
                    let dials = dialing.dials(index)
                    #expect(dials <= 1)
                    switch outcome {
                    case .accepted: #expect(dials == 1)
                    case .unknown: break
                    case .notSent(let reason):
                        #expect(reason.code == "cancelled")
                        #expect(dials == 0)
                    case .invalid, .refused: Issue.record("\(outcome)")
                    }
                }
            }
        }
    }

    @Test("Out of time at any moment, a number that was dialled is never reported as not sent, nor dialled twice")
    func anyDeadline() async throws {
        for step in 1...6 {
            // So short that it can end while the connection is made, while the request leaves, or while the answer comes.
            let timeouts = Timeouts(answer: .microseconds(400 * step * step))
            try await dialing(.accept, timeouts: timeouts, retries: .never) { dialing in
                let outcomes = await dialing.calls(60)
                await dialing.client.shutdown()
                try await eventually("the server has read all") { dialing.server.isQuiet }
                for (index, outcome) in outcomes {
                    let dials = dialing.dials(index)
                    #expect(dials <= 1)
                    if outcome.name == "notSent" { #expect(dials == 0, "\(outcome)") }
                    if outcome.name == "accepted" { #expect(dials == 1) }
                }
            }
        }
    }
}
