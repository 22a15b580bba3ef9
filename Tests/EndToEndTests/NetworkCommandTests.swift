import Foundation
import Testing

@testable import PiopiyCommand

@Suite("Addresses, proxies and certificates of the commands")
struct NetworkCommandTests {
    private static let call = [
        "call", "--from", "919999999999", "--to", "918888888888", "--agent", CallCommandTests.agent,
    ]

    private func with(
        _ environment: [String: String] = [:],
        file: String? = nil,
        mode: Int = 0o600,
        _ body: (Program) async throws -> Void
    ) async throws {
        var program = try Program()
        defer { program.clean() }
        program.environment.merge(environment) { $1 }
        if let file {
            let folder = program.home.appending(path: ".config/piopiy")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let path = folder.appending(path: "config.yaml")
            try Data(file.utf8).write(to: path)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path.path)
        }
        try await body(program)
    }

    // MARK: Addresses

    static let wrong = [
        "http://127.0.0.1:70000/v3", "https://rest.example:99999999999999999999/v3", "http://127.0.0.1:0",
        "http://u:hunter2@127.0.0.1/", "http://[::1/", "http://bücher.example", "http://127.0.0.1/\u{1}",
    ]

    @Test(
        "An address that breaks a rule ends a command before anything is sent, and the check sees it",
        arguments: wrong
    )
    func wrongAddress(address: String) async throws {
        for name in ["PIOPIY_API_URL", "PIOPIY_BASE_URL", "PIOPIY_ACCOUNT_URL", "PIOPIY_MESSAGING_URL"] {
            try await with([name: address]) { program in
                let commands = [Self.call, ["agents", "list"], ["config", "check"], ["batch", "-"], ["listen"]]
                for command in name == "PIOPIY_API_URL" ? commands : [commands[0], commands[2]] {
                    let result = try await program.run(command)
                    #expect(result.status == 78, "\(command) \(result)")
                    #expect((result.errors + result.output).contains("\(name) "), "\(result)")
                    #expect(!(result.errors + result.output).contains("hunter2"))
                }
            }
        }
        try await with { program in
            let result = try await program.run(Self.call + ["--api-url", address])
            #expect(result.status == 78 && result.errors.contains(#/--api-url (?:has|contains) /#), "\(result)")
        }
        let quoted = address.contains("\u{1}") ? "http://127.0.0.1/\\x01" : address
        for file in ["api_url: \"\(quoted)\"", "profiles:\n  p: { account_url: \"\(quoted)\" }"] {
            try await with(file: file) { program in
                for command in [Self.call, ["config", "check"]] {
                    let result = try await program.run(command)
                    #expect(result.status == 78 && result.errors.contains(#/_url (?:has|contains) /#), "\(result)")
                }
            }
        }
    }

    @Test("A line's end behind an address is cut off, and the address is then the same")
    func lineEnd() async throws {
        try await with { home in
            try await RunningSandbox.with(home) { sandbox in
                var program = home
                program.environment["PIOPIY_API_URL"] = sandbox.base + "\r\n"
                let result = try await program.run(Self.call)
                #expect(result.status == 0, "\(result)")
                let shown = try await program.run("config", "show", "--output", "json")
                let value = shown.objects.first { $0["key"] as? String == "api_url" }?["value"] as? String
                #expect(value == sandbox.base)
            }
        }
    }

    @Test(
        "Addresses that are given to commands are checked as well: nothing is registered, no sandbox starts",
        arguments: wrong
    )
    func givenAddress(address: String) async throws {
        try await with(["PIOPIY_API_URL": "http://127.0.0.1:1/v3"]) { program in
            for command in [
                ["webhooks", "add", "--kind", "cdr", "--url", address], ["webhooks", "register", "--url", address],
                ["sandbox", "--webhook", address],
            ] {
                let result = try await program.run(command)
                #expect(result.status == 64, "\(command) \(result)")
                #expect(!(result.errors + result.output).contains("hunter2"))
            }
        }
    }

    @Test(
        "A port that is none is invalid wherever a port is given",
        arguments: ["65536", "-1", "99999999999999999999", "8o"]
    )
    func ports(port: String) async throws {
        try await with { program in
            for command in [
                ["sandbox", "--port=\(port)"], ["listen", "--port=\(port)"],
                ["webhooks", "register", "--port=\(port)"],
                ["console", "--plain", "--webhook-port=\(port)"],
            ] {
                let result = try await program.run(command)
                #expect(result.status == 64, "\(command) \(result)")
            }
        }
        try await with(["PIOPIY_WEBHOOK_PORT": port]) { program in
            let check = try await program.run("config", "check")
            #expect(check.status == 78)
        }
    }

    // MARK: Plain http

    @Test("Plain http to another machine sends nothing, whatever the command, and names the setting that allows it")
    func plainHTTP() async throws {
        try await with(["PIOPIY_API_URL": "http://rest.test/v3"]) { program in
            for command in [
                Self.call, Self.call + ["--dry-run"], ["agents", "list"], ["console", "--plain"], ["batch", "-"],
                ["config", "check"],
            ] {
                let result = try await program.run(command)
                #expect(result.status == 78, "\(command) \(result)")
                let said = result.errors + result.output
                #expect(
                    said.contains("PIOPIY_API_URL is http://rest.test/v3, plain http to another machine"),
                    "\(result)"
                )
                #expect(said.contains("allow_http: yes (PIOPIY_ALLOW_HTTP=yes)"))
            }
            // What does not talk to the platform goes on.
            let history = try await program.run("history")
            #expect(history.status == 0)
        }
        let file = """
            allow_http: no
            profiles:
              p: { api_url: http://10.0.0.1/v3 }
              q: { api_url: http://10.0.0.2, allow_http: yes }
            """
        try await with(file: file) { program in
            let result = try await program.run("config", "check")
            #expect(result.status == 78 && result.errors.contains(":3: profiles.p.api_url is plain http"), "\(result)")
            #expect(!result.errors.contains(":4:"), "\(result)")
        }
    }

    // MARK: Proxies

    @Test("The platform is asked through the environment's proxy; its 407 is not sent, and its password is never shown")
    func proxied() async throws {
        let proxy = try TinyServer { _ in TinyServer.Answer(status: 407, body: Data()) }
        defer { proxy.stop() }
        let address = "http://anna:hunter2@127.0.0.1:\(proxy.port)"
        let environment = [
            "PIOPIY_API_URL": "http://rest.test/v3", "PIOPIY_ALLOW_HTTP": "yes", "HTTP_PROXY": address,
            "HTTPS_PROXY": address,
        ]
        try await with(environment) { program in
            let result = try await program.run(Self.call + ["--output", "json"])
            #expect(result.status == 69 && result.outcome == "notSent", "\(result)")
            let message = try #require(result.error["message"] as? String)
            #expect(message.contains("the proxy 127.0.0.1:\(proxy.port) did not accept the user name and password"))
            #expect(!proxy.requests.isEmpty)
            #expect(
                proxy.requests.allSatisfy {
                    $0.method == "CONNECT" && $0.path == "rest.test:80" && $0.authorization == nil
                }
            )

            let agents = try await program.run("agents", "list")
            #expect(agents.status != 0 && proxy.requests.last?.path == "api.piopiy.com:443", "\(agents)")
            let show = try await program.run("config", "show")
            let line = show.output.split(separator: "\n").first { $0.hasPrefix("proxy ") }
            #expect(
                line?.contains("http://•••••@127.0.0.1:\(proxy.port)") == true && line?.hasSuffix("HTTP_PROXY") == true
            )
            #expect(show.output.contains("proxy for account_url"))
            for text in [result.output, result.errors, agents.output, agents.errors, show.output] {
                #expect(!text.contains("hunter2"))
            }
            let log = program.home.appending(path: ".local/state/piopiy/piopiy.log")
            let logged = try String(contentsOf: log, encoding: .utf8)
            #expect(!logged.isEmpty && !logged.contains("hunter2"))
        }
    }

    @Test("A sandbox on this machine is reached directly, whatever proxy is set, right or wrong")
    func loopback() async throws {
        try await with { home in
            try await RunningSandbox.with(home) { sandbox in
                for proxy in ["http://127.0.0.1:1", "https://nonsense:99999"] {
                    var program = home
                    program.environment["PIOPIY_API_URL"] = sandbox.base
                    for name in ["ALL_PROXY", "http_proxy", "HTTPS_PROXY"] { program.environment[name] = proxy }
                    let result = try await program.run(Self.call + ["--allow-busy"])
                    #expect(result.status == 0, "\(result)")
                }
            }
        }
    }

    @Test("The setting goes over the environment's proxy, off uses none, and config show says so")
    func setting() async throws {
        func line(_ program: Program) async throws -> [String] {
            let shown = try await program.run("config", "show", "--output", "json").objects
            let line = shown.first { $0["key"] as? String == "proxy" }
            return [line?["value"] as? String ?? "-", line?["from"] as? String ?? "-"]
        }
        let proxies = ["HTTPS_PROXY": "http://a.example:1"]
        try await with(proxies) { program in
            var program = program
            for (variable, value, told) in [
                ("PIOPIY_THEME", "dark", ["http://a.example:1", "HTTPS_PROXY"]),
                ("no_proxy", "piopiy.com,telecmi.com", ["none", "no_proxy"]),
                ("no_proxy", "", ["http://a.example:1", "HTTPS_PROXY"]),
                ("PIOPIY_PROXY", "socks5://b.example", ["socks5://b.example:1080", "PIOPIY_PROXY"]),
                ("PIOPIY_PROXY", "off", ["off", "PIOPIY_PROXY"]),
            ] {
                program.environment[variable] = value
                let shown = try await line(program)
                #expect(shown == told)
            }
        }
        try await with(file: "proxy: off") { program in
            let shown = try await line(program)
            #expect(shown[0] == "off")
        }
        try await with { program in
            let shown = try await line(program)
            #expect(shown == ["-", "default"])
        }
    }

    @Test("A proxy that cannot be used is named by its variable; its password in a file that others read is refused")
    func wrongProxy() async throws {
        for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "PIOPIY_PROXY"] {
            try await with([name: "https://anna:hunter2@proxy.example"]) { program in
                for command in [Self.call, ["config", "check"]] {
                    let result = try await program.run(command)
                    #expect(result.status == 78, "\(result)")
                    let said = result.output + result.errors
                    #expect(
                        said.contains("\(name) is an https:// proxy") && !said.contains("hunter2")
                    )
                }
            }
        }
        for file in ["proxy: http://anna:hunter2@p:3128", "profiles:\n  x: { proxy: \"http://anna:hunter2@p:3128\" }"] {
            try await with(file: file, mode: 0o644) { program in
                let result = try await program.run(Self.call)
                #expect(result.status == 78 && result.errors.contains("proxy is in a file that is not private"))
                #expect(!result.errors.contains("hunter2"))
            }
        }
        try await with(file: "proxy: http://p:3128", mode: 0o644) { program in
            let check = try await program.run("config", "check")
            #expect(check.status == 0)
        }
    }

    // MARK: Certificates

    @Test(
        "Certificates that cannot be read end a command with their path and who named it",
        arguments: ["gone.pem", "empty.pem", "words.pem", "folder"]
    )
    func certificates(name: String) async throws {
        for variable in ["PIOPIY_CA_FILE", "SSL_CERT_FILE", "SSL_CERT_DIR"] {
            try await with { home in
                var program = home
                try Data().write(to: program.home.appending(path: "empty.pem"))
                try Data("words\n".utf8).write(to: program.home.appending(path: "words.pem"))
                let folder = program.home.appending(path: "folder")
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                let path = program.home.appending(path: name).path
                program.environment[variable] = path
                // A port at which nobody listens: nothing may leave these tests.
                program.environment["PIOPIY_PROXY"] = "http://127.0.0.1:1"
                for command in [Self.call, ["config", "check"]] {
                    let result = try await program.run(command)
                    #expect(result.status == 78, "\(result)")
                    #expect((result.errors + result.output).contains("\(variable) names \(path), which "), "\(result)")
                }
            }
        }
        try await with(file: "ca_file: gone.pem") { program in
            let result = try await program.run("config", "check")
            #expect(result.status == 78 && result.errors.contains("config.yaml:1: ca_file names "), "\(result)")
        }
    }
}
