import TestSupport
import Testing

@testable import Piopiy

@Suite("What is tried again, and how often")
struct RetryTests {
    private static let rateLimited = FaultServer.Action.answer("429 Too Many Requests", headers: ["Retry-After: 2"])

    @Test("After a 429 the number is dialled once more, no sooner than asked")
    func rateLimitedOnce() async throws {
        try await dialing(Self.rateLimited, .accept) { dialing in
            let outcome = await dialing.call()
            #expect(outcome.value?.requestID == RequestID("req-1"))
            #expect(dialing.dials() == 2)
            #expect(dialing.clock.sleeps == [.milliseconds(2125)])
        }
    }

    @Test("A 429 that stays is reported as not sent, after exactly the attempts of the policy")
    func rateLimitedAlways() async throws {
        try await dialing(Self.rateLimited) { dialing in
            let reason = try #require(await dialing.call().notSent)
            #expect(reason == NotSent(reason: .rateLimited, attempts: 4, retryAfter: .seconds(2)))
            #expect(dialing.dials() == 4)
            #expect(dialing.clock.sleeps.count == 3)
        }
    }

    @Test(
        "Whatever wait a 503, a 408 or a 499 asks for, the number is not dialled again",
        arguments: Dresses.unavailable + Dresses.gaveUp + Dresses.oddWaits
    )
    func neverAgain(fault: OneDialTests.Fault) async throws {
        try await dialing(fault.action, .accept) { dialing in
            let doubt = try #require(await dialing.call().doubt)
            #expect(doubt.code == "server_error" && doubt.retryAfter == nil)
            #expect("\(doubt)".contains("does not say whether the platform acted"))
            #expect(dialing.dials() == 1)
            #expect(dialing.clock.sleeps.isEmpty)
        }
    }

    @Test("A 503 after a retry is a doubt, and ends it")
    func unavailableAfterRetry() async throws {
        for fault in Dresses.unavailable {
            try await dialing(Self.rateLimited, fault.action, .accept) { dialing in
                #expect(await dialing.call().name == "unknown")
                #expect(dialing.dials() == 2)
            }
        }
    }

    @Test("Nobody is dialled by a program that wakes up hours after the time that was set for trying again")
    func wokenLate() async throws {
        let clock = FakeClock()
        let start = Timestamp(milliseconds: 1_800_000_000_000)
        for (hours, dials) in [(0, 2), (3, 1)] {
            let before = clock.sleeps.count
            let now: @Sendable () -> Timestamp = {
                clock.sleeps.count == before ? start : start + .seconds(2 + hours * 3600)
            }
            try await dialing(Self.rateLimited, .accept, clock: clock, now: now) { dialing in
                let outcome = await dialing.call()
                #expect(dialing.dials() == dials)
                #expect(outcome.name == (hours == 0 ? "accepted" : "notSent"))
            }
        }
    }

    @Test("A wait that the budget does not hold is not begun")
    func budget() async throws {
        try await dialing(.answer("429 Too Many Requests", headers: ["Retry-After: 16"])) { dialing in
            let reason = try #require(await dialing.call().notSent)
            #expect(reason.attempts == 1)
            #expect(reason.retryAfter == .seconds(16))
            #expect("\(reason)".contains("16 s"))
            #expect(dialing.dials() == 1)
            #expect(dialing.clock.sleeps.isEmpty)
        }
    }

    @Test(
        "A wait of a hundred years is not begun, and told",
        arguments: ["3153600000", "99999999999999999999999", "315360000.5", "Fri, 31 Dec 9999 23:59:59 GMT"]
    )
    func absurdWaits(text: String) async throws {
        try await dialing(.answer("429 Too Many Requests", headers: ["Retry-After: \(text)"]), .accept) { dialing in
            let reason = try #require(await dialing.call().notSent)
            #expect(dialing.dials() == 1 && reason.attempts == 1)
            #expect(reason.retryAfter == .seconds(RetryAfter.longest))
            #expect(dialing.clock.sleeps.isEmpty)
        }
    }

    @Test(
        "A Retry-After that says nothing is a wait all the same, and a longer one each time",
        arguments: RetryAfterTests.unreadable
    )
    func unreadableWaits(text: String) async throws {
        try await dialing(.answer("429 Too Many Requests", headers: ["Retry-After: \(text)"])) { dialing in
            let reason = try #require(await dialing.call().notSent)
            #expect(reason.attempts == 4 && reason.retryAfter == nil)
            #expect(dialing.clock.sleeps == [.milliseconds(1125), .milliseconds(2250), .milliseconds(4500)])
        }
    }

    @Test("Two Retry-After headers are a list, which says nothing: the shorter one does not count")
    func twoWaits() async throws {
        let answer = FaultServer.Action.answer(
            "429 Too Many Requests",
            headers: ["Retry-After: 0", "Retry-After: 600"]
        )
        try await dialing(answer, .accept) { dialing in
            #expect(await dialing.call().name == "accepted")
            #expect(dialing.clock.sleeps == [.milliseconds(1125)])
        }
    }

    @Test("Decimals are rounded up: nobody comes back before the time")
    func decimals() async throws {
        try await dialing(.answer("429 Too Many Requests", headers: ["Retry-After: 2.01"]), .accept) { dialing in
            #expect(await dialing.call().name == "accepted")
            #expect(dialing.clock.sleeps == [.milliseconds(3125)])
        }
    }

    @Test("Nothing packed is asked for")
    func identity() async throws {
        try await dialing(.accept) { dialing in
            _ = await dialing.call()
            let head = try #require(dialing.server.requests.first?.head.lowercased())
            #expect(head.contains("accept-encoding: identity"))
        }
    }

    @Test("A Retry-After that is a date is waited for by our clock")
    func date() async throws {
        // Three seconds after the client's clock.
        let header = "Retry-After: Fri, 15 Jan 2027 08:00:03 GMT"
        try await dialing(.answer("429 Too Many Requests", headers: [header]), .accept) { dialing in
            #expect(await dialing.call().name == "accepted")
            #expect(dialing.clock.sleeps == [.milliseconds(3125)])
        }
    }

    @Test("A doubt after a retry is a doubt, and ends it")
    func doubtAfterRetry() async throws {
        for fault in [FaultServer.Action.close, .reset, .answer("502 Bad Gateway")] {
            try await dialing(Self.rateLimited, fault) { dialing in
                #expect(await dialing.call().name == "unknown")
                #expect(dialing.dials() == 2)
            }
        }
    }

    @Test("A refusal after a retry is a refusal")
    func refusalAfterRetry() async throws {
        try await dialing(Self.rateLimited, .answer("403 Forbidden", #"{"error":"app_not_active"}"#)) { dialing in
            #expect(await dialing.call().refusal?.code == "app_not_active")
            #expect(dialing.dials() == 2)
        }
    }

    @Test("With the policy never, nothing is tried twice")
    func never() async throws {
        try await dialing(Self.rateLimited, .accept, retries: .never) { dialing in
            #expect(await dialing.call().notSent?.attempts == 1)
            #expect(dialing.dials() == 1)
        }
    }

    @Test(
        "A refusal is not tried again",
        arguments: [
            ("200 OK", #"{"error":"no_credit","message":"No credit"}"#), ("200 OK", #"{"success":false}"#),
            ("200 OK", #"{"code":"cmi-400","message":"no"}"#), ("201 Created", #"{"code":500}"#),
            ("400 Bad Request", "{}"), ("401 Unauthorized", ""), ("403 Forbidden", #"{"error":"app_not_active"}"#),
            ("404 Not Found", "<html>nothing here</html>"), ("409 Conflict", "[]"),
            ("418 I'm a teapot", "short and stout"),
            ("421 Misdirected Request", ""), ("422 Unprocessable", "\u{0}"), ("425 Too Early", "{}"),
            ("431 Request Header Fields Too Large", ""), ("451 Unavailable For Legal Reasons", "<html>"),
        ]
    )
    func refusals(status: String, body: String) async throws {
        try await dialing(.answer(status, body)) { dialing in
            for (index, outcome) in await dialing.calls(5) {
                let refusal = try #require(outcome.refusal, "\(outcome)")
                #expect(refusal.status == Int(status.prefix(3)))
                #expect(!refusal.message.isEmpty)
                #expect(dialing.dials(index) == 1)
            }
            #expect(dialing.clock.sleeps.isEmpty)
        }
    }

    @Test("Where an answer sends us elsewhere, nothing is sent there")
    func redirect() async throws {
        try await dialing { elsewhere in
            for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
                let location = "Location: http://127.0.0.1:\(elsewhere.server.port)/v3/voice/ai/call"
                try await dialing(.answer(status, headers: [location])) { dialing in
                    let doubt = try #require(await dialing.call().doubt)
                    #expect(doubt.code == "redirected" && "\(doubt)".contains(":\(elsewhere.server.port)"), "\(doubt)")
                    #expect(dialing.dials() == 1)
                }
                // One that names no target leads nowhere.
                try await dialing(.answer(status)) { dialing in
                    #expect(await dialing.call().doubt?.code == "server_error")
                    #expect(dialing.dials() == 1)
                }
            }
            #expect(elsewhere.server.connections == 0)
        }
    }
}
