import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import TerminalDriver
import TestSupport
import Testing

/// A webhook that nobody can read must not pass in silence.
@Suite("Webhooks that cannot be read", .serialized)
struct UnreadableWebhookTests {
    @Test("piopiy listen says so, a console that follows says so, and the check counts them")
    func told() async throws {
        try await SharedDesk.with(hooks: false) { desk in
            let url = "http://127.0.0.1:\(desk.port)/hooks/\(SharedDesk.secret)"
            let listener = try desk.program.start(["listen", "--port", "\(desk.port)", "--api-url", desk.sandbox.base])
            defer { listener.stop() }
            _ = try await wait(for: "the listener") { listener.written.contains("/hooks/") ? true : nil }
            try await desk.console { console in
                try await console.see("STATE", "hooks none yet")
                #expect(try await HTTP.post(url, Array("<call/>".utf8)) == 200)
                try await console.see("hooks unreadable", "a webhook could not be read: the body is not JSON")
                // The same again is counted, and no news either.
                #expect(try await HTTP.post(url, Array("<call/>".utf8)) == 200)
                let form = "call_id=from-a-form&status=ringing&to=918888888801&from=919999999999"
                #expect(try await HTTP.post(url, Array(form.utf8)) == 200)
                try await console.seeRow("918888888801", "ringing")
                try await console.see("hooks ✓")
            }
            listener.signal(SIGTERM)
            let result = try await listener.result()
            #expect(result.errors.contains("a webhook could not be read: the body is not JSON"), "\(result.errors)")
            #expect(result.errors.contains("content_type=application/json"), "\(result.errors)")
            let check = try await desk.program.run("journal", "check", "--output", "json")
            #expect(check.object["unreadable_webhooks"] as? Int == 2)
            let text = try await desk.program.run("journal", "check")
            #expect(text.output.contains("2 webhooks could not be read"), "\(text.output)")
        }
    }
}
