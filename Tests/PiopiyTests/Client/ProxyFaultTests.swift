import TestSupport
import Testing

@testable import Piopiy

@Suite("Behind a proxy")
struct ProxyFaultTests {
    static let password = "hunter2-in-the-proxys-address"

    /// A client whose platform is `rest.test`, behind a proxy that does as it is told, and what all of them did.
    private func proxied(
        _ behaviour: (FaultServer) -> TestProxy.Behaviour,
        scheme: String = "http",
        credentials: String = "",
        timeouts: Timeouts = Timeouts(connect: .seconds(20), answer: .seconds(20)),
        host: String? = nil,
        exceptions: String = "",
        _ body: (Dialing, TestProxy) async throws -> Void
    ) async throws {
        let server = try await FaultServer.start(FaultServer.Plan(actions: [.accept]))
        let proxy = try TestProxy(behaviour(server))
        let log = DialLog()
        let address = try ProxyAddress(validating: "\(scheme)://\(credentials)127.0.0.1:\(proxy.port)")
        let clock = FakeClock()
        let choice = ProxyRules.Choice(address, source: "HTTPS_PROXY")
        let client = try RestClient(
            token: Token(validating: Dialing.token),
            RestClient.Configuration(
                baseURL: "http://\(host ?? "rest.test:8443")/v3".replacing("PORT", with: "\(server.port)"),
                timeouts: timeouts,
                retries: RetryPolicy(maxAttempts: 2),
                proxies: ProxyRules(
                    https: choice,
                    http: choice,
                    exceptions: ProxyExceptions(exceptions, source: "NO_PROXY")
                ),
                allowsPlainHTTP: true,
                clock: clock,
                random: { 0.5 },
                logger: log.logger
            )
        )
        try await body(Dialing(server: server, client: client, clock: clock, log: log), proxy)
        log.keep(client)
        await client.shutdown()
        proxy.stop()
        await server.stop()
        #expect(!log.text.contains(Self.password) && !log.text.contains(Dialing.token))
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let behaviour: TestProxy.Behaviour
        /// Some of the words that tell of it.
        let words: String
    }

    static let page = "Content-Type: text/html\r\nContent-Length: 12\r\n\r\n<html></html>".replacing("12", with: "13")

    static let faults: [Fault] =
        [
            "301 Moved\r\nLocation: http://login.example/", "400 Bad Request", "401 Unauthorized", "403 Forbidden",
            "404 Not Found", "408 Request Timeout", "429 Too Many Requests", "499 Closed", "500 Internal Server Error",
            "502 Bad Gateway", "503 Service Unavailable\r\nRetry-After: 1", "504 Gateway Timeout",
        ].map { status in
            Fault(
                testDescription: String(status.prefix(3)),
                behaviour: .say("HTTP/1.1 \(status)\r\n\(page)"),
                words: "refused a connection to rest.test:8443"
            )
        } + [
            Fault(
                testDescription: "407",
                behaviour: .say("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\(page)"),
                words: "requires a user name and a password (407)"
            ),
            Fault(
                testDescription: "407, kept open",
                behaviour: .sayAndStay("HTTP/1.1 407 Proxy Authentication Required\r\n\(page)"),
                words: "requires a user name and a password (407)"
            ),
            Fault(testDescription: "close", behaviour: .close, words: "No connection: "),
            Fault(testDescription: "reset", behaviour: .reset, words: "No connection: "),
            Fault(testDescription: "garbage", behaviour: .say("SSH-2.0-OpenSSH_9.2\r\n"), words: "No connection"),
            Fault(testDescription: "half a line", behaviour: .say("HTTP/1.1 2"), words: "No connection"),
            Fault(testDescription: "half a head", behaviour: .say("HTTP/1.1 200 OK\r\nVia"), words: "No connection"),
            Fault(testDescription: "no bytes of sense", behaviour: .say("\u{0}\u{1}\u{7F}"), words: "No connection"),
        ]

    @Test(
        "A proxy that makes no tunnel: nothing was sent, and nobody at the platform has heard of it",
        arguments: faults
    )
    func notSent(fault: Fault) async throws {
        try await proxied { _ in
            fault.behaviour
        } _: { dialing, proxy in
            func expectNothing(_ index: Int, _ outcome: Outcome<Acceptance>) throws {
                let reason = try #require(outcome.notSent, "\(outcome)")
                #expect(reason.code == "cannot_connect" && reason.attempts == 2)
                #expect("\(reason)".contains(fault.words), "\(reason)")
                #expect(dialing.dials(index) == 0)
            }
            try expectNothing(0, await dialing.call(0))
            #expect(proxy.asked.count == 2)
            for (index, outcome) in await dialing.calls(1..<4) { try expectNothing(index, outcome) }
            #expect(dialing.server.connections == 0)
            // A connection that fails is the failure of every request that waits for one just then.
            #expect((4...8).contains(proxy.asked.count))
            #expect(proxy.asked.allSatisfy { $0.hasPrefix("CONNECT rest.test:8443 HTTP/1.1\r\n") })
            #expect(!proxy.asked.joined().contains(Dialing.token))
        }
    }

    @Test("A proxy that never answers is given up in the time for connections, and nothing was sent")
    func hanging() async throws {
        let timeouts = Timeouts(connect: .milliseconds(300), answer: .seconds(30))
        try await proxied({ _ in .hang }, timeouts: timeouts) { dialing, proxy in
            let outcome = await dialing.call()
            let reason = try #require(outcome.notSent, "\(outcome)")
            #expect(reason.code == "cannot_connect" && reason.attempts == 2, "\(reason)")
            // On a busy machine the time can be over before the proxy has read what it was asked.
            #expect(proxy.asked.count <= 2 && dialing.server.connections == 0)
        }
    }

    @Test("Credentials go to the proxy and to nobody else; a wrong pair is told without being shown")
    func credentials() async throws {
        let pair = "an%40na:\(Self.password)@"
        try await proxied({ .tunnel(to: $0.port) }, credentials: pair) { dialing, proxy in
            for (index, outcome) in await dialing.calls(4) {
                #expect(outcome.name == "accepted", "\(outcome)")
                #expect(dialing.dials(index) == 1)
            }
            // `an@na:` and the password in Base64.
            let basic = "YW5AbmE6aHVudGVyMi1pbi10aGUtcHJveHlzLWFkZHJlc3M="
            #expect(
                !proxy.asked.isEmpty && proxy.asked.allSatisfy { $0.contains("proxy-authorization: Basic \(basic)") }
            )
            #expect(dialing.server.requests.count == 4)
            #expect(dialing.server.requests.allSatisfy { !$0.head.lowercased().contains("proxy-auth") })
        }
        let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\n\(Self.page)"
        try await proxied({ _ in .say(refusal) }, credentials: pair) { dialing, _ in
            let outcome = await dialing.call()
            #expect("\(outcome)".contains("did not accept the user name and password"), "\(outcome)")
        }
    }

    @Test("What breaks behind the tunnel may have reached the platform, as without a proxy")
    func brokenTunnel() async throws {
        // The tunnel stands, and its other end is a port at which nobody listens.
        try await proxied { _ in
            .say("HTTP/1.1 200 OK\r\n\r\n")
        } _: { dialing, _ in
            for (index, outcome) in await dialing.calls(6) {
                #expect(["unknown", "notSent"].contains(outcome.name), "\(outcome)")
                #expect(dialing.dials(index) == 0)
            }
        }
    }

    @Test("SOCKS 5: the proxy resolves the name; its refusal is not sent")
    func socks() async throws {
        try await proxied({ .socks(to: $0.port) }, scheme: "socks5") { dialing, proxy in
            let outcome = await dialing.call()
            #expect(outcome.name == "accepted", "\(outcome)")
            #expect(proxy.asked == ["rest.test:8443"] && dialing.dials() == 1)
        }
        for code in UInt8(1)...8 {
            try await proxied({ _ in .socksRefusal(code) }, scheme: "socks5h") { dialing, proxy in
                let outcome = await dialing.call()
                #expect(outcome.notSent?.code == "cannot_connect", "\(outcome)")
                #expect("\(outcome)".contains("refused a connection to rest.test:8443"), "\(outcome)")
                #expect(proxy.asked.count == 2 && dialing.server.connections == 0)
            }
        }
    }

    @Test("This machine, and what NO_PROXY names, is reached without the proxy")
    func direct() async throws {
        try await proxied({ _ in .close }, host: "127.0.0.1:PORT") { dialing, proxy in
            let outcome = await dialing.call()
            #expect(outcome.name == "accepted", "\(outcome)")
            #expect(proxy.asked.isEmpty && dialing.dials() == 1)
        }
        try await proxied({ _ in .close }, exceptions: ".test") { dialing, proxy in
            // Nobody knows the name: what matters is that the proxy was not asked.
            let outcome = await dialing.call()
            #expect(outcome.notSent?.code == "cannot_connect", "\(outcome)")
            #expect(proxy.asked.isEmpty)
        }
    }

    @Test("A proxy at which nobody listens is named as such")
    func nobody() async throws {
        let proxy = try ProxyAddress(validating: "http://127.0.0.1:1")
        let choice = ProxyRules.Choice(proxy, source: "proxy")
        let client = try RestClient(
            token: Token(validating: Dialing.token),
            .init(retries: .never, proxies: ProxyRules(https: choice), clock: FakeClock())
        )
        let outcome = await client.ai.call(
            callerID: "919999999999",
            toNumber: Dialing.number(0),
            agentID: Dialing.agent
        )
        await client.shutdown()
        #expect("\(outcome)".contains("the proxy 127.0.0.1:1 cannot be reached"), "\(outcome)")
    }

    @Test("A recording behind a proxy that refuses is not sent either")
    func download() async throws {
        let choice: ProxyRules.Choice
        let proxy = try TestProxy(.say("HTTP/1.1 403 Forbidden\r\n\(Self.page)"))
        choice = .init(try ProxyAddress(validating: "127.0.0.1:\(proxy.port)"), source: "proxy")
        let client = try RestClient(
            token: Token(validating: Dialing.token),
            .init(retries: .never, proxies: ProxyRules(https: choice), clock: FakeClock())
        )
        let outcome = await client.recordings.download(fileName: "a.wav", to: "/nowhere-at-all/a.wav")
        #expect(outcome.notSent?.code == "cannot_write")
        let request = OutgoingRequest(
            method: .get,
            url: "https://rest.test/a.wav",
            token: nil,
            body: nil,
            timeouts: Timeouts()
        )
        let delivery = await client.requester.transport.download(request, part: nil) { _ in nil }
        await client.shutdown()
        proxy.stop()
        #expect(
            delivery == .neverLeft(.broken("the proxy 127.0.0.1:\(proxy.port) refused a connection to rest.test:443"))
        )
    }
}
