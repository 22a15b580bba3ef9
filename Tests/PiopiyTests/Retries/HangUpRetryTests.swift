import Testing

@testable import Piopiy

@Suite("A hang-up is repeated when in doubt")
struct HangUpRetryTests {
    static let doubts: [Delivery] = [
        .lost(.timedOut), .lost(.broken("reset")), .lost(.answerTooLong(status: 200)), .answer(500), .answer(502),
        .answer(503), .answer(503, retryAfter: "1"), .answer(503, retryAfter: ""), .answer(504), .answer(408),
        .answer(499),
        .lost(.unreadable(status: 200)), .answered(Answer(status: 200, body: [], unreadCoding: "br")),
    ]

    @Test("It is sent again until it is answered", arguments: doubts + PlacementRetryTests.notActed)
    func again(delivery: Delivery) async throws {
        let scripted = try ScriptedClient([delivery, delivery, .answer(200)])
        #expect(await scripted.hangup() == .accepted(ActionReceipt(status: 200, alreadyEnded: false)))
        #expect(scripted.transport.attempts == 3)
    }

    @Test("A repeat that finds the call ended is a success")
    func ended() async throws {
        let scripted = try ScriptedClient([.lost(.timedOut), .answer(404)])
        #expect(await scripted.hangup() == .accepted(ActionReceipt(status: 404, alreadyEnded: true)))
    }

    @Test("It stops when the attempts are used up, and stays in doubt", arguments: doubts)
    func givenUp(delivery: Delivery) async throws {
        let scripted = try ScriptedClient([delivery])
        #expect(await scripted.hangup().name == "unknown")
        #expect(scripted.transport.attempts == 4)
    }

    @Test("An attempt that may have left makes the outcome doubtful, though the later ones did not leave")
    func doubtStays() async throws {
        for later in PlacementRetryTests.notActed {
            let scripted = try ScriptedClient([.lost(.timedOut), later])
            #expect(await scripted.hangup() == .unknown(Doubt(.timedOut(.seconds(10)))))
            #expect(scripted.transport.attempts == 4)
        }
    }

    @Test("Giving up ends it at once", arguments: [Delivery.lost(.cancelled), .neverLeft(.cancelled)])
    func cancelled(delivery: Delivery) async throws {
        let scripted = try ScriptedClient([delivery])
        let outcome = await scripted.hangup()
        #expect(outcome.name == (delivery == .lost(.cancelled) ? "unknown" : "notSent"))
        #expect(scripted.transport.attempts == 1)
    }

    @Test("Giving up while it waits for the next attempt says what the attempts before came to")
    func cancelledWhileWaiting() async throws {
        for (delivery, name) in [(Delivery.lost(.timedOut), "unknown"), (.neverLeft(.broken("refused")), "notSent")] {
            let scripted = try ScriptedClient([delivery])
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await scripted.hangup()
            }
            #expect(await task.value.name == name)
            #expect(scripted.transport.attempts == 1)
        }
    }

    @Test("A refusal is not asked again")
    func refused() async throws {
        let scripted = try ScriptedClient([.answer(403, #"{"error":"no"}"#)])
        #expect(await scripted.hangup() == .refused(Refusal(status: 403, code: "no", message: "no")))
        #expect(scripted.transport.attempts == 1)
    }
}
