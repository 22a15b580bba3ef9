import Foundation
import TestSupport
import Testing

@testable import Webhooks

@Suite("Bytes that nobody expects")
struct FuzzTests {
    @Test("Any body is answered 200", arguments: [1, 2, 3] as [UInt64])
    func bodies(seed: UInt64) async throws {
        try await listening { listener in
            var generator = SplitMix64(seed: seed)
            for round in 0..<150 {
                var body: [UInt8]
                if round.isMultiple(of: 2) {
                    body = (0..<Int.random(in: 0...3000, using: &generator)).map { _ in
                        .random(in: 0...255, using: &generator)
                    }
                } else {
                    body = Array(ReceivingTests.live.utf8)
                    for _ in 0..<Int.random(in: 1...20, using: &generator) {
                        let place = Int.random(in: body.indices, using: &generator)
                        body[place] = .random(in: 0...255, using: &generator)
                    }
                }
                let answer = try await listener.send("POST", body)
                #expect(answer.status == 200)
            }
            #expect(listener.deliveries.count == 150)
        }
    }

    @Test("Brackets without end, numbers without end and broken strings are answered 200")
    func hostileJSON() async throws {
        try await listening { listener in
            let bodies = [
                String(repeating: "[", count: 60_000), String(repeating: #"{"a":"#, count: 12_000),
                #"{"call_id":"# + String(repeating: "9", count: 60_000) + "}", #"{"call_id":"x","time":1e999}"#,
                #"{"call_id":"x","time":-1e300,"duration":-9223372036854775809}"#, #"{"call_id":"\ud800"}"#,
                #"{"call_id":"x","call_id":"y"}"#, #"{"call_id":null,"to":{}}"#,
                #"{"to":"x","extra_params":"\#(String(repeating: "\\", count: 20_000))"}"#,
                "[" + Array(repeating: #"{"to":"1"}"#, count: 5000).joined(separator: ",") + "]",
            ]
            for body in bodies {
                let answer = try await listener.post(body)
                #expect(answer.status == 200, "\(body.prefix(40))")
            }
            #expect(listener.deliveries.count == bodies.count)
        }
    }

    @Test("Any bytes on the wire are answered 2xx or 4xx, and the listener lives on", arguments: [1, 2, 3] as [UInt64])
    func wire(seed: UInt64) async throws {
        try await listening { listener in
            var generator = SplitMix64(seed: seed)
            let valid = Array(
                "POST \(listener.path) HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"call_id\":\"x\"}"
                    .utf8
            )
            for round in 0..<150 {
                var bytes: [UInt8]
                if round.isMultiple(of: 3) {
                    bytes = (0..<Int.random(in: 1...300, using: &generator)).map { _ in
                        .random(in: 0...255, using: &generator)
                    }
                } else {
                    bytes = valid
                    for _ in 0..<Int.random(in: 1...3, using: &generator) {
                        let place = Int.random(in: bytes.indices, using: &generator)
                        switch Int.random(in: 0...2, using: &generator) {
                        case 0: bytes[place] = .random(in: 0...255, using: &generator)
                        case 1: bytes.remove(at: place)
                        default: bytes.insert(.random(in: 0...255, using: &generator), at: place)
                        }
                    }
                }
                let sent = bytes
                try await RawConnection.with(port: listener.port) { connection in
                    try? await connection.send(sent)
                    await connection.finish()
                    try await eventually("the end of \(String(decoding: sent, as: UTF8.self))") { connection.isClosed }
                    let statuses = connection.statuses
                    #expect(!statuses.isEmpty, "\(String(decoding: sent, as: UTF8.self))")
                    #expect(statuses.allSatisfy { (200..<300).contains($0) || (400..<500).contains($0) }, "\(statuses)")
                }
            }
            let after = try await listener.post(ReceivingTests.live)
            #expect(after.status == 200)
        }
    }
}
