import Piopiy
import Synchronization
import TestSupport
import Testing

@testable import Sandbox

@Suite("The world behind the HTTP")
struct WorldTests {
    @Test("No task outlives a call that was hung up, and none outlives the world")
    func noneOutlives() async throws {
        let clock = FakeClock(.standing)
        let world = World(seed: 1, speed: 1, clock: clock, logger: .silent, receivers: { _ in [{ _ in true }] })
        let running = Task { await world.run() }
        for _ in 1...3 { _ = await world.place(try Sample.call()) }
        try await eventually("three sleepers") { clock.sleepers == 3 }

        let first = try #require(await world.calls.array?.first?["call_id"]?.string)
        guard case .json(200, _, _) = await world.hangUp(try HangUp(callID: CallID(first))) else {
            throw NeverHappened("a hang-up")
        }
        try await eventually("one sleeper less") { clock.sleepers == 2 }

        running.cancel()
        await running.value
        #expect(clock.sleepers == 0)
    }

    @Test("Times are those of the clock on the wall that it was given")
    func wallTime() async throws {
        let at = Timestamp(milliseconds: 1_725_942_871_456)
        let world = World(seed: 1, speed: 1, clock: FakeClock(.standing), now: { at }, logger: .silent)
        _ = await world.place(try Sample.call())
        _ = await world.logRequest(method: "POST", path: "/v3")
        #expect(await world.calls.array?.first?["placed_at"] == 1_725_942_871_456)
        #expect(await world.requests.array?.first?["at"] == 1_725_942_871_456)
    }

    @Test("With too many webhooks waiting, calls are lived all the same")
    func untold() async throws {
        let posted = Mutex<Set<String>>([])
        let world = World(
            seed: 1,
            speed: 1000,
            limits: Limits(untold: 1),
            logger: .silent,
            receivers: { _ in
                [
                    { json in
                        posted.withLock { _ = $0.insert(json["cmiuuid"]?.string ?? "") }
                        // It never gets its answer.
                        await Gate().wait()
                        return false
                    }
                ]
            }
        )
        let running = Task { await world.run() }
        defer { running.cancel() }
        for _ in 1...3 { _ = await world.place(try Sample.call()) }
        _ = try await wait(for: "the calls' end") {
            await world.calls.array?.allSatisfy { $0["state"] == "ended" } == true ? true : nil
        }
        #expect(posted.withLock(\.count) == 1)
    }
}
