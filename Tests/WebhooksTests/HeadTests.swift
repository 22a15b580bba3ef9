import Foundation
import Piopiy
import TestSupport
import Testing

@testable import Webhooks

@Suite("Heads: Host, Expect and strangers")
struct HeadTests {
    private static let body = #"{"call_id":"x"}"#

    private func head(_ listener: Listening, _ lines: String..., path: String? = nil, version: String = "1.1") -> String
    {
        (["POST \(path ?? listener.path) HTTP/\(version)"] + lines).joined(separator: "\r\n") + "\r\n\r\n"
    }

    private var length: String { "Content-Length: \(Self.body.utf8.count)" }

    @Test(
        "Who expects 100 Continue gets it before the body, and the answer after it",
        arguments: ["100-continue", "100-Continue"]
    )
    func continues(expectation: String) async throws {
        try await listening { listener in
            try await RawConnection.with(port: listener.port) { connection in
                try await connection.send(head(listener, "Host: x", length, "Expect: \(expectation)"))
                try await eventually("100") { connection.statuses == [100] }
                #expect(listener.deliveries.count == 0)
                try await connection.send(Self.body)
                try await eventually("200") { connection.statuses == [100, 200] }
                #expect(listener.deliveries.count == 1)
                // The connection goes on.
                try await connection.send(head(listener, "Host: x", length, "Expect: 100-continue") + Self.body)
                try await eventually("the second") { connection.statuses == [100, 200, 100, 200] }
            }
        }
    }

    @Test("A body that will not be read is refused at once, without 100 Continue")
    func refusesAtOnce() async throws {
        try await listening { listener in
            let expect = "Expect: 100-continue"
            let cases = [
                (head(listener, "Host: x", length, expect, path: "/hooks/0123456789abcdef"), 404),
                (head(listener, "Host: x", "Content-Length: 100000", expect), 413),
                (head(listener, "Host: x", length, expect).replacing("POST", with: "PUT"), 405),
                (head(listener, "Host: x", length, "Expect: a-miracle"), 417),
                (head(listener, "Host: x", length, "Expect: a-miracle", path: "/hooks/0123456789abcdef"), 404),
            ]
            for (text, status) in cases {
                try await RawConnection.with(port: listener.port) { connection in
                    try await connection.send(text)
                    try await eventually("\(status)") { connection.isClosed }
                    #expect(connection.statuses == [status], "\(text)")
                }
            }
            #expect(listener.deliveries.count == 0)
        }
    }

    @Test("HTTP/1.0 has no expectations")
    func oldVersion() async throws {
        try await listening { listener in
            try await RawConnection.with(port: listener.port) { connection in
                try await connection.send(head(listener, length, "Expect: 100-continue", version: "1.0") + Self.body)
                try await eventually("an answer") { connection.isClosed }
                #expect(connection.text.hasPrefix("HTTP/1.") && connection.text.contains(" 200 "))
                #expect(!connection.text.contains(" 100 "))
            }
            #expect(listener.deliveries.count == 1)
        }
    }

    @Test("A request that waits behind another gets its 100 after the other's answer")
    func inTurn() async throws {
        try await listening { listener in
            try await RawConnection.with(port: listener.port) { connection in
                let first = head(listener, "Host: x", length) + Self.body
                try await connection.send(first + head(listener, "Host: x", length, "Expect: 100-continue"))
                try await eventually("both") { connection.statuses == [200, 100] }
                try await connection.send(Self.body)
                try await eventually("the second answer") { connection.statuses == [200, 100, 200] }
            }
        }
    }

    @Test("No Host and two Hosts are 400, for everybody alike, and nothing after them is read")
    func hosts() async throws {
        try await listening { listener in
            var answers: Set<String> = []
            for path in [listener.path, "/nothing"] {
                for hosts in [[], ["Host: a", "Host: b"], ["Host: a", "Host: a"]] {
                    let lines = (["POST \(path) HTTP/1.1"] + hosts + [length]).joined(separator: "\r\n") + "\r\n\r\n"
                    let whole = head(listener, "Host: x", length) + Self.body
                    let answer = try await RawConnection.with(port: listener.port) { connection in
                        try await connection.send(lines + Self.body + whole)
                        try await eventually("closed") { connection.isClosed }
                        #expect(connection.statuses == [400])
                        return connection.text
                    }
                    answers.insert(answer)
                }
            }
            #expect(answers.count == 1)
            #expect(listener.deliveries.count == 0)
        }
    }

    @Test("A head without Host behind a good request is refused after the good one's answer")
    func hostInTurn() async throws {
        try await listening { listener in
            try await RawConnection.with(port: listener.port) { connection in
                try await connection.send(
                    head(listener, "Host: x", length) + Self.body + head(listener, length) + Self.body
                )
                try await eventually("both") { connection.isClosed }
                #expect(connection.statuses == [200, 400])
            }
            #expect(listener.deliveries.count == 1)
        }
    }

    @Test("Heads that never end, many times the places, keep no webhook from being heard")
    func flood() async throws {
        // Nobody is cut off by patience within the test: room is made by turning strangers out.
        try await listening(maxConnections: 32, bodyTimeout: .seconds(600), headTimeout: .seconds(600)) { listener in
            let slow = try await withThrowingTaskGroup(of: RawConnection.self) { group in
                for _ in 0..<200 {
                    group.addTask {
                        let connection = try await RawConnection.open(port: listener.port)
                        try? await connection.send("POST /hooks/ HTTP/1.1\r\nHost: x\r\nX-Slow: ")
                        return connection
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for _ in 0..<5 {
                let answer = try await listener.post(Self.body)
                #expect(answer.status == 200)
            }
            #expect(listener.deliveries.count == 5)
            // A connection that has shown the secret stays, however many come after it.
            try await RawConnection.with(port: listener.port) { known in
                let request = head(listener, "Host: x", length) + Self.body
                try await known.send(request)
                try await eventually("its first answer") { known.statuses == [200] }
                for _ in 0..<64 {
                    let stranger = try await RawConnection.open(port: listener.port)
                    try? await stranger.send("POST ")
                }
                try await known.send(request)
                try await eventually("its second answer") { known.statuses == [200, 200] }
            }
            try await eventually("the oldest strangers are out") { slow.count { $0.isClosed } > 100 }
            for connection in slow { await connection.close() }
        }
    }

    @Test("Who has not shown the secret has less patience than who sends a body")
    func strangersPatience() async throws {
        try await listening(bodyTimeout: .seconds(600), headTimeout: .milliseconds(200)) { listener in
            try await RawConnection.with(port: listener.port) { connection in
                try await connection.send("POST \(listener.path) HTTP/1.1\r\nHost: x\r\nX-Slow: ")
                try await eventually("closed") { connection.isClosed }
            }
        }
    }
}
