import Foundation
import Piopiy
import TerminalDriver
import TestSupport
import Testing

@testable import PiopiyCommand

/// The figures of the built program, as Prometheus scrapes them.
@Suite("Metrics for Prometheus", .serialized)
struct MetricsTests {
    private static func scrape(_ url: String) async throws -> String {
        String(decoding: try await HTTP.get(url), as: UTF8.self)
    }

    /// The address that a line tells.
    private static func url(in line: String) throws -> String {
        let words = line.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init)
        return try #require(words.first { $0.hasPrefix("http://") && $0.hasSuffix("/metrics") }, "\(line)")
    }

    /// Waits until a scrape has all of these lines.
    @discardableResult
    private static func see(_ lines: String..., at url: String) async throws -> String {
        var last = ""
        return try await wait(for: "\(lines) in the scrape of \(url)") {
            last = try await scrape(url)
            return lines.allSatisfy { last.contains("\($0)\n") } ? last : nil
        }
    }

    @Test("A console counts what it places and shows what is up, and tells no number, name or agent")
    func console() async throws {
        var program = try Program(token: nil)
        defer { program.clean() }
        program.environment["PIOPIY_METRICS"] = "127.0.0.1:0"
        try await PlainSession.with(program) { console in
            let url = try Self.url(in: try await console.see("metrics are served on http://127.0.0.1:"))
            try await Self.see("piopiy_placements_total{outcome=\"accepted\"} 0", "piopiy_doubts 0", at: url)
            try console.type("call 918888888888 from 919999999999 agent \(CallCommandTests.agent) name=Magdalena")
            try await console.see("call 1 to 918888888888: talking")
            try console.type("call 918888880005 from 919999999999 agent \(CallCommandTests.agent)")
            let text = try await Self.see(
                "piopiy_placements_total{outcome=\"accepted\"} 1",
                "piopiy_placements_total{outcome=\"refused\"} 1",
                "piopiy_calls{state=\"talking\"} 1",
                "piopiy_calls_ended_total{end=\"rejected\"} 1",
                at: url
            )
            #expect(text.contains("piopiy_build_info{version=\"\(PiopiyVersion.current)\"} 1\n"))
            for name in ["process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds"] {
                #expect(text.contains("\n\(name) "), "\(name)")
            }
            for start in [
                "piopiy_journal_commit_seconds_count ", "piopiy_webhooks_total{result=\"recorded\"} ",
            ] {
                #expect(text.contains("\n\(start)"), "\(start)")
            }
            // The journal is read beside the scrapes.
            let filled = try await wait(for: "the journal's figures") {
                let text = try await Self.scrape(url)
                return text.contains("\npiopiy_journal_pending_lines ") ? text : nil
            }
            #expect(filled.contains("\npiopiy_campaigns{state=\"running\"} 0\n"))
            #expect(!text.contains("No description."))
            try Self.checkPrivacy(text)
            try console.type("quit")
            try console.type("end")
            #expect(try await console.running.result().status == 0)
        }
    }

    /// No label holds anything that could be a number, a name or an id.
    private static func checkPrivacy(_ text: String) throws {
        // Without the readings, whose digits may be any.
        let names = text.split(separator: "\n").map { $0.prefix(upTo: $0.lastIndex(of: " ") ?? $0.endIndex) }
            .joined(separator: "\n")
        for word in ["918888", "919999", "Magdalena", CallCommandTests.agent, "sandbox#"] {
            #expect(!names.contains(word), "\(word)")
        }
        let values = text.matches(of: #/="([^"]*)"/#).map { String($0.1) }
        #expect(values.count > 20)
        for value in values {
            #expect(value.wholeMatch(of: /[a-z_]+|[0-9.]+|\+Inf/) != nil && value.count < 16, "\(value)")
        }
    }

    @Test("piopiy listen counts webhooks, and shows the calls of its journal")
    func listen() async throws {
        let program = try Program()
        defer { program.clean() }
        try program.keep(webhookSecret: SharedDesk.secret)
        let port = try FreePort.find()
        let listener = try program.start([
            "listen", "--port", "\(port)", "--metrics", "127.0.0.1:0", "--api-url", "http://127.0.0.1:1/v3",
        ])
        defer { listener.stop() }
        let line = try await wait(for: "the metrics' address in: \(listener.complaints)") {
            listener.complaints.split(separator: "\n").map(String.init).first { $0.contains("metrics are served on") }
        }
        _ = try await wait(for: "the listener") { listener.written.contains("/hooks/") ? true : nil }
        let url = try Self.url(in: line)
        let hook = "http://127.0.0.1:\(port)/hooks/\(SharedDesk.secret)"
        let event = #"{"call_id":"c-1","status":"ringing","to":"918888888888","from":"919999999999"}"#
        for body in [event, event, "<call/>"] { #expect(try await HTTP.post(hook, Array(body.utf8)) == 200) }
        #expect(try await HTTP.post("\(hook)x", Array(event.utf8)) == 404)
        let text = try await Self.see(
            "piopiy_webhooks_total{result=\"recorded\"} 2",
            "piopiy_webhooks_total{result=\"unreadable\"} 1",
            "piopiy_webhooks_total{result=\"refused\"} 1",
            "piopiy_webhook_repeats_total 1",
            "piopiy_calls{state=\"ringing\"} 1",
            "piopiy_doubts 0",
            at: url
        )
        try Self.checkPrivacy(text)
        // The webhooks' port, which a proxy may publish, has none of it.
        let other = try await HTTP.get("http://127.0.0.1:\(port)/metrics")
        #expect(!String(decoding: other, as: UTF8.self).contains("piopiy_"))
        listener.signal(SIGTERM)
        #expect(try await listener.result().status == 0)
    }

    @Test("The webhooks' port is refused, by flag, file and environment, before anything is opened")
    func samePort() async throws {
        var program = try Program()
        defer { program.clean() }
        let listen = try await program.run("listen", "--port", "8787", "--metrics", "127.0.0.1:8787")
        #expect(listen.status == 78)
        #expect(listen.errors.contains("metrics (--metrics) has port 8787, which is the webhooks' port"))
        #expect(listen.errors.contains("127.0.0.1:9464"), "\(listen.errors)")
        let file = program.home.appending(path: "config.yaml")
        try Data("webhook_port: 9464\nmetrics: localhost\n".utf8).write(to: file)
        for command in [["--plain"], ["config", "check"]] {
            let result = try await program.run(command + ["--config", file.path])
            #expect(result.status == 78, "\(command)")
            #expect(result.errors.contains("metrics (\(file.path):2) has port 9464"), "\(result.errors)")
            #expect(result.errors.contains("127.0.0.1:9465"), "\(result.errors)")
        }
        program.environment["PIOPIY_METRICS"] = "off"
        #expect(try await program.run("config", "check", "--config", file.path).status == 0)
    }

    @Test("A value that is no address is refused with what would be right")
    func wrongValue() async throws {
        var program = try Program()
        defer { program.clean() }
        for command in [["listen"], ["console", "--plain"]] {
            let result = try await program.run(command + ["--metrics", "9464"])
            #expect(result.status == 64, "\(command)")
            #expect(
                result.errors.contains("--metrics is “9464”; it must be an address of this machine and a port"),
                "\(result.errors)"
            )
        }
        program.environment["PIOPIY_METRICS"] = "yes:please"
        let result = try await program.run("config", "show")
        #expect(result.status == 78 && result.errors.contains("PIOPIY_METRICS is “yes:please”"), "\(result.errors)")
    }

    @Test("Where the port is taken the console says so and places calls, and serves once the port is free")
    func takenPort() async throws {
        var program = try Program(token: nil)
        defer { program.clean() }
        let holder = try TinyServer { _ in .json("{}") }
        program.environment["PIOPIY_METRICS"] = "127.0.0.1:\(holder.port)"
        try await PlainSession.with(program) { console in
            let warning = try await console.see("no metrics are served: port \(holder.port) of 127.0.0.1 is in use")
            #expect(warning.contains("Calls are not affected"))
            try console.type("call 918888888888 from 919999999999 agent \(CallCommandTests.agent)")
            try await console.see("call 1 to 918888888888: talking")
            holder.stop()
            let url = try Self.url(in: try await console.see("metrics are served on http://127.0.0.1:"))
            try await Self.see("piopiy_placements_total{outcome=\"accepted\"} 1", at: url)
        }
    }

    @Test(
        "An address is read with its port or without",
        arguments: [
            ("127.0.0.1:9464", "127.0.0.1", 9464), ("127.0.0.1", "127.0.0.1", 9464), ("localhost:0", "localhost", 0),
            ("[::1]:9465", "::1", 9465), ("[::1]", "::1", 9464), ("0.0.0.0:65535", "0.0.0.0", 65535),
        ] as [(String, String, Int)]
    )
    func address(text: String, host: String, port: Int) throws {
        let address = try #require(MetricsAddress(text))
        #expect(address.host == host && address.port == port)
    }

    @Test(
        "What is no address is none",
        arguments: [
            "", ":9464", "9464", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:+1", "127.0.0.1:x", "::1", "[::1", "[]:1",
            "[::1]9464", "[host]:1", "http://127.0.0.1:9464", "127.0.0.1:9464/metrics", "a b:1", "off", "off:1",
            "no", "None", "FALSE", "yes:9464", "nonsense",
        ]
    )
    func noAddress(text: String) {
        #expect(MetricsAddress(text) == nil)
    }
}
