import NIOSSL
import TestSupport
import Testing

@testable import Piopiy

@Suite("TLS")
struct TLSTests {
    /// Dials once at a server with one of the certificates.
    private func dial(
        _ url: String,
        trusting: TrustedCertificates? = nil,
        proxies: ProxyRules = .none,
        now: @escaping @Sendable () -> Timestamp = { .now }
    ) async throws -> Outcome<Acceptance> {
        let client = try RestClient(
            token: Token(validating: Dialing.token),
            .init(
                baseURL: url,
                timeouts: Timeouts(connect: .seconds(20), answer: .seconds(20)),
                retries: .never,
                proxies: proxies,
                trustedCertificates: trusting,
                clock: FakeClock(),
                now: now
            )
        )
        let outcome = await client.ai.call(
            callerID: "919999999999",
            toNumber: Dialing.number(0),
            agentID: Dialing.agent
        )
        await client.shutdown()
        return outcome
    }

    private func serving(_ configuration: TLSConfiguration, _ body: (TLSServer) async throws -> Void) async throws {
        let server = try await TLSServer.start(configuration)
        do {
            try await body(server)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    /// That nothing was sent, with these words, once, and with no path of the machine that built the library.
    private func expect(
        _ outcome: Outcome<Acceptance>,
        _ words: String,
        _ server: TLSServer,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let reason = try #require(outcome.notSent, "\(outcome)", sourceLocation: sourceLocation)
        #expect(reason.code == "cannot_connect", sourceLocation: sourceLocation)
        let text = "\(reason)"
        #expect(text.ranges(of: words).count == 1, "\(text)", sourceLocation: sourceLocation)
        for word in [".cc", ".build", "OPENSSL", "NIOSSL", "BoringSSL", "handshakeFailed"] {
            #expect(!text.contains(word), "\(text)", sourceLocation: sourceLocation)
        }
        #expect(server.requests.isEmpty, sourceLocation: sourceLocation)
    }

    @Test("Certificates of two files are trusted beside each other")
    func bothFiles() async throws {
        let authority = try TrustedCertificates(pem: Array(try await TestCertificates.made().authority.utf8))
        #expect(authority.count == 1 && authority.adding(authority).count == 2)
    }

    @Test("A company's certificate is trusted beside the system's; without it the failure says what to do")
    func trust() async throws {
        let made = try await TestCertificates.made()
        let authority = try TrustedCertificates(pem: Array(made.authority.utf8))
        try await serving(made.server("good")) { server in
            let url = "https://localhost:\(server.port)/v3"
            let refused = try await dial(url)
            try expect(refused, "the certificate of localhost is not trusted", server)
            #expect("\(refused)".contains("ca_file"))
            let accepted = try await dial(url, trusting: authority)
            #expect(accepted.name == "accepted", "\(accepted)")
            #expect(server.requests.count == 1)
        }
    }

    @Test("A certificate of another host, one that has expired and one whose time has not come are told apart")
    func certificates() async throws {
        let made = try await TestCertificates.made()
        let authority = try TrustedCertificates(pem: Array(made.authority.utf8))
        try await serving(made.server("rest")) { server in
            let outcome = try await dial("https://localhost:\(server.port)", trusting: authority)
            try expect(outcome, "the certificate is for another host name, not for localhost", server)
        }
        try await serving(made.server("expired")) { server in
            let outcome = try await dial("https://localhost:\(server.port)", trusting: authority)
            try expect(outcome, "the certificate of localhost expired on 2021-03-04", server)
        }
        try await serving(made.server("early")) { server in
            let outcome = try await dial(
                "https://localhost:\(server.port)",
                trusting: authority,
                now: { Timestamp(milliseconds: 1_800_000_000_000) }
            )
            try expect(outcome, "is not valid before 2048-05-06, and this machine's clock says 2027-01-15", server)
        }
    }

    @Test("No TLS there, and only an old version of it, are told apart")
    func versions() async throws {
        let made = try await TestCertificates.made()
        let authority = try TrustedCertificates(pem: Array(made.authority.utf8))
        try await serving(made.server("good", maximum: .tlsv11)) { server in
            let outcome = try await dial("https://localhost:\(server.port)", trusting: authority)
            try expect(outcome, "localhost does not support TLS 1.2 or later", server)
        }
        let closing = try await FaultServer.start(FaultServer.Plan(greeting: .close))
        try await serving(made.server("good")) { server in
            // A web server says this to whatever is not HTTP.
            let speaker = try await FaultServer.start(FaultServer.Plan(greeting: .speak("HTTP/1.1 400 Bad\r\n\r\n")))
            let port = speaker.port
            let outcome = try await dial("https://localhost:\(port)")
            await speaker.stop()
            try expect(outcome, "localhost:\(port) does not speak TLS", server)
            let closed = try await dial("https://localhost:\(closing.port)")
            #expect(closed.notSent?.code == "cannot_connect", "\(closed)")
        }
        await closing.stop()
    }

    @Test("Behind a proxy it is the same, and the proxy sees neither token nor number")
    func proxied() async throws {
        let made = try await TestCertificates.made()
        let authority = try TrustedCertificates(pem: Array(made.authority.utf8))
        try await serving(made.server("rest")) { server in
            let proxy = try TestProxy(.tunnel(to: server.port))
            let address = try ProxyAddress(validating: "http://127.0.0.1:\(proxy.port)")
            let rules = ProxyRules(https: .init(address, source: "proxy"))
            let refused = try await dial("https://rest.test/v3", proxies: rules)
            try expect(refused, "the certificate of rest.test is not trusted", server)
            let other = try await dial("https://other.test/v3", trusting: authority, proxies: rules)
            try expect(other, "is for another host name, not for other.test", server)
            let accepted = try await dial("https://rest.test/v3", trusting: authority, proxies: rules)
            #expect(accepted.name == "accepted", "\(accepted)")
            #expect(server.requests.count == 1)
            #expect(proxy.asked.allSatisfy { !$0.contains(Dialing.token) && !$0.contains(Dialing.number(0)) })
            proxy.stop()
        }
    }

    @Test("What holds no certificate is refused in words")
    func broken() async throws {
        let made = try await TestCertificates.made()
        let cut = String(made.authority.prefix(made.authority.count / 2))
        let damaged = made.authority.replacing("\nMI", with: "\n!!")
        for (text, word) in [("", "empty"), ("hello", "no certificate"), (cut, "incomplete"), (damaged, "damaged")] {
            let error = #expect(throws: ValidationError.self) { try TrustedCertificates(pem: Array(text.utf8)) }
            #expect(error?.field == "ca_file" && error?.problem.contains(word) == true, "\(String(describing: error))")
        }
        #expect(try TrustedCertificates(pem: Array((made.authority + made.authority).utf8)).count == 2)
    }
}
