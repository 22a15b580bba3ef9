import TestSupport
import Testing

@testable import Piopiy

@Suite("A placement leaves before its deadline or not at all")
struct SendDeadlineTests {
    /// Clocks that a test moves.
    private struct Clocks: Sendable {
        let steady = FakeTime(Timestamp(milliseconds: 1_000_000))
        let wall = FakeTime(Timestamp(milliseconds: 1_800_000_000_000))

        func deadline(_ duration: Duration = .seconds(5)) -> SendDeadline {
            SendDeadline(after: duration, steady: { [steady] in steady.now }, now: { [wall] in wall.now })
        }
    }

    @Test("It is past by either clock; a wall clock that is set back changes nothing")
    func clocks() {
        let clocks = Clocks()
        let deadline = clocks.deadline()
        #expect(!deadline.isPast)
        clocks.wall.advance(by: .seconds(-3600))
        #expect(!deadline.isPast)
        clocks.steady.advance(by: .seconds(5))
        #expect(deadline.isPast)

        let other = Clocks()
        let second = other.deadline()
        other.wall.advance(by: .seconds(3600))
        #expect(second.isPast)
    }

    @Test("A window's end bounds it, and never lengthens it")
    func bounded() {
        let clocks = Clocks()
        let deadline = clocks.deadline()
        #expect(deadline.bounded(by: clocks.wall.now + .seconds(2)).left == .seconds(2))
        #expect(deadline.bounded(by: clocks.wall.now + .seconds(60)).left == .seconds(5))
        #expect(deadline.bounded(by: clocks.wall.now + .seconds(-1)).isPast)
    }

    @Test("Past it nothing is sent; what passes it while it connects leaves without its body, and is not sent")
    func transport() async throws {
        try await dialing(.accept) { dialing in
            let late = Clocks()
            let past = late.deadline(.zero)
            let permit = SendPermit(until: past) { .refused(.expired) }
            let client = dialing.client.sending(under: permit)
            let reason = try #require(await client.ai.call(try Sample.call(to: Dialing.number(0))).notSent)
            #expect(reason.reason == .expired)
            #expect(dialing.dials() == 0)

            // The first look finds time left, the second, when nothing is left to do but to write, does not.
            let looks = Locked(0)
            let clocks = Clocks()
            let passing = SendDeadline(
                after: .seconds(5),
                steady: {
                    looks.update { $0 += 1 }
                    return clocks.steady.now + (looks.get() > 2 ? .seconds(10) : .zero)
                },
                now: { clocks.wall.now }
            )
            let second = dialing.client.sending(under: SendPermit(until: passing) { .refused(.expired) })
            let why = try #require(await second.ai.call(try Sample.call(to: Dialing.number(0))).notSent)
            #expect(why.reason == .expired)
            #expect(dialing.dials() == 0)
        }
    }

    @Test("Each further attempt is asked for anew, and one that may not leave any more ends it")
    func renewed() async throws {
        let limited = FaultServer.Action.answer("429 Too Many Requests", headers: ["Retry-After: 2"])
        try await dialing(limited, limited, .accept) { dialing in
            let clocks = Clocks()
            let asked = Locked(0)
            let granting = SendPermit(until: clocks.deadline()) {
                asked.update { $0 += 1 }
                return .granted(clocks.deadline())
            }
            let outcome = await dialing.client.sending(under: granting).ai.call(try Sample.call(to: Dialing.number(0)))
            #expect(outcome.name == "accepted")
            #expect(asked.get() == 2)
            #expect(dialing.dials() == 3)
        }
        try await dialing(limited, .accept) { dialing in
            let clocks = Clocks()
            let busy = NotSent.Reason.notAdmitted(code: "number_busy", "The number is already on the board")
            let refusing = SendPermit(until: clocks.deadline()) { .refused(busy) }
            let reason = try #require(
                await dialing.client.sending(under: refusing).ai.call(try Sample.call(to: Dialing.number(0))).notSent
            )
            #expect(reason.reason == busy)
            #expect(dialing.dials() == 1)
        }
    }
}
