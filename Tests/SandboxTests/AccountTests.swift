import Foundation
import Piopiy
import Sandbox
import Testing

@Suite("The account's side of the sandbox")
struct AccountTests {
    private static func withClient(
        speed: Double = 1000,
        token: String? = nil,
        _ body: @escaping @Sendable (SandboxProbe, RestClient) async throws -> Void
    ) async throws {
        try await withSandbox(.init(token: token, speed: speed)) { base in
            let sandbox = SandboxProbe(base: base)
            let client = try sandbox.wholeClient()
            try await body(sandbox, client)
            await client.shutdown()
        }
    }

    private static func endedCall(_ sandbox: SandboxProbe) async throws -> JSONValue {
        try await sandbox.onlyCall { $0["state"] == "ended" }
    }

    @Test("It has agents")
    func agents() async throws {
        try await Self.withClient { _, client in
            let agents = try await client.agents.list().get()
            #expect(agents == SandboxServer.agents && agents.contains { $0.id == Sample.agent })
        }
    }

    @Test("A call that has ended is on record, under its app, in its time")
    func records() async throws {
        try await Self.withClient { sandbox, client in
            let before = Timestamp.now
            _ = try await client.ai.call(try Sample.call(options: CallOptions(record: true))).get()
            let call = try await Self.endedCall(sandbox)
            let after = Timestamp.now
            func query(_ app: String, _ from: Timestamp, _ to: Timestamp) async throws -> [CallRecord] {
                try await client.cdr.list(try CDRQuery(appID: app, from: from, to: to)).get()
            }
            let record = try #require(try await query(SandboxServer.appID, before, after).first)
            #expect(record.callID.text == call["call_id"]?.string)
            #expect(record.toNumber == Sample.number && record.status == "answered")
            #expect(record.fileName == "\(record.callID).wav" && (record.talkSeconds ?? 0) > 0)
            #expect(try await query("another", before, after).isEmpty)
            #expect(try await query(SandboxServer.appID, Timestamp(milliseconds: 0), before + .seconds(-60)).isEmpty)
        }
    }

    @Test("Many calls are read page by page, each once")
    func pages() async throws {
        try await Self.withClient { sandbox, client in
            let before = Timestamp.now
            for _ in 1...40 { _ = try await client.ai.call(try Sample.call(to: Sample.number("0001"))).get() }
            _ = try await eventually("the end of all") {
                try await sandbox.calls().allSatisfy { $0["state"] == "ended" } ? true : nil
            }
            let query = try CDRQuery(appID: SandboxServer.appID, from: before, to: .now, limit: 7)
            var ids: [CallID] = []
            for await page in client.cdr.pages(query) {
                let page = try page.get()
                #expect(!page.isCut)
                ids += page.records.map(\.callID)
            }
            #expect(ids.count == 40 && Set(ids).count == 40)
        }
    }

    @Test(
        "A recording is real audio, and one that breaks off is fetched whole all the same",
        arguments: ["8888", "0014"]
    )
    func recording(ending: String) async throws {
        try await Self.withClient { sandbox, client in
            _ = try await client.ai.call(try Sample.call(to: Sample.number(ending), options: CallOptions(record: true)))
                .get()
            let name = try #require(try await Self.endedCall(sandbox)["recording"]?.string)
            let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).wav").path
            defer { try? FileManager.default.removeItem(atPath: path) }
            let recording = try await client.recordings.download(fileName: name, to: path).get()
            let bytes = try Data(contentsOf: URL(filePath: path))
            #expect(recording.contentType == "audio/wav" && bytes.count == 48_044)
            #expect(bytes.prefix(4) == Data("RIFF".utf8) && bytes[8..<16] == Data("WAVEfmt ".utf8))
            // As long as its head says, and not silent.
            #expect(bytes[40..<44].reversed().reduce(0) { $0 << 8 | Int($1) } == bytes.count - 44)
            #expect(Set(bytes[44...]).count > 100)
            let asked = try await sandbox.requests().filter { $0["path"]?.string?.hasSuffix(".wav") == true }
            #expect(asked.map { $0["status"] } == (ending == "0014" ? [200, 206] : [200]))
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test("What was not recorded cannot be fetched, nor the end of a recording's end")
    func noRecording() async throws {
        try await Self.withClient { sandbox, client in
            _ = try await client.ai.call(try Sample.call()).get()
            let id = try #require(try await Self.endedCall(sandbox)["call_id"]?.string)
            guard case .refused(let refusal) = await client.recordings.download(fileName: "\(id).wav", to: "/tmp/\(id)")
            else {
                Issue.record("there is none")
                return
            }
            #expect(refusal.code == "recording_not_found")
            #expect(!FileManager.default.fileExists(atPath: "/tmp/\(id)"))
        }
    }

    @Test("A message is sent with the token in its body, which no log shows")
    func message() async throws {
        try await Self.withClient(token: "token-0123456789") { sandbox, _ in
            let client = try sandbox.wholeClient(token: "token-0123456789")
            let receipt = try await client.messages.send(try TextMessage(to: Sample.number, text: "héllo")).get()
            #expect(receipt.message == "message sent")
            let held = try await sandbox.request("GET", "/_sandbox/messages", authorization: nil).json?.array
            #expect(held?.first?["text"] == "héllo" && held?.first?["to"]?.string == Sample.number)
            let log = try await sandbox.request("GET", "/_sandbox/requests", authorization: nil)
            #expect(log.text.contains("/v2/messages") && !log.text.contains("0123456789\""))
            await client.shutdown()

            let stranger = try sandbox.wholeClient(token: "another")
            guard
                case .refused(let refusal) = await stranger.messages.send(try TextMessage(to: Sample.number, text: "x"))
            else {
                Issue.record("the token is wrong")
                return
            }
            #expect(refusal.isBadToken)
            await stranger.shutdown()
        }
    }

    @Test(
        "A message's number chooses what happens, as a call's does",
        arguments: [("0004", "refused", 0), ("0005", "refused", 0), ("0006", "unknown", 1), ("0009", "unknown", 1)]
    )
    func messageEndings(ending: String, outcome: String, sent: Int) async throws {
        try await Self.withClient { sandbox, client in
            let message = try TextMessage(to: Sample.number(ending), text: "hello")
            #expect(await client.messages.send(message).name == outcome)
            let held = try await sandbox.request("GET", "/_sandbox/messages").json?.array
            #expect(held?.count == sent)
        }
    }

    @Test("A webhook address that is registered is told of later calls, of what it asked for")
    func webhooks() async throws {
        try await withReceiver { receiver, url in
            try await Self.withClient { sandbox, client in
                _ = try await client.webhooks.add(try WebhookRegistration(kind: .cdr, url: url)).get()
                _ = try await client.ai.call(try Sample.call(to: Sample.number("0001"))).get()
                let bodies = try await receiver.bodies()
                #expect(bodies.allSatisfy { $0["type"] == "cdr" })
                let elsewhere = try WebhookRegistration(kind: .cdr, url: "https://example.com/hooks")
                let outcome = await client.webhooks.add(elsewhere)
                #expect(outcome.name == "refused", "the sandbox talks to this machine alone")
            }
        }
    }

    @Test(
        "Every path wants the token",
        arguments: ["/v1/ai-agents", "/v3/transfers/x", "/sip/app/call/recording/play/x.wav"]
    )
    func token(path: String) async throws {
        try await Self.withClient { sandbox, _ in
            let answer = try await sandbox.request("GET", path, authorization: nil)
            #expect(answer.status == 401)
        }
    }
}
