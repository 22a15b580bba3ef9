import Foundation
import TestSupport
import Testing

@testable import Webhooks

@Suite("Refusing what is no webhook")
struct RefusalTests {
    /// Every way to miss the one path, on a listener's own port.
    static func wrong(_ listener: Listening) -> [String] {
        let base = "http://127.0.0.1:\(listener.port)"
        let secret = testSecret.text
        return [
            base, base + "/", base + "/favicon.ico", base + "/hooks", base + "/hooks/",
            base + "/hooks/0123456789abcdef", base + "/hooks/\(secret)/", base + "/hooks/\(secret)x",
            base + "/hooks/\(secret.dropLast())", base + "/hooks/\(secret.uppercased())", base + "/hooks//\(secret)",
            base + "/HOOKS/\(secret)", base + "/\(secret)", base + "/hooks/%61\(secret.dropFirst())",
            base + "/hooks/" + String(repeating: "a", count: 4000), base + "/hooks/?\(secret)",
            base + "/hooks/..%2f\(secret)",
        ]
    }

    @Test("A wrong secret is answered like a path that does not exist, whatever the method and the body")
    func notFound() async throws {
        try await listening { listener in
            let expected = try await listener.post("{}", to: "http://127.0.0.1:\(listener.port)/nothing/here")
            #expect(expected.status == 404)
            for url in Self.wrong(listener) {
                for body in ["", "{}", String(repeating: "x", count: 30_000)] {
                    let answer = try await listener.post(body, to: url)
                    #expect(answer == expected, "\(url)")
                }
                let got = try await listener.send("GET", to: url)
                #expect(got == expected, "\(url)")
                let deleted = try await listener.send("DELETE", to: url)
                #expect(deleted == expected, "\(url)")
            }
            #expect(listener.deliveries.count == 0)
        }
    }

    @Test("A wrong secret is answered with the same bytes as a path that does not exist")
    func sameBytes() async throws {
        try await listening { listener in
            var answers: Set<String> = []
            for path in ["/nothing", "/hooks/0123456789abcdef0123456789abc", listener.path + "x", "/hooks/"] {
                for length in ["0", "10", "99999999"] {
                    let answer = try await RawConnection.with(port: listener.port) { connection in
                        try await connection.send(
                            "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n\r\n"
                        )
                        try await eventually("an answer and the end") { connection.isClosed }
                        let lines = connection.text.components(separatedBy: "\r\n")
                        return lines.filter { !$0.lowercased().hasPrefix("date:") }.joined(separator: "\n")
                    }
                    answers.insert(answer)
                }
            }
            #expect(answers.count == 1)
            #expect(answers.first?.hasPrefix("HTTP/1.1 404 ") == true)
        }
    }

    @Test("The right secret with another method is answered 405, and told which is right")
    func wrongMethod() async throws {
        try await listening { listener in
            for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "PURGE"] {
                let answer = try await listener.send(method)
                #expect(answer.status == 405, "\(method)")
                #expect(answer.headers["allow"] == ["POST"])
            }
            #expect(listener.deliveries.count == 0)
        }
    }

    @Test("A body of a megabyte is answered 413 and not delivered")
    func megabyte() async throws {
        try await listening { listener in
            let answer = try await listener.post(String(repeating: "x", count: 1_000_000))
            #expect(answer.status == 413)
            let after = try await listener.post(ReceivingTests.live)
            #expect(after.status == 200)
            #expect(listener.deliveries.count == 1)
        }
    }

    @Test("A body that says it is too long is refused before any of it is sent")
    func lengthSays() async throws {
        try await listening { listener in
            try await RawConnection.with(port: listener.port) { connection in
                try await connection.send("POST \(listener.path) HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n")
                try await eventually("the refusal") { connection.isClosed }
                #expect(connection.statuses == [413])
            }
            #expect(listener.deliveries.count == 0)
        }
    }

    @Test("A chunked body is cut off once it is over the limit")
    func chunked() async throws {
        try await listening(bodyLimit: 1000) { listener in
            try await RawConnection.with(port: listener.port) { connection in
                try await connection.send(
                    "POST \(listener.path) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                )
                for _ in 0..<10 { try await connection.send("64\r\n" + String(repeating: "x", count: 100) + "\r\n") }
                // A thousand bytes are within the limit; the next one is not, and the body never ends.
                try await connection.send("1\r\nx\r\n")
                try await eventually("the refusal") { connection.isClosed }
                #expect(connection.statuses == [413])
            }
            #expect(listener.deliveries.count == 0)
        }
    }

    @Test(
        "A body that goes on and on behind a refusal is not read",
        arguments: ["/hooks/0123456789abcdef0123456789abc", "\(WebhookGate.path)\(testSecret.text)"],
        ["Content-Length: 1000000000", "Transfer-Encoding: chunked"]
    )
    func endless(path: String, framing: String) async throws {
        try await listening { listener in
            try await RawConnection.with(port: listener.port) { connection in
                try await connection.send("POST \(path) HTTP/1.1\r\nHost: x\r\n\(framing)\r\n\r\n")
                let chunk =
                    Array("10000\r\n".utf8) + Array(repeating: UInt8(ascii: "x"), count: 65_536) + Array("\r\n".utf8)
                var sent = 0
                do {
                    while sent < 1_000_000_000 {
                        try await connection.send(chunk)
                        sent += chunk.count
                    }
                } catch {}
                // What the system's buffers on both sides took, and no more.
                #expect(sent < 64_000_000)
                try await eventually("the end") { connection.isClosed }
            }
            let after = try await listener.post(ReceivingTests.live)
            #expect(after.status == 200)
            #expect(listener.deliveries.count == 1)
        }
    }

    @Test("What a sender has put behind a refused request is not answered")
    func behindARefusal() async throws {
        try await listening { listener in
            try await RawConnection.with(port: listener.port) { connection in
                let wrong = "POST /hooks/0123456789abcdef HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
                try await connection.send(String(repeating: wrong, count: 50))
                try await eventually("the end") { connection.isClosed }
                #expect(connection.statuses == [404])
            }
        }
    }

    @Test("A body that ends before its length is not delivered")
    func truncated() async throws {
        try await listening { listener in
            try await RawConnection.with(port: listener.port) { connection in
                try await connection.send(
                    "POST \(listener.path) HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"call_id\":\"x\"}"
                )
                await connection.finish()
                try await eventually("the end") { connection.isClosed }
                #expect(connection.statuses == [400])
            }
            #expect(listener.deliveries.count == 0)
        }
    }

    @Test("Headers without end are cut off")
    func headerFlood() async throws {
        try await listening { listener in
            for line in ["X-Header: value\r\n", String(repeating: "a", count: 1000)] {
                try await RawConnection.with(port: listener.port) { connection in
                    try await connection.send("POST \(listener.path) HTTP/1.1\r\n")
                    var sent = 0
                    while sent < 64_000_000, !connection.isClosed {
                        do { try await connection.send(line) } catch { break }
                        sent += line.utf8.count
                    }
                    try await eventually("the end") { connection.isClosed }
                    #expect(sent < 64_000_000)
                }
            }
            let after = try await listener.post(ReceivingTests.live)
            #expect(after.status == 200)
        }
    }

    @Test("A path without end is cut off")
    func pathFlood() async throws {
        try await listening { listener in
            try await RawConnection.with(port: listener.port) { connection in
                try await connection.send("POST /hooks/")
                let part = String(repeating: "a", count: 1000)
                var sent = 0
                while sent < 64_000_000, !connection.isClosed {
                    do { try await connection.send(part) } catch { break }
                    sent += part.utf8.count
                }
                try await eventually("the end") { connection.isClosed }
                #expect(sent < 64_000_000)
            }
        }
    }
}
