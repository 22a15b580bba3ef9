import Testing

@testable import Piopiy

@Suite("Which proxy leads where")
struct ProxyRulesTests {
    private func address(_ text: String) throws -> WebAddress { try WebAddress(validating: text) }

    private func proxy(_ environment: [String: String], _ url: String) throws -> String? {
        let choice = try ProxyRules(environment: environment).route(to: address(url)).choice
        return choice.map { "\($0.proxy) \($0.source)" }
    }

    @Test("The variables as curl reads them: lower case first, the scheme's before that for all, an empty one is unset")
    func variables() throws {
        let all = ["ALL_PROXY": "http://all:1", "HTTPS_PROXY": "http://upper:2", "HTTP_PROXY": "plain:3"]
        #expect(try proxy(all, "https://h") == "http://upper:2 HTTPS_PROXY")
        #expect(try proxy(all, "http://h") == "http://plain:3 HTTP_PROXY")
        let lower = all.merging(["https_proxy": "socks5://low"]) { $1 }
        #expect(try proxy(lower, "https://h") == "socks5://low:1080 https_proxy")
        #expect(try proxy(["https_proxy": "", "HTTPS_PROXY": "u"], "https://h") == "http://u:80 HTTPS_PROXY")
        #expect(try proxy(["all_proxy": "a:1", "ALL_PROXY": "b:1"], "http://h") == "http://a:1 all_proxy")
        #expect(try proxy(["HTTPS_PROXY": "a:1"], "http://h") == nil)
        #expect(try proxy([:], "https://h") == nil)
    }

    @Test(
        "This machine is never reached by a proxy",
        arguments: [
            "http://127.0.0.1:1/", "https://localhost", "http://[::1]", "http://127.3.2.1", "http://a.localhost",
            "http://[::ffff:127.0.0.1]",
        ]
    )
    func loopback(url: String) throws {
        #expect(try proxy(["ALL_PROXY": "http://p:1"], url) == nil)
    }

    @Test(
        "NO_PROXY names hosts, their subdomains, ports, addresses and ranges",
        arguments: [
            ("*", "https://h", true), ("example.com", "https://example.com", true),
            ("example.com", "https://a.example.com", true), (".example.com", "https://a.example.com", true),
            (".example.com", "https://example.com", true), ("*.example.com", "https://a.example.com", true),
            ("example.com", "https://badexample.com", false), ("ample.com", "https://example.com", false),
            ("EXAMPLE.com", "https://Example.COM", true), ("a, b  example.com", "https://example.com", true),
            ("example.com:443", "https://example.com", true), ("example.com:8443", "https://example.com", false),
            ("example.com:80", "http://example.com", true), ("10.0.0.1", "http://10.0.0.1", true),
            ("10.0.0.1:81", "http://10.0.0.1:81", true), ("10.0.0.1:81", "http://10.0.0.1", false),
            ("10.0.0.0/8", "https://10.255.3.4", true), ("10.0.0.0/8", "https://11.0.0.1", false),
            ("10.0.0.0/9", "https://10.128.0.1", false), ("192.168.4.0/22", "https://192.168.7.9", true),
            ("0.0.0.0/0", "https://9.9.9.9", true), ("fd00::/8", "https://[fd12::1]", true),
            ("fd00::/8", "https://[fe80::1]", false), ("[fd00::1]", "https://[fd00::1]", true),
            ("fd00:0:0::1", "https://[fd00::1]", true), ("[fd00::1]:444", "https://[fd00::1]", false),
            ("10.0.0.0/33", "https://10.0.0.1", false), ("/8", "https://10.0.0.1", false), ("", "https://h", false),
            (",,.", "https://h", false), ("10.0.0.0/8", "https://ten.example", false),
        ]
    )
    func exceptions(list: String, url: String, isDirect: Bool) throws {
        let route = try proxy(["ALL_PROXY": "http://p:1", "NO_PROXY": list], url)
        #expect((route == nil) == isDirect)
    }

    @Test("no_proxy in lower case goes before NO_PROXY, and a route says which variable made it direct")
    func exceptionNames() throws {
        let rules = try ProxyRules(environment: ["ALL_PROXY": "p:1", "no_proxy": "a.example", "NO_PROXY": "b.example"])
        #expect(rules.route(to: try address("https://a.example")) == .direct(because: "no_proxy"))
        #expect(rules.route(to: try address("https://b.example")).choice != nil)
    }

    @Test(
        "A proxy's address is read strictly, and an error names its variable and never its password",
        arguments: [
            ("https://p:1", "is an https:// proxy"), ("socks4://p", "socks4://"),
            ("socks5://u:hunter2@p", "http:// proxies"),
            ("http://p:70000", "port"), ("http://u:hunter2@p:99999999999999999999", "port"), ("ftp://p", "neither"),
            ("http://p/path", "after"), ("http://p?x", "after"), ("http://", "no host"),
            ("http://u:hun%ter2@p", "credentials"), ("http://u:hunter2%0d%0a@p", "credentials"),
            ("http://:hunter2@p", "credentials"), ("http://u:hunter2@bü", "xn--"),
            ("http://u:hunter2 @p", "white space"),
            ("p:port", "port"), ("http://u:hunter2@[::1", "brackets"),
        ]
    )
    func wrongProxy(text: String, word: String) throws {
        let error = #expect(throws: ValidationError.self) { try ProxyRules(environment: ["HTTPS_PROXY": text]) }
        let refusal = try #require(error)
        #expect(refusal.field == "HTTPS_PROXY" && refusal.problem.contains(word), "\(refusal)")
        #expect(!"\(refusal)".contains("hunter2") && !"\(refusal)".contains("hun%ter2"))
    }

    @Test("Credentials are decoded, and nothing that prints a proxy shows them")
    func credentials() throws {
        let proxy = try ProxyAddress(validating: "http://an%40na:p%3Ass%2Fw%25@[::1]:3128/")
        #expect(proxy.credentials?.user == "an@na" && proxy.credentials?.password == "p:ss/w%")
        #expect("\(proxy)" == "http://•••••@[::1]:3128")
        var text = "\(String(reflecting: proxy)) \([proxy]) \(ProxyRules(https: .init(proxy, source: "x")))"
        text += "\(RestClient.Configuration(proxies: ProxyRules(https: .init(proxy, source: "x"))))"
        dump(proxy, to: &text)
        #expect(!text.contains("p:ss") && !text.contains("an@na"))
    }
}
