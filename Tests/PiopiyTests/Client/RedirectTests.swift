import Foundation
import TestSupport
import Testing

@testable import Piopiy

@Suite("Redirects")
struct RedirectTests {
    private static func to(_ location: String, _ status: String = "302 Found") -> FaultServer.Action {
        .answer(status, headers: ["Location: \(location)"])
    }

    private static let agents = FaultServer.Action.answer("200 OK", #"[{"id":"a","name":"b","status":"c"}]"#)

    private func asking(
        _ actions: [FaultServer.Action],
        _ body: (RestClient, FaultServer) async throws -> Void
    ) async throws {
        let server = try await FaultServer.start(FaultServer.Plan(actions: actions))
        let origin = "http://127.0.0.1:\(server.port)"
        let client = try RestClient(
            token: Token(validating: Dialing.token),
            .init(baseURL: origin + "/v3", accountURL: origin, retries: .never, clock: FakeClock())
        )
        try await body(client, server)
        await client.shutdown()
        await server.stop()
    }

    @Test(
        "A GET follows one within its host, with the token",
        arguments: ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]
    )
    func followed(status: String) async throws {
        try await asking([Self.to("/moved?page=1#top", status), Self.agents]) { client, server in
            let outcome = await client.agents.list()
            #expect(outcome.value?.first?.id == "a", "\(outcome)")
            #expect(
                server.requests.map { $0.head.prefix { $0 != "\r\n" } } == [
                    "GET /v1/ai-agents HTTP/1.1", "GET /moved?page=1 HTTP/1.1",
                ]
            )
            #expect(server.requests.allSatisfy { $0.head.contains("Authorization: Bearer \(Dialing.token)") })
        }
    }

    @Test("A second one is not followed, and its target is told")
    func second() async throws {
        try await asking([Self.to("/one"), Self.to("/two"), Self.agents]) { client, server in
            let outcome = await client.agents.list()
            #expect(outcome.doubt?.code == "redirected" && outcome.doubt?.status == 302)
            #expect("\(outcome)".contains("redirected to http://127.0.0.1:\(server.port)/two. "), "\(outcome)")
            #expect(server.requests.count == 2)
        }
    }

    @Test(
        "A GET goes to no other host, port or scheme, and the target is told without query and secrets",
        arguments: [
            ("http://localhost:PORT/x?token=hunter2", "http://localhost:PORT/x"),
            ("https://login.example/", "https://login.example/"),
            ("//other.example/x", "http://other.example/x"), ("http://127.0.0.1:1/x", "http://127.0.0.1:1/x"),
            ("https://127.0.0.1:1/x", "https://127.0.0.1:1/x"), ("http://127.0.0.1/x", "http://127.0.0.1/x"),
            ("http://127.0.0.1:70000/x", "an address that cannot be read"),
            ("http://127.0.0.1:99999999999999999999/", "an address that cannot be read"),
            ("http://u:hunter2@127.0.0.1:PORT/x", "an address that cannot be read"),
            ("ftp://127.0.0.1:PORT/x", "an address that cannot be read"),
            ("relative", "an address that cannot be read"),
            ("http://127.0.0.1:PORT@evil.example/x", "an address that cannot be read"),
            ("http://evil.example/\(Dialing.token)", "http://evil.example/•••••"),
        ]
    )
    func notFollowed(location: String, told: String) async throws {
        let other = try await FaultServer.start(FaultServer.Plan(actions: [Self.agents]))
        let location = location.replacing("PORT", with: "\(other.port)")
        try await asking([Self.to(location), Self.agents]) { client, server in
            let outcome = await client.agents.list()
            let text = "\(try #require(outcome.doubt))"
            #expect(
                text.contains("answered 302 and redirected to \(told.replacing("PORT", with: "\(other.port)"))"),
                "\(text)"
            )
            #expect(!text.contains("hunter2") && !text.contains(Dialing.token))
            #expect(server.requests.count == 1)
        }
        #expect(other.connections == 0)
        await other.stop()
    }

    @Test("A placement and a hang-up follow none, within the host or out of it, and the target is told")
    func posts() async throws {
        for location in ["/v3/voice/ai/call", "https://rest.example/v3/voice/ai/call"] {
            try await dialing(Self.to(location, "307 Temporary Redirect"), .accept, retries: .never) { dialing in
                for (index, outcome) in await dialing.calls(6) {
                    #expect(outcome.doubt?.code == "redirected", "\(outcome)")
                    #expect("\(outcome)".contains(location), "\(outcome)")
                    #expect(dialing.dials(index) == 1)
                }
                let hangUp = await dialing.hangUp()
                #expect(hangUp.doubt?.code == "redirected" && dialing.dials(6) == 0)
                #expect(dialing.server.count(Dialing.callID) == 1)
            }
        }
    }

    @Test("From http to https a GET may go on the default port or the same one, and never back")
    func schemes() throws {
        func follows(_ from: String, _ to: String) -> Bool {
            let request = OutgoingRequest(method: .get, url: from, token: nil, body: nil, timeouts: Timeouts())
            let answer = Answer(status: 301, location: to, body: [])
            return Redirect(answer, from: from)?.followed(request)?.url == to
        }
        #expect(follows("http://h/a", "https://h/a") && follows("http://h/a", "https://H:443/b"))
        #expect(follows("http://h:81/a", "https://h:81/a") && follows("http://h:81/a", "https://h/a"))
        #expect(!follows("https://h/a", "http://h/a") && !follows("http://h/a", "https://h:81/a"))
        #expect(follows("https://h/a", "https://h:443/b") && !follows("https://h/a", "https://h:444/b"))
        #expect(!follows("https://h/a", "https://www.h/a") && !follows("https://a.h/a", "https://h/a"))
    }

    @Test("A recording follows one within its host as well, and nothing of it goes elsewhere")
    func download() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "redirect-\(UUID().uuidString).wav").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = FaultServer.Action.send(
            "HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nContent-Length: 4\r\n\r\nRIFF"
        )
        try await asking([Self.to("/files/a.wav"), file]) { client, server in
            let outcome = await client.recordings.download(fileName: "a.wav", to: path, overwrite: true)
            #expect(outcome.value?.size == 4, "\(outcome)")
            #expect(server.requests.last?.head.hasPrefix("GET /files/a.wav ") == true)
        }
        try await asking([Self.to("https://files.example/a.wav?signature=hunter2"), file]) { client, server in
            let outcome = await client.recordings.download(fileName: "a.wav", to: path, overwrite: true)
            #expect("\(outcome)".contains("redirected to https://files.example/a.wav. "), "\(outcome)")
            #expect(!"\(outcome)".contains("hunter2") && server.requests.count == 1)
        }
    }
}
