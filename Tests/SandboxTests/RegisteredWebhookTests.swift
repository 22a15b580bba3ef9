import Piopiy
import Sandbox
import TestSupport
import Testing

@Suite("Webhooks that are registered")
struct RegisteredWebhookTests {
    private func isRecord(_ body: JSONValue) -> Bool { body["type"] == "cdr" }

    /// Places a call and waits until its records have come to every one of `receivers`.
    private func placeAndEnd(_ sandbox: SandboxProbe, records receivers: [Receiver]) async throws {
        _ = try await sandbox.place(try Sample.call())
        for receiver in receivers { _ = try await receiver.bodies(records: 1) }
    }

    @Test("An address gets what it was registered for, beside the one that the sandbox was started with")
    func kinds() async throws {
        try await withReceiver { first, firstURL in
            try await withReceiver { records, recordsURL in
                try await withReceiver { events, eventsURL in
                    try await withSandbox(.init(webhookURL: firstURL, speed: 500)) { base in
                        let sandbox = SandboxProbe(base: base)
                        let client = try sandbox.wholeClient()
                        for (kind, url) in [(WebhookRegistration.Kind.cdr, recordsURL), (.event, eventsURL)] {
                            _ = try accepted(
                                await client.webhooks.add(try WebhookRegistration(kind: kind, url: url))
                            )
                        }
                        try await placeAndEnd(sandbox, records: [first, records])
                        #expect(await records.bodies.count == 1)
                        _ = try await events.bodies { $0.count == 4 }
                        #expect(await !events.bodies.contains(where: isRecord))
                        #expect(await first.bodies.count == 5)
                    }
                }
            }
        }
    }

    @Test("A sandbox that was started without an address tells those that are registered; once each, however often")
    func later() async throws {
        try await withReceiver { receiver, url in
            try await withSandbox(.init(speed: 500)) { base in
                let sandbox = SandboxProbe(base: base)
                let client = try sandbox.wholeClient()
                for kind in [WebhookRegistration.Kind.cdr, .event, .cdr, .event] {
                    _ = try accepted(await client.webhooks.add(try WebhookRegistration(kind: kind, url: url)))
                }
                try await placeAndEnd(sandbox, records: [receiver])
                #expect(
                    await receiver.bodies.map { $0["status"] }
                        == ["out_started", "out_ringing", "out_answered", "out_hangup", "answered"]
                )
            }
        }
    }

    @Test(
        "Where webhooks go is nobody's business: of an address only the host is shown",
        arguments: [
            ("/webhook/add", #"{"type":"cdr","method":"POST","url":"http://127.0.0.1:9/hooks/s3cret"}"#),
            ("/webhook/add", #"{"type":"cdr","url":"http://s3cret@127.0.0.1:9?s3cret"}"#),
            ("/webhook/add", #"{"url":"127.0.0.1:9/hooks/s3cret"}"#), ("/webhook/add", #"{"url":["s3cret"]}"#),
            ("/webhook/add", #"["http://127.0.0.1:9/hooks/s3cret"]"#),
            ("/webhook/add", #"{"url":"http://127.0.0.1:9/hooks/s3cret","#),
            ("/webhook/added", #"{"type":"cdr","url":"http://127.0.0.1:9/hooks/s3cret"}"#),
        ]
    )
    func secrecy(path: String, body: String) async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            _ = try await sandbox.request("POST", path, body: body)
            let shown = try await sandbox.request("GET", "/_sandbox/requests").text
            #expect(shown.contains(path))
            #expect(!shown.contains("s3cret"), "\(shown)")
            if body.contains(#""method""#) { #expect(shown.contains(#""url":"http://127.0.0.1:9/•••••""#)) }
        }
    }

    @Test(
        "An address that is not on this machine is not taken",
        arguments: [
            "http://example.com/hooks", "https://192.0.2.1/", "http://127.0.0.1.example.com/",
            "http://127.0.0.1@example.com/",
            "http://example.com/?127.0.0.1", "ftp://127.0.0.1/", "127.0.0.1", "", "http://", "http:///hooks",
        ]
    )
    func elsewhere(url: String) async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let body = #"{"type":"event","method":"POST","url":"\#(url)"}"#
            let answer = try await sandbox.request("POST", "/webhook/add", body: body)
            #expect(answer.status == 400)
            #expect(answer.json?["field"] == "url")
        }
    }

    @Test(
        "A registration that breaks a rule is answered 400 with its field",
        arguments: [
            (#"{"url":"http://127.0.0.1:9/"}"#, "type"), (#"{"type":"sms","url":"http://127.0.0.1:9/"}"#, "type"),
            (#"{"type":"cdr","method":"GET","url":"http://127.0.0.1:9/"}"#, "method"), (#"{"type":"cdr"}"#, "url"),
        ]
    )
    func refused(body: String, field: String) async throws {
        try await withSandbox { base in
            let answer = try await SandboxProbe(base: base).request("POST", "/webhook/add", body: body)
            #expect(answer.status == 400)
            #expect(answer.json?["field"]?.string == field)
        }
    }

    @Test("Only so many addresses are taken, and those that are taken may come again")
    func bound() async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            func add(_ number: Int) async throws -> Int {
                let body = #"{"type":"event","method":"POST","url":"http://127.0.0.1:9/\#(number)"}"#
                return try await sandbox.request("POST", "/webhook/add", body: body).status
            }
            var taken = 0
            while taken < 1000, try await add(taken) == 200 { taken += 1 }
            #expect((2..<1000).contains(taken))
            #expect(try await add(0) == 200)
        }
    }
}
