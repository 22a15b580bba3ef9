import Testing

@testable import Piopiy

@Suite("A web address")
struct WebAddressTests {
    @Test(
        "is read into its parts",
        arguments: [
            ("https://rest.piopiy.com/v3", "https://rest.piopiy.com", 443, "/v3"),
            ("HTTP://Localhost", "http://localhost", 80, ""), ("http://h:1", "http://h:1", 1, ""),
            ("http://h:65535/", "http://h:65535", 65_535, "/"), ("https://10.0.0.1:080", "https://10.0.0.1:80", 80, ""),
            ("http://[::1]:8080/x", "http://[::1]:8080", 8080, "/x"),
            ("https://[FD00::1]", "https://[fd00::1]", 443, ""),
            ("https://xn--bcher-kva.example/a%20b", "https://xn--bcher-kva.example", 443, "/a%20b"),
            ("https://api_1.example-2.com", "https://api_1.example-2.com", 443, ""),
        ]
    )
    func right(text: String, origin: String, port: Int, path: String) throws {
        let address = try WebAddress(validating: text)
        #expect(address.origin == origin && address.effectivePort == port && address.path == path)
        #expect(address.text == text)
    }

    @Test("loses white space and line ends around it", arguments: [" \t", "\r", "\n", "\r\n"])
    func trimmed(blank: String) throws {
        #expect(try WebAddress(validating: blank + "http://h/v3" + blank).text == "http://h/v3")
        #expect(try BaseURL.normalized("http://h/v3/" + blank) == "http://h/v3")
        #expect(try WebhookRegistration(kind: .cdr, url: "http://h/v3" + blank).url == "http://h/v3")
    }

    static let wrong: [(String, String)] = [
        // Ports.
        ("http://h:65536/v3", "port"), ("http://h:70000", "port"), ("http://h:0", "port"), ("http://h:-1", "port"),
        ("http://h:99999999999999999999/", "port"), ("http://h:18446744073709551696", "port"), ("http://h:+80", "port"),
        ("http://h:٨٠", "port"), ("http://h:", "no port"), ("http://h:/v3", "no port"), ("http://[::1]:70000", "port"),
        ("http://h:80:80", "brackets"),
        // Hosts.
        ("http://", "no host"), ("https:///v3", "no host"), ("http://:80", "no host"), ("http://::1/", "brackets"),
        ("http://[::1", "brackets"), ("http://[::1]x", "after the brackets"),
        ("http://[::1]x:80", "after the brackets"), ("http://[127.0.0.1]", "brackets"),
        ("http://[fe80::1%25eth0]/", "brackets"), ("http://bücher.example", "xn--"), ("http://ho%73t/", "%"),
        ("http://127.1/", "IPv4"), ("http://2130706433/", "IPv4"), ("http://0x7f.0x1/", "IPv4"),
        ("http://127.0.0.01/", "IPv4"), ("http://256.0.0.1/", "IPv4"), ("http://1.2.3.4.5/", "IPv4"),
        ("http://a..b/", "host name"), ("http://h./", "host name that ends with a dot"),
        ("http://127.0.0.1.:80/", "ends with a dot"), ("http://a,b/", "host name"),
        ("http://" + String(repeating: "a", count: 64), "host name"), ("http://h\\evil.example/", "backslash"),
        // Secrets and ends.
        ("http://u:hunter2@h/", "user name"), ("http://u@h", "user name"), ("http://h/#x", "fragment"),
        ("http://h/?token=hunter2", "query"), ("http://h?x", "query"),
        // Characters.
        ("http://h/a b", "white space"), ("http://h/\r\nHost: x", "white space"), ("http://h/\u{0}", "U+0000"),
        ("http://h/\u{1B}[31m", "U+001B"), ("http://h/\u{85}x", "white space"), ("http://h/é", "outside ASCII"),
        ("http://h/<x>", "percent-encode"), ("http://h/%zz", "hex"), ("http://h/%2", "hex"),
        ("http://h/[x]", "percent"),
        // Schemes.
        ("", "empty"), (" \r\n", "empty"), ("rest.piopiy.com", "begin with"), ("rest.piopiy.com:443/v3", "begin with"),
        ("ftp://h/", "ftp:"), ("file:///etc/passwd", "file:"), ("http:/h", "begin with"), ("//h/v3", "begin with"),
        ("http://h/" + String(repeating: "a", count: 2048), "2048"),
    ]

    @Test("that breaks a rule is refused with the rule and an example, and is not repeated", arguments: wrong)
    func refused(text: String, word: String) throws {
        let error = #expect(throws: ValidationError.self) { try WebAddress(validating: text, field: "base_url") }
        let refusal = try #require(error)
        #expect(refusal.field == "base_url")
        #expect(refusal.problem.contains(word), "\(refusal)")
        #expect(refusal.problem.hasSuffix("; use an address such as https://example.com"))
        #expect(!"\(refusal)".contains("hunter2"))
    }

    @Test("A bad one is refused by the client, by its dry run and for a webhook alike", arguments: wrong)
    func everywhere(text: String, word: String) throws {
        let token = try Token(validating: "secret-token")
        #expect(throws: ValidationError.self) { try RestClient(token: token, .init(baseURL: text)) }
        #expect(throws: ValidationError.self) { try RestClient(token: token, .init(accountURL: text)) }
        #expect(throws: ValidationError.self) { try RestClient(token: token, .init(messagingURL: text)) }
        // An address for webhooks may have a query.
        if word != "query" {
            #expect(throws: ValidationError.self) { try WebhookRegistration(kind: .event, url: text) }
            #expect(throws: ValidationError.self) {
                try WebhookRegistration(json: ["type": "cdr", "url": .string(text)])
            }
        }
    }

    @Test("The transport itself refuses a bad port: nothing is sent, and nothing ends the process")
    func transport() async throws {
        let transport = AsyncHTTPTransport(connections: 1, connectTimeout: .seconds(1))
        for url in ["http://127.0.0.1:70000/", "http://127.0.0.1:99999999999999999999/", "http://[::1]:70000/"] {
            let request = OutgoingRequest(method: .get, url: url, token: nil, body: nil, timeouts: Timeouts())
            let sent = await transport.send(request)
            let downloaded = await transport.download(request, part: nil) { _ in nil }
            for delivery in [sent, downloaded] {
                #expect(
                    delivery
                        == .neverLeft(
                            .broken(
                                "the address has a port that is not 1 to 65535; use an address "
                                    + "such as https://example.com"
                            )
                        )
                )
            }
        }
        await transport.shutdown()
    }

    @Test(
        "Plain http to another machine is refused unless it is allowed; this machine is always allowed",
        arguments: ["http://10.0.0.1/v3", "http://rest.example/v3", "http://127.0.0.1.example/", "http://[fd00::1]/"]
    )
    func plainHTTP(text: String) throws {
        let token = try Token(validating: "secret-token")
        for configuration in [
            RestClient.Configuration(baseURL: text), .init(accountURL: text), .init(messagingURL: text),
        ] {
            let error = #expect(throws: ValidationError.self) { try RestClient(token: token, configuration) }
            #expect(error?.problem.hasPrefix("is plain http to another machine") == true)
            var allowed = configuration
            allowed.allowsPlainHTTP = true
            #expect(throws: Never.self) { try RestClient(token: token, allowed) }
        }
        for here in [
            "http://127.0.0.1:1", "http://127.9.8.7", "http://localhost", "http://x.localhost", "http://[::1]",
        ] {
            #expect(throws: Never.self) { try RestClient(token: token, .init(baseURL: here)) }
        }
    }
}
