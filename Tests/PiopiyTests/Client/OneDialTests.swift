import Foundation
import NIOCore
import TestSupport
import Testing

@testable import Piopiy

@Suite("A number whose answer is lost is dialled once")
struct OneDialTests {
    /// A fault and its name in the test's output.
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let action: FaultServer.Action

        init(_ name: String, _ action: FaultServer.Action) {
            testDescription = name
            self.action = action
        }
    }

    static let accepted = #"{"message":"call_queued","request":"req-1"}"#
    static let whole = httpAnswer("200 OK", accepted)

    /// Faults after which nobody can say whether the number rings.
    static let doubtful: [Fault] =
        [
            Fault("close", .close),
            Fault("reset", .reset),
            Fault("its half closed", .halfClose),
            Fault("half a status line", .sendAndClose("HTTP/1.1 2")),
            Fault("half a head", .sendAndClose("HTTP/1.1 200 OK\r\nContent-Le")),
            Fault("a head, then close", .sendAndClose("HTTP/1.1 200 OK\r\nContent-Length: 43\r\n\r\n")),
            Fault("a head, then reset", .sendAndReset("HTTP/1.1 200 OK\r\nContent-Length: 43\r\n\r\n")),
            Fault("a body cut short", .sendAndClose(httpAnswer("200 OK", accepted, length: 100))),
            Fault("a refusal cut short", .sendAndClose(httpAnswer("403 Forbidden", #"{"error":"x"#, length: 100))),
            Fault(
                "chunks without end",
                .sendAndClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2b\r\n\(accepted)\r\n")
            ),
            Fault("a broken chunk", .sendAndClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n")),
            Fault("no HTTP", .sendAndClose("SSH-2.0-OpenSSH_9.2\r\n")),
            Fault("bytes without meaning", .sendAndClose("\u{0}\u{1}\u{2}\u{7F}")),
            Fault("500", .answer("500 Internal Server Error")),
            Fault("502", .answer("502 Bad Gateway", "<html>nginx</html>")),
            Fault("503 without Retry-After", .answer("503 Service Unavailable")),
            Fault("511 of a captive portal", .answer("511 Network Authentication Required", "<html>log in</html>")),
            Fault("999", .answer("999 Request denied", "<html>no</html>")),
            Fault("504", .answer("504 Gateway Timeout", "")),
            Fault("599", .answer("599 Whatever")),
            Fault("200 and a web page", .answer("200 OK", "<html>welcome</html>")),
            Fault("200 and nothing", .answer("200 OK", "")),
            Fault("200 and half an object", .answer("200 OK", #"{"message":"call_que"#)),
            Fault("200 and a list", .answer("200 OK", "[]")),
            Fault("200 and no UTF-8", .answer("200 OK", "\u{FFFD}\u{0}")),
            Fault("204", .send("HTTP/1.1 204 No Content\r\n\r\n")),
            Fault("301", .answer("301 Moved Permanently", headers: ["Location: /v3/voice/ai/call"])),
            Fault("302", .answer("302 Found", headers: ["Location: /elsewhere"])),
            Fault("307", .answer("307 Temporary Redirect", headers: ["Location: /v3/voice/ai/call"])),
            Fault("308", .answer("308 Permanent Redirect", headers: ["Location: /v3/voice/ai/call"])),
            Fault("304", .send("HTTP/1.1 304 Not Modified\r\n\r\n")),
            Fault("100 and then close", .sendAndClose("HTTP/1.1 100 Continue\r\n\r\n")),
            Fault(
                "101",
                .sendAndClose("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")
            ),
            Fault("200 and packed bytes", .answer("200 OK", "\u{1F}\u{0}\u{8}", headers: ["Content-Encoding: gzip"])),
            Fault("two lengths", .sendAndClose("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 43\r\n\r\n{}")),
        ] + Dresses.unavailable + Dresses.gaveUp + Dresses.oddWaits + Dresses.unreadable

    /// How often each number of the matrix is dialled; `PIOPIY_FAULT_DIALS=300` tries harder.
    static let dials = ProcessInfo.processInfo.environment["PIOPIY_FAULT_DIALS"].flatMap { Int($0) } ?? 12
    /// Each takes two file descriptors, and other tests need some too.
    private static let atOnce = 100

    @Test("The outcome is unknown and each number was dialled once", arguments: doubtful)
    func unknown(fault: Fault) async throws {
        try await dialing(fault.action) { dialing in
            let outcomes = await Self.manyCalls(dialing)
            #expect(outcomes.count == Self.dials)
            for (index, outcome) in outcomes {
                #expect(outcome.name == "unknown", "\(outcome)")
                #expect(dialing.dials(index) == 1)
            }
            #expect(dialing.server.requests.count == Self.dials)
            #expect(dialing.clock.sleeps.isEmpty)
        }
    }

    @Test(
        "A packed answer that can be unpacked, and one with a byte order mark, is an answer",
        arguments: Dresses.readable
    )
    func readable(fault: Fault) async throws {
        try await dialing(fault.action) { dialing in
            let outcomes = await Self.manyCalls(dialing)
            #expect(outcomes.count == Self.dials)
            for (index, outcome) in outcomes {
                #expect(outcome.value?.requestID == RequestID("req-1"), "\(outcome)")
                #expect(dialing.dials(index) == 1)
            }
        }
    }

    @Test(
        "A 407 that does not come through TLS is a proxy's: it was not sent, after as many attempts as the policy has"
    )
    func proxy() async throws {
        let answer = FaultServer.Action.answer(
            "407 Proxy Authentication Required",
            "<html>Squid</html>",
            headers: ["Proxy-Authenticate: Basic realm=\"proxy\""]
        )
        try await dialing(answer) { dialing in
            let outcomes = await Self.manyCalls(dialing)
            for (_, outcome) in outcomes {
                let reason = try #require(outcome.notSent, "\(outcome)")
                #expect(reason.code == "cannot_connect" && reason.attempts == 4)
                #expect("\(reason)".contains("a proxy requires a user name"))
            }
        }
    }

    private static func manyCalls(_ dialing: Dialing) async -> [Int: Outcome<Acceptance>] {
        var outcomes: [Int: Outcome<Acceptance>] = [:]
        for first in stride(from: 0, to: dials, by: atOnce) {
            outcomes.merge(await dialing.calls(first..<min(dials, first + atOnce))) { _, last in last }
        }
        return outcomes
    }

    @Test("One after the other, each number was dialled once as well", arguments: doubtful)
    func oneAfterTheOther(fault: Fault) async throws {
        try await dialing(fault.action) { dialing in
            for index in 0..<4 {
                let outcome = await dialing.call(index)
                #expect(outcome.name == "unknown", "\(outcome)")
                #expect(dialing.dials(index) == 1)
            }
        }
    }

    @Test("No answer in time is unknown, and says how long was waited")
    func noAnswer() async throws {
        try await dialing(.hang, timeouts: Timeouts(answer: .seconds(3))) { dialing in
            let outcomes = await dialing.calls(12)
            await dialing.client.shutdown()
            try await eventually("the server has read all") { dialing.server.isQuiet }
            for (index, outcome) in outcomes {
                #expect(outcome == .unknown(Doubt(.timedOut(.seconds(3)))))
                #expect(dialing.dials(index) == 1)
            }
        }
    }

    @Test("An answer that begins and does not end in time is unknown")
    func unfinished() async throws {
        let begun = httpAnswer("200 OK", Self.accepted, length: 100)
        try await dialing(.send(begun), timeouts: Timeouts(answer: .seconds(3))) { dialing in
            let outcome = await dialing.call()
            #expect(outcome.doubt?.code == "timed_out")
            #expect(dialing.dials() == 1)
        }
    }

    @Test("A connection that is closed before anything is read rings nobody, and is never called accepted")
    func closedAtOnce() async throws {
        for greeting in [FaultServer.Greeting.close, .reset] {
            try await dialing(greeting: greeting) { dialing in
                for (index, outcome) in await dialing.calls(12) {
                    // Whether bytes had left when the close came is a race; both words are true.
                    #expect(["unknown", "notSent"].contains(outcome.name), "\(outcome)")
                    #expect(dialing.dials(index) == 0)
                }
            }
        }
    }

    @Test("A connection that is closed after the head is unknown: bytes had left")
    func closedAfterHead() async throws {
        try await dialing(greeting: .closeAfterHead) { dialing in
            for (_, outcome) in await dialing.calls(12) {
                #expect(outcome.name == "unknown", "\(outcome)")
            }
            #expect(dialing.server.requests.isEmpty)
        }
    }

    @Test("A server that closes its half at once and reads on: a number that was dialled is never reported as not sent")
    func halfClosedAtOnce() async throws {
        try await dialing(.close, greeting: .halfClose) { dialing in
            for (index, outcome) in await dialing.calls(20) {
                let dials = dialing.dials(index)
                #expect(dials <= 1)
                #expect(outcome.name == "unknown" || (outcome.name == "notSent" && dials == 0), "\(outcome)")
            }
        }
    }

    @Test("Nobody listens: not sent, after as many attempts as the policy has")
    func refusedConnection() async throws {
        // A port that was free a moment ago may be another test's by now; nobody ever listens on this one.
        let port = 1
        let clock = FakeClock()
        let client = try RestClient(
            token: Token(validating: Dialing.token),
            RestClient.Configuration(baseURL: "http://127.0.0.1:\(port)/v3", clock: clock, random: { 0.5 })
        )
        let outcome = await client.ai.call(
            callerID: "919999999999",
            toNumber: Dialing.number(0),
            agentID: Dialing.agent
        )
        let reason = try #require(outcome.notSent)
        #expect(reason.code == "cannot_connect")
        #expect(reason.attempts == 4)
        #expect("\(reason)".contains("refuses connections"))
        #expect(clock.sleeps == [.milliseconds(125), .milliseconds(250), .milliseconds(500)])
        await client.shutdown()
    }

    @Test(
        "A connection that is not made in the time for connections is given up, long before an answer would be",
        .timeLimit(.minutes(1))
    )
    func noConnection() async throws {
        let hole = try #require(BlackHole())
        let client = try RestClient(
            token: Token(validating: Dialing.token),
            RestClient.Configuration(
                baseURL: "http://127.0.0.1:\(hole.port)/v3",
                timeouts: Timeouts(connect: .milliseconds(200), answer: .seconds(60)),
                // Twelve, so that the system's or a library's own patience would not fit into the test's time.
                retries: RetryPolicy(maxAttempts: 12, budget: .seconds(600)),
                clock: FakeClock(),
                random: { 0.5 }
            )
        )
        let outcome = await client.ai.call(
            callerID: "919999999999",
            toNumber: Dialing.number(0),
            agentID: Dialing.agent
        )
        #expect(outcome.notSent?.code == "cannot_connect")
        #expect(outcome.notSent?.attempts == 12)
        await client.shutdown()
    }

    @Test("An answer whose end is the connection's end is an answer")
    func closeDelimited() async throws {
        try await dialing(.sendAndClose("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\(Self.accepted)")) { dialing in
            let outcome = await dialing.call()
            #expect(outcome.value?.requestID == RequestID("req-1"))
            #expect(dialing.dials() == 1)
        }
    }

    @Test("A whole answer and a reset behind it: accepted, unknown, or not sent at all; and dialled once")
    func resetBehindTheAnswer() async throws {
        try await dialing(.sendAndReset(Self.whole)) { dialing in
            for (index, outcome) in await dialing.calls(20) {
                switch outcome.name {
                case "accepted": #expect(dialing.dials(index) == 1)
                // A reset may overtake bytes that were not read yet, and on a busy machine the patience can end before
                // the server has read the request.
                case "unknown": #expect(dialing.dials(index) <= 1)
                // Each of its tries may have been given a connection that was being reset after another's answer.
                case "notSent": #expect(dialing.dials(index) == 0)
                default: Issue.record("\(outcome)")
                }
            }
        }
    }

    @Test("Interim answers before the answer are no answers")
    func interim() async throws {
        let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
        try await dialing(.send(interim + Self.whole)) { dialing in
            let outcome = await dialing.call()
            #expect(outcome.value?.requestID == RequestID("req-1"))
            #expect(dialing.dials() == 1)
        }
    }
}
