import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Piopiy
import TestSupport
import Testing

@testable import Webhooks

/// Proxies and relays pack bodies. The samples were made by Python's gzip and zlib.
@Suite("Bodies that are packed")
struct CodedBodyTests {
    private static func bytes(_ base64: String) -> [UInt8] { Data(base64Encoded: base64).map { Array($0) } ?? [] }

    private static let json = #"{"call_id":"packed","status":"ringing"}"#
    private static let gzip = bytes("H4sIAAAAAAACA6tWSk7MyYnPTFGyUipITM5OTVHSUSouSSwpLQaKFGXmpQORUi0AOl4RyCcAAAA=")
    private static let twoMembers = bytes(
        "H4sIAAAAAAACA6tWSk7MyYnPTFECAEQJ7BEKAAAAH4sIAAAAAAACA7NSKkhMzk5NUdJRKi5JLCktVrJSKsrMSwci"
            + "pVoAPfokix0AAAA="
    )
    private static let zlib = bytes("eJyrVkpOzMmJz0xRslIqSEzOTk1R0lEqLkksKS0GihRl5qUDkVItAAlVDWs=")
    private static let rawDeflate = bytes("q1ZKTszJic9MUbJSKkhMzk5NUdJRKi5JLCktBooUZealA5FSLQA=")
    /// 65,536 and 65,537 bytes when they are unpacked.
    private static let asLongAsAllowed = bytes(
        "H4sIAAAAAAACA+3BQQkAIBAAsCpyMSwjoh/hAghid4O47cTomW3NqLHjFgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAP70AGy6BbcAAAEA"
    )
    private static let longer = bytes(
        "H4sIAAAAAAACA+3BQQkAIBAAsCpyMSwjoh/hAghid4O47cTomW3NqLHjFgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAD71AIzn360BAAEA"
    )
    /// Two million blanks, and then an event.
    private static let bomb = bytes(
        "H4sIAAAAAAACA+3IwQmAMBAAwVbk3lZgMxJUJBhENL7E3k0fzrCv7ToAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAOBv"
            + "nphSKWOeY4gjTdsyRx9XTfW+2jnzvrbi/QAFxsq9p4QeAA=="
    )

    private func post(_ body: [UInt8], _ coding: String?, to listener: Listening) async throws -> Answer {
        var request = HTTPClientRequest(url: listener.url)
        request.method = .POST
        if let coding { request.headers.add(name: "Content-Encoding", value: coding) }
        request.body = .bytes(ByteBuffer(bytes: body))
        return try await listener.execute(request)
    }

    private static let good: [(body: [UInt8], coding: String?)] = [
        (gzip, "gzip"), (gzip, "x-gzip"), (gzip, "GZIP"), (gzip, "identity, gzip"), (gzip, nil),
        (twoMembers, "gzip"), (zlib, "deflate"), (rawDeflate, "deflate"),
        // A proxy has unpacked it and left the header.
        (Array(json.utf8), "gzip"), (Array(json.utf8), "identity"),
    ]

    private static let bad: [(body: [UInt8], coding: String?)] = [
        (Array(gzip.dropLast(9)), "gzip"), (Array(gzip.dropLast(1)), "gzip"), (gzip + [1, 2, 3], "gzip"),
        (Array(rawDeflate.dropLast(2)), "deflate"), ([1, 2, 3, 4], "gzip"), (gzip, "br"), (gzip, "zstd"),
        (gzip, "gzip, gzip"), (Array(gzip.prefix(12)), nil),
    ]

    @Test("gzip and deflate are unpacked, and delivered as what was packed", arguments: good.indices)
    func unpacked(sample: Int) async throws {
        let (body, coding) = Self.good[sample]
        try await listening { listener in
            let answer = try await post(body, coding, to: listener)
            #expect(answer.status == 200)
            let delivery = try #require(listener.deliveries.all.first)
            #expect(delivery.body == Array(Self.json.utf8))
            #expect(listener.deliveries.events.map(\.callID) == [CallID("packed")])
        }
    }

    @Test("What cannot be unpacked is kept as it came, answered 200, and told in the log", arguments: bad.indices)
    func broken(sample: Int) async throws {
        let (body, coding) = Self.bad[sample]
        try await listening { listener in
            let answer = try await post(body, coding, to: listener)
            #expect(answer.status == 200)
            let delivery = try #require(listener.deliveries.all.first)
            #expect(delivery.body == body)
            #expect(listener.deliveries.events.isEmpty)
            #expect(listener.log.text.contains("warning a webhook could not be read: the body"))
            #expect(listener.log.text.contains("decompressed") || listener.log.text.contains("content coding"))
        }
    }

    @Test("The limit holds for what is unpacked, and no more than that is unpacked")
    func limit() async throws {
        try await listening { listener in
            let fits = try await post(Self.asLongAsAllowed, "gzip", to: listener)
            #expect(fits.status == 200)
            #expect(listener.deliveries.all.first?.body.count == 65_536)
            let longer = try await post(Self.longer, "gzip", to: listener)
            #expect(longer.status == 413)
            let bomb = try await post(Self.bomb, "gzip", to: listener)
            #expect(bomb.status == 413)
            #expect(listener.deliveries.count == 1)
            #expect(listener.log.text.contains("longer than the limit"))
        }
        #expect(ContentCoding.decode(Self.bomb, header: "gzip", limit: 65_536) == .tooLong)
    }

    @Test("A webhook that cannot be read is told in the log with its type and length, and nothing of it")
    func told() async throws {
        try await listening { listener in
            var request = HTTPClientRequest(url: listener.url)
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "text/xml")
            request.body = .bytes(ByteBuffer(string: "<call to=\"918888888801\"/>"))
            let answer = try await listener.execute(request)
            #expect(answer.status == 200)
            #expect(listener.log.text.contains("warning a webhook could not be read: the body is not JSON"))
            #expect(listener.log.text.contains("text/xml") && listener.log.text.contains("25"))
            #expect(!listener.log.text.contains("918888888801") && !listener.log.text.contains(testSecret.text))
        }
    }
}
