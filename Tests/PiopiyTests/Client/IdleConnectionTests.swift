import NIOCore
import Testing

@testable import Piopiy

@Suite("Connections that the server closes while they idle")
struct IdleConnectionTests {
    @Test(
        "A server that closes idle connections after a second makes no dial unknown, however dials are spaced",
        arguments: [false, true]
    )
    func spaced(closeIsLate: Bool) async throws {
        // The pauses are what is tried here: before, at and after the moments at which either side lets go.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for pause in [0, 100, 450, 500, 550, 900, 990, 1000, 1010, 1100, 1500, 3000] {
                group.addTask {
                    try await dialing(.accept, idleClose: .seconds(1), closeIsLate: closeIsLate) { dialing in
                        for index in 0..<3 {
                            let outcome = await dialing.call(index)
                            #expect(outcome.name == "accepted", "after \(pause) ms: \(outcome)")
                            #expect(dialing.dials(index) == 1)
                            try await Task.sleep(for: .milliseconds(pause))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("Dials that follow each other share a connection")
    func shared() async throws {
        try await dialing(.accept) { dialing in
            for index in 0..<10 { #expect(await dialing.call(index).name == "accepted") }
            #expect(dialing.server.connections < 10)
        }
    }

    @Test("A server that closes each connection right behind its answer has each number dialled once")
    func closedBehindTheAnswer() async throws {
        try await dialing(.sendAndClose(OneDialTests.whole)) { dialing in
            for index in 0..<50 {
                let outcome = await dialing.call(index)
                // Its answer did not say that it closes, so the next request may leave before the close is seen.
                #expect(["accepted", "unknown", "notSent"].contains(outcome.name))
                #expect(dialing.dials(index) <= 1)
                if outcome.name == "notSent" { #expect(dialing.dials(index) == 0) }
            }
        }
    }

    @Test("A server that says that it closes has its word taken: no dial is unknown")
    func connectionClose() async throws {
        let answer = httpAnswer("200 OK", OneDialTests.accepted, headers: ["Connection: close"])
        try await dialing(.sendAndClose(answer)) { dialing in
            for index in 0..<50 {
                #expect(await dialing.call(index).name == "accepted")
                #expect(dialing.dials(index) == 1)
            }
        }
    }
}
