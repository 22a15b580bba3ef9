import Foundation
import TestSupport
import Testing

@testable import Webhooks

@Suite("Slow and silent senders")
struct SlowSenderTests {
    @Test("A connection that says nothing is closed")
    func silent() async throws {
        try await listening(bodyTimeout: .milliseconds(200)) { listener in
            try await RawConnection.with(port: listener.port) { connection in
                try await eventually("closed") { connection.isClosed }
                #expect(connection.text.isEmpty)
            }
        }
    }

    @Test("A connection that sends half a head and stops is closed")
    func halfAHead() async throws {
        try await listening(bodyTimeout: .milliseconds(200)) { listener in
            try await RawConnection.with(port: listener.port) { connection in
                try await connection.send("POST \(listener.path) HTTP/1.1\r\nHost: x\r\nContent-Le")
                try await eventually("closed") { connection.isClosed }
            }
        }
    }

    @Test("A head that dribbles in is cut off, however steadily it comes")
    func dribblingHead() async throws {
        try await listening(bodyTimeout: .milliseconds(200)) { listener in
            try await RawConnection.with(port: listener.port) { connection in
                try await connection.send("POST \(listener.path) HTTP/1.1\r\n")
                try await eventually("closed") {
                    try? await connection.send("x")
                    return connection.isClosed
                }
            }
        }
    }

    @Test("A body that dribbles in is cut off with 408, however steadily it comes, and is not delivered")
    func dribblingBody() async throws {
        try await listening(bodyTimeout: .seconds(1)) { listener in
            try await RawConnection.with(port: listener.port) { connection in
                try await connection.send("POST \(listener.path) HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n")
                try await eventually("closed") {
                    try? await connection.send(" ")
                    return connection.isClosed
                }
                // What is sent into a closed connection is answered by a reset, which can overtake the 408 on its way.
                #expect(connection.statuses == [408] || connection.statuses.isEmpty)
            }
            #expect(listener.deliveries.count == 0)
        }
    }

    @Test("A chunked body that stops is cut off with 408")
    func stoppedChunks() async throws {
        try await listening(bodyTimeout: .seconds(1)) { listener in
            // Where other tests keep all processors busy, the answer can be later than the listener waits for it: then the
            // connection is closed without one, and the next one shows what it is.
            var statuses: [Int] = []
            for _ in 0..<20 where statuses.isEmpty {
                statuses = try await RawConnection.with(port: listener.port) { connection in
                    try await connection.send(
                        "POST \(listener.path) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"
                    )
                    try await eventually("closed") { connection.isClosed }
                    return connection.statuses
                }
            }
            #expect(statuses == [408])
            #expect(listener.deliveries.count == 0)
        }
    }

    @Test("Who sends on and on and never reads the answers is cut off")
    func neverReads() async throws {
        try await listening(bodyTimeout: .milliseconds(200)) { listener in
            try await RawConnection.with(port: listener.port, reads: false) { connection in
                let body = #"{"call_id":"x"}"#
                let request =
                    "POST \(listener.path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                let many = Array(String(repeating: request, count: 200).utf8)
                try await eventually("cut off") {
                    connection.push(many)
                    return connection.isClosed
                }
            }
        }
    }

    @Test("A sink that takes its time does not count as a slow sender")
    func slowSink() async throws {
        try await listening(
            // So long that a busy machine does not make a slow sender of a quick one.
            bodyTimeout: .seconds(5),
            sink: { _ in try await Task.sleep(for: .seconds(6)) }
        ) { listener in
            let answer = try await listener.post(ReceivingTests.live)
            #expect(answer.status == 200)
        }
    }

    @Test("No more connections than the limit are served at once, and the others get their turn")
    func connectionLimit() async throws {
        try await listening(maxConnections: 4, bodyTimeout: .seconds(60)) { listener in
            let body = #"{"call_id":"x"}"#
            let request =
                "POST \(listener.path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            // All at once, so that the listener finds a queue.
            var waiting = try await withThrowingTaskGroup(of: RawConnection.self) { group in
                for _ in 0..<30 {
                    group.addTask {
                        let connection = try await RawConnection.open(port: listener.port)
                        try await connection.send(request)
                        return connection
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            try await eventually("four are answered") { waiting.count { $0.statuses.count == 1 } == 4 }
            // Those four are served again and again while the others wait.
            for round in 2...5 {
                for connection in waiting where !connection.statuses.isEmpty { try await connection.send(request) }
                try await eventually("another round") { waiting.count { $0.statuses.count == round } == 4 }
                #expect(waiting.count { !$0.statuses.isEmpty } == 4)
            }
            // One goes, so one more is served, however many wait.
            for left in stride(from: 30, to: 4, by: -1) {
                let served = try #require(waiting.firstIndex { !$0.statuses.isEmpty })
                await waiting.remove(at: served).close()
                #expect(waiting.count == left - 1)
                try await eventually("the next one's turn") { waiting.count { !$0.statuses.isEmpty } >= 4 }
                let answers = waiting.map(\.statuses.count)
                for connection in waiting where !connection.statuses.isEmpty { try await connection.send(request) }
                try await eventually("another round") {
                    zip(waiting, answers).allSatisfy { $1 == 0 || $0.statuses.count == $1 + 1 }
                }
                #expect(waiting.count { !$0.statuses.isEmpty } == 4)
            }
            for connection in waiting { await connection.close() }
        }
    }
}
