import NIOCore
import NIOHTTP1
import NIOPosix
import Sandbox
import Testing

/// What no HTTP client of ours sends, and others do.
@Suite("Heads that the sandbox reads")
struct HeadRuleTests {
    /// Sends text and collects what comes until it is as `condition` wants it, or the server closes.
    private func exchange(_ base: String, _ text: String, until condition: (String) -> Bool) async throws -> String {
        let port = try #require(Int(base.dropFirst("http://127.0.0.1:".count).dropLast("/v3".count)))
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: text))
            var received = ""
            for try await part in inbound {
                received += String(buffer: part)
                if condition(received) { break }
            }
            return received
        }
    }

    private func head(_ lines: String...) -> String {
        (["GET /v3/calls/x HTTP/1.1"] + lines).joined(separator: "\r\n") + "\r\n\r\n"
    }

    @Test("Who expects 100 Continue gets it, and then the answer")
    func continues() async throws {
        try await withSandbox { base in
            let text = try await exchange(
                base,
                "POST /v3/voice/ai/call HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
            ) { $0.contains("\r\n\r\n") }
            #expect(text == "HTTP/1.1 100 Continue\r\n\r\n")
            let request = head("Host: 127.0.0.1", "Expect: 100-continue")
            let both = try await exchange(base, request) { $0.contains(" 401 ") }
            #expect(both.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 "), "\(both)")
        }
    }

    @Test("Another expectation is 417, no Host and two are 400, and the connection is closed")
    func refusals() async throws {
        try await withSandbox { base in
            let cases = [
                (head("Host: 127.0.0.1", "Expect: a-miracle"), "417"), (head(), "400"),
                (head("Host: a", "Host: b"), "400"),
            ]
            for (text, status) in cases {
                // To its end: it closes.
                let answer = try await exchange(base, text + head("Host: 127.0.0.1")) { _ in false }
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
                #expect(answer.split(separator: "HTTP/1.1 ").count == 1, "\(answer)")
            }
        }
    }
}
