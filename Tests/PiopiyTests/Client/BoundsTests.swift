import Testing

@testable import Piopiy

@Suite("Answers without end")
struct BoundsTests {
    /// More than the system's buffers hold on both sides, far less than a flood.
    private static let most = 64 << 20
    private static let kilobytes = String(repeating: "x", count: 16 << 10)

    @Test("A body that goes on and on is cut off, and is unknown")
    func body() async throws {
        for head in [
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
            "HTTP/1.1 403 Forbidden\r\nContent-Length: 99999999999\r\n\r\n",
        ] {
            try await dialing(.flood(head, then: Self.kilobytes)) { dialing in
                let outcome = await dialing.call()
                #expect(outcome.doubt?.code == "unreadable_answer")
                #expect(dialing.dials() == 1)
                #expect(dialing.server.bytesTaken < Self.most)
            }
        }
    }

    @Test("Chunks that go on and on are cut off, and are unknown")
    func chunks() async throws {
        let chunk = "4000\r\n\(Self.kilobytes)\r\n"
        try await dialing(.flood("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", then: chunk)) { dialing in
            #expect(await dialing.call().doubt?.code == "unreadable_answer")
            #expect(dialing.dials() == 1)
            #expect(dialing.server.bytesTaken < Self.most)
        }
    }

    @Test("Headers that go on and on are cut off, and are unknown")
    func headers() async throws {
        for line in ["X-Header: value\r\n", "X-Header: \(Self.kilobytes)\r\n", Self.kilobytes] {
            try await dialing(.flood("HTTP/1.1 200 OK\r\n", then: line)) { dialing in
                #expect(await dialing.call().name == "unknown")
                #expect(dialing.dials() == 1)
                #expect(dialing.server.bytesTaken < Self.most)
            }
        }
    }

    @Test("Interim answers that go on and on end with the time for an answer, and are unknown")
    func interim() async throws {
        let timeouts = Timeouts(answer: .milliseconds(500))
        try await dialing(.flood("", then: "HTTP/1.1 100 Continue\r\n\r\n"), timeouts: timeouts) { dialing in
            #expect(await dialing.call().name == "unknown")
            #expect(dialing.dials() == 1)
        }
    }

    @Test("An answer of the longest kind that is read is read")
    func atTheLimit() async throws {
        let frame = #"{"request":"req-1","message":""}"#
        let filled = String(repeating: "m", count: AsyncHTTPTransport.answerLimit - frame.utf8.count)
        try await dialing(.answer("200 OK", #"{"request":"req-1","message":"\#(filled)"}"#)) { dialing in
            #expect(await dialing.call().value?.requestID == RequestID("req-1"))
        }
        try await dialing(.answer("200 OK", #"{"request":"req-1","message":"\#(filled)m"}"#)) { dialing in
            #expect(await dialing.call().doubt?.code == "unreadable_answer")
        }
    }

    @Test("Settings beyond all measure are those that come nearest")
    func settings() async throws {
        let forEver = Timeouts(connect: .seconds(Int64.max), answer: .seconds(Int64.max))
        for connections in [0, -1] {
            try await dialing(.accept, timeouts: forEver, connections: connections) { dialing in
                #expect(await dialing.call().name == "accepted")
            }
        }
        try await dialing(.accept, timeouts: Timeouts(answer: .seconds(-1)), retries: .never) { dialing in
            #expect(["notSent", "unknown"].contains(await dialing.call().name))
        }
    }

    @Test("Brackets without end in an answer are unknown")
    func brackets() async throws {
        for body in [String(repeating: "[", count: 1 << 19), String(repeating: #"{"a":"#, count: 1 << 17)] {
            try await dialing(.answer("200 OK", body)) { dialing in
                #expect(await dialing.call().name == "unknown")
                #expect(dialing.dials() == 1)
            }
        }
    }
}
