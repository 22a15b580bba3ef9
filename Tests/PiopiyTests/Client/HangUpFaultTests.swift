import TestSupport
import Testing

@testable import Piopiy

@Suite("A hang-up is tried again where a placement is not")
struct HangUpFaultTests {
    private static let gone = FaultServer.Action.answer("404 Not Found", #"{"error":"call_not_found"}"#)
    private static let done = FaultServer.Action.answer("200 OK", #"{"message":"ok"}"#)

    @Test("After a lost answer it goes out again; that the call has ended by then is success")
    func lostThenGone() async throws {
        for fault in [
            FaultServer.Action.close, .reset, .answer("500 Error"), .answer("502 Bad Gateway"), .answer("504 Timeout"),
        ] {
            try await dialing(fault, Self.gone) { dialing in
                let receipt = try #require(await dialing.hangUp().value)
                #expect(receipt.alreadyEnded)
                #expect(dialing.server.count(Dialing.callID) == 2)
            }
        }
    }

    @Test(
        "After a 503, a 408 or a 499 it goes out again, no sooner than asked",
        arguments: zip(Dresses.unavailable + Dresses.gaveUp, [5125, 1125, 125, 2125, 3125, 1125, 125, 1125])
    )
    func unavailable(fault: OneDialTests.Fault, milliseconds: Int) async throws {
        try await dialing(fault.action, Self.done) { dialing in
            #expect(await dialing.hangUp() == .accepted(ActionReceipt(status: 200, alreadyEnded: false)))
            #expect(dialing.server.count(Dialing.callID) == 2)
            #expect(dialing.clock.sleeps == [.milliseconds(milliseconds)])
        }
    }

    @Test("A wait that a 503 asks for and the budget does not hold is not begun, and told")
    func tooLongAWait() async throws {
        let answer = FaultServer.Action.answer("503 Service Unavailable", headers: ["Retry-After: 120.5"])
        try await dialing(answer, Self.done) { dialing in
            let doubt = try #require(await dialing.hangUp().doubt)
            #expect(doubt == Doubt(.serverError(status: 503), retryAfter: .seconds(121)))
            #expect("\(doubt)".contains("The platform asks to wait 121 s."))
            #expect(dialing.server.count(Dialing.callID) == 1)
        }
    }

    @Test("After two lost answers the third counts")
    func twice() async throws {
        try await dialing(.reset, .close, Self.done) { dialing in
            let receipt = try #require(await dialing.hangUp().value)
            #expect(!receipt.alreadyEnded)
            #expect(dialing.server.count(Dialing.callID) == 3)
            #expect(dialing.clock.sleeps == [.milliseconds(125), .milliseconds(250)])
        }
    }

    @Test(
        "When no answer ever comes it is unknown, after exactly the attempts of the policy",
        arguments: OneDialTests.doubtful
    )
    func never(fault: OneDialTests.Fault) async throws {
        // With room for every wait that the answers ask for.
        try await dialing(fault.action, retries: RetryPolicy(budget: .seconds(60))) { dialing in
            let outcome = await dialing.hangUp()
            // An empty answer, or one that is no object, says enough for a hang-up: only its status counts.
            if outcome.name == "accepted" {
                #expect(dialing.server.count(Dialing.callID) == 1)
                #expect((200..<300).contains(outcome.value?.status ?? 0))
            } else {
                #expect(outcome.name == "unknown", "\(outcome)")
                #expect(dialing.server.count(Dialing.callID) == 4)
            }
        }
    }

    @Test("When no answer comes in time it goes out again")
    func timeout() async throws {
        try await dialing(.hang, Self.done, timeouts: Timeouts(answer: .seconds(3))) { dialing in
            #expect(await dialing.hangUp().name == "accepted")
            // Two, unless this machine was so busy that the second answer was late as well.
            #expect(dialing.server.count(Dialing.callID) >= 2)
        }
    }

    @Test("A call that has ended is a success at once")
    func alreadyEnded() async throws {
        for answer in [
            Self.gone, .answer("404 Not Found", ""), .answer("404 Not Found", "\u{FEFF}{}"),
            .sendBytes(Dresses.answer("404 Not Found", coding: "gzip", Packed.gzip(Array("{}".utf8)))),
            .sendBytes(Dresses.answer("404 Not Found", coding: "gzip", [])),
        ] {
            try await dialing(answer) { dialing in
                #expect(await dialing.hangUp() == .accepted(ActionReceipt(status: 404, alreadyEnded: true)))
                #expect(dialing.server.count(Dialing.callID) == 1)
            }
        }
    }

    @Test("A 404 that nobody can unpack may be a web page: it is not a call that has ended")
    func packedPage() async throws {
        for coding in ["br", "gzip"] {
            let answer = FaultServer.Action.sendBytes(
                Dresses.answer("404 Not Found", coding: coding, Array("<h>".utf8))
            )
            try await dialing(answer) { dialing in
                let refusal = try #require(await dialing.hangUp().refusal)
                #expect(refusal.status == 404 && refusal.message.contains("compressed (\(coding))"))
            }
        }
    }

    @Test("A web page with 404 is a wrong address, not a call that has ended")
    func webPage() async throws {
        try await dialing(.answer("404 Not Found", "<html>nothing here</html>")) { dialing in
            #expect(await dialing.hangUp().refusal?.status == 404)
            #expect(dialing.server.count(Dialing.callID) == 1)
        }
    }

    @Test("A doubt is not forgotten when the last attempts could not even be sent")
    func doubtThenRateLimit() async throws {
        let limited = FaultServer.Action.answer("429 Too Many Requests", headers: ["Retry-After: 1"])
        try await dialing(.close, limited) { dialing in
            #expect(await dialing.hangUp().doubt?.code == "connection_lost")
            #expect(dialing.server.count(Dialing.callID) == 4)
        }
    }

    @Test("A refusal is not tried again")
    func refused() async throws {
        try await dialing(.answer("403 Forbidden", #"{"error":"app_not_active"}"#)) { dialing in
            #expect(await dialing.hangUp().refusal?.code == "app_not_active")
            #expect(dialing.server.count(Dialing.callID) == 1)
        }
    }
}
