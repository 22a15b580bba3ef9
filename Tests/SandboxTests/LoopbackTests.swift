import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Piopiy
import TestSupport
import Testing

@testable import Sandbox

@Suite("The sandbox and web pages of other machines")
struct LoopbackTests {
    private func status(_ base: String, _ path: String, host: String?, origin: String? = nil) async throws -> UInt {
        var request = HTTPClientRequest(url: String(base.dropLast("/v3".count)) + path)
        request.headers.add(name: "Authorization", value: "Bearer token")
        if let host { request.headers.replaceOrAdd(name: "Host", value: host) }
        if let origin { request.headers.add(name: "Origin", value: origin) }
        return try await HTTPClient.shared.execute(request, timeout: .seconds(60)).status.code
    }

    @Test("A request under a name of another machine is misdirected, whatever its path; nothing of it is kept")
    func hosts() async throws {
        try await withSandbox { base in
            for host in [
                "evil.example", "evil.example:8080", "127.0.0.1.evil.example", "10.0.0.1", "127.0.0.1@evil.example",
                "localhost.evil.example:1", "[fd00::1]:1",
            ] {
                for path in ["/v1/ai-agents", "/_sandbox/calls", "/v3/nowhere"] {
                    let code = try await status(base, path, host: host)
                    #expect(code == 421, "\(host)")
                }
            }
            for host in ["localhost", "localhost:4711", "127.0.0.1", "[::1]:80", "LOCALHOST"] {
                let code = try await status(base, "/v1/ai-agents", host: host)
                #expect(code == 200, "\(host)")
            }
            let asked = try await SandboxProbe(base: base).requests()
            #expect(asked.count == 5)
        }
    }

    @Test("A web page of another machine is refused, also under the right name")
    func origins() async throws {
        try await withSandbox { base in
            for origin in [
                "http://evil.example", "https://evil.example:8080", "null", "http://127.0.0.1.evil.example", "file://",
            ] {
                let code = try await status(base, "/_sandbox/calls", host: nil, origin: origin)
                #expect(code == 403, "\(origin)")
                let platform = try await status(base, "/v1/ai-agents", host: nil, origin: origin)
                #expect(platform == 403, "\(origin)")
            }
            let code = try await status(base, "/v1/ai-agents", host: nil, origin: "http://localhost:3000")
            #expect(code == 200)
        }
    }

    @Test("The address that the sandbox was told to listen on is its name as well; all addresses are none")
    func ownName() {
        let gate = LoopbackGate(host: "192.0.2.7")
        #expect(gate.refusal(authority: "192.0.2.7:80", origin: nil) == nil)
        #expect(gate.refusal(authority: "192.0.2.8:80", origin: nil) != nil)
        #expect(LoopbackGate(host: "0.0.0.0").refusal(authority: "0.0.0.0:80", origin: nil) != nil)
        #expect(LoopbackGate(host: "fd00::1").refusal(authority: "[fd00::1]:80", origin: nil) == nil)
        #expect(gate.refusal(authority: nil, origin: nil) != nil)
    }

    @Test(
        "An address for webhooks that no connection can be made to is refused, at the start and when it is registered",
        arguments: [
            "http://127.0.0.1:70000/", "http://127.0.0.1:99999999999999999999/", "http://127.0.0.1:0/",
            "http://[::1/", "http://127.0.0.1:+1/", "http://u:p@127.0.0.1/", "http://127.0.0.1/a b",
        ]
    )
    func webhookAddress(url: String) async throws {
        let error = await #expect(throws: SandboxError.self) {
            try await withSandbox(.init(webhookURL: url)) { _ in }
        }
        #expect("\(try #require(error))".contains("the webhook address "))
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let body = try JSONValue.object(["type": "cdr", "method": "POST", "url": .string(url)]).text()
            let refused = try await sandbox.request("POST", "/webhook/add", body: body)
            #expect(refused.status == 400)
            // It is alive, and calls are told to nobody.
            let placed = try await sandbox.place(Sample.call())
            #expect(placed.status == 200)
        }
    }
}
