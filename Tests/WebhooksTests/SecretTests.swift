import Foundation
import TestSupport
import Testing

@testable import Webhooks

@Suite("The secret")
struct SecretTests {
    @Test("A secret that a path cannot hold, or that is too short or too long, is none")
    func refused() {
        for text in [
            "", "short", "fifteen-chars-1", "sixteen chars 12", "sixteen/chars/12", "sixteen?chars?12",
            "sixteen%20chars%20",
            "sechzehn-zeichen-ä", "line-break-1234567\n", String(repeating: "a", count: 257),
        ] {
            #expect(WebhookSecret(text) == nil, "\(text)")
        }
        #expect(WebhookSecret("sixteen-chars.1_~")?.text == "sixteen-chars.1_~")
    }

    @Test("A made secret fits in a path, is long, and never the same")
    func made() {
        let secrets = Set((0..<1000).map { _ in WebhookSecret.make().text })
        #expect(secrets.count == 1000)
        for text in secrets {
            #expect(text.count == 32)
            #expect(WebhookSecret(text) != nil)
        }
        // 64 letters and 32,000 draws: each letter turns up, or the alphabet is smaller than it says.
        #expect(Set(secrets.joined()).count == 64)
    }

    @Test("Only the secret matches the secret")
    func matches() throws {
        let secret = try #require(WebhookSecret("0123456789abcdef"))
        #expect(secret.matches("0123456789abcdef"))
        #expect(secret.matches("/0123456789abcdef".dropFirst()))
        for wrong in [
            "", "0", "0123456789abcde", "0123456789abcdeF", "1123456789abcdef", "0123456789abcdef0",
            "0123456789abcdef0123456789abcdef", "0123456789abcde\u{0}",
        ] {
            #expect(!secret.matches(wrong), "\(wrong)")
        }
    }

    @Test("A secret is printed, described and dumped as a word that tells nothing")
    func printed() {
        var text = "\(testSecret) \(String(reflecting: testSecret)) \(String(describing: [testSecret]))"
        dump(testSecret, to: &text)
        dump(WebhookListener.Configuration(secret: testSecret), to: &text)
        print(WebhookListener.Configuration(secret: testSecret), to: &text)
        #expect(!text.contains(testSecret.text))
        #expect(text.contains("‹secret›"))
    }

    @Test("No log holds the secret, whatever is asked and however it fails")
    func logs() async throws {
        struct Failure: Error {}
        let text = try await listening(sink: { if $0.body.isEmpty { throw Failure() } }) { listener in
            _ = try await listener.post(ReceivingTests.live)
            _ = try await listener.post("")
            _ = try await listener.send("GET")
            _ = try await listener.post("{}", to: listener.url + "x")
            _ = try await listener.post(String(repeating: "x", count: 100_000))
            try await RawConnection.with(port: listener.port) { connection in
                try await connection.send("POST \(listener.path) HTTP/1.1\r\nbroken\u{0}\r\n\r\n")
                try await eventually("the end") { connection.isClosed }
            }
            return listener.log.text
        }
        #expect(!text.isEmpty)
        #expect(text.contains("Failure"))
        #expect(!text.contains(testSecret.text))
        #expect(!text.contains(testSecret.text.dropLast()))
    }
}
