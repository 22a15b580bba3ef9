import NIOCore
import TestSupport
import Testing

@testable import Piopiy

@Suite("Three hundred dials, and nobody is rung twice")
struct ManyDialsTests {
    private static let count = 300
    /// Each takes two file descriptors, and other tests need some too.
    private static let atOnce = 100

    private static let faults: [OneDialTests.Fault] = [
        OneDialTests.Fault("closes", .close),
        OneDialTests.Fault("resets", .reset),
        OneDialTests.Fault(
            "truncates",
            .sendAndClose(httpAnswer("200 OK", OneDialTests.accepted, length: OneDialTests.accepted.utf8.count * 2))
        ),
        OneDialTests.Fault("answers 500", .answer("500 Internal Server Error")),
        OneDialTests.Fault("answers 502", .answer("502 Bad Gateway", "<html>nginx</html>")),
        OneDialTests.Fault("answers 504", .answer("504 Gateway Timeout", "")),
        Dresses.unavailable[0],
        Dresses.gaveUp[0],
    ]

    @Test("A server registers the dial and then fails: each number once, each outcome unknown", arguments: faults)
    func once(fault: OneDialTests.Fault) async throws {
        // Patient, so that a busy machine is no fault of its own.
        try await dialing(fault.action, timeouts: Timeouts(connect: .seconds(60), answer: .seconds(60))) { dialing in
            try await check(dialing)
        }
    }

    @Test("A server registers the dial and answers when nobody waits any more: each number once, each outcome unknown")
    func late() async throws {
        try await dialing(
            .sendAfter(.seconds(60), OneDialTests.whole),
            timeouts: Timeouts(connect: .seconds(60), answer: .seconds(4)),
            connections: Self.atOnce
        ) { dialing in
            try await check(dialing)
        }
    }

    private func check(_ dialing: Dialing) async throws {
        var outcomes: [Int: Outcome<Acceptance>] = [:]
        for first in stride(from: 0, to: Self.count, by: Self.atOnce) {
            outcomes.merge(await dialing.calls(first..<(first + Self.atOnce))) { _, last in last }
        }
        // What had left is read by the server even when nobody waits for the answer.
        await dialing.client.shutdown()
        try await eventually("the server has read all") { dialing.server.isQuiet }
        #expect(outcomes.count == Self.count)
        #expect(outcomes.values.filter { $0.name != "unknown" }.isEmpty)
        #expect((0..<Self.count).filter { dialing.dials($0) != 1 }.isEmpty)
        #expect(dialing.server.requests.count == Self.count)
        #expect(dialing.clock.sleeps.isEmpty)
    }
}
