import Foundation
import Logging
import Piopiy
import TestSupport
import Testing

@testable import PiopiyCommand

@Suite("The form of log lines")
struct LogFormatTests {
    /// 2026-11-30, 14:02:11.123 UTC.
    private static let moment = Timestamp(milliseconds: 1_796_047_331_123)

    private static func event(_ message: Logger.Message, error: (any Error)? = nil) -> LogEvent {
        LogEvent(
            level: .warning,
            message: message,
            error: error,
            metadata: nil,
            source: nil,
            file: "PiopiyCommand/Some.swift",
            function: "some()",
            line: 1
        )
    }

    private static func line(
        _ format: LogFormat,
        _ message: Logger.Message,
        _ metadata: Logger.Metadata = [:],
        error: (any Error)? = nil
    ) -> String {
        format.line(event(message, error: error), label: "piopiy.client", metadata: metadata, at: moment)
    }

    /// The object of a line.
    static func object(_ line: some StringProtocol) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
    }

    private struct Broken: Error, CustomStringConvertible { let description = "the disk is full:\n50 MB are missing" }

    @Test("Time, level, label, message and metadata stand in one order in both forms")
    func lines() {
        let metadata: Logger.Metadata = ["status": "200", "operation": "ai.call"]
        #expect(
            Self.line(.text, "accepted", metadata)
                == "2026-11-30T14:02:11.123Z warning piopiy.client: accepted operation=ai.call status=200"
        )
        #expect(
            Self.line(.json, "accepted", metadata)
                == #"{"time":"2026-11-30T14:02:11.123Z","level":"warning","label":"piopiy.client","#
                + #""message":"accepted","metadata":{"operation":"ai.call","status":"200"}}"#
        )
        #expect(
            Self.line(.json, "accepted")
                == #"{"time":"2026-11-30T14:02:11.123Z","level":"warning","label":"piopiy.client","#
                + #""message":"accepted","metadata":{}}"#
        )
    }

    @Test("Nested metadata stays nested; numbers and truth values stay what they are")
    func nested() {
        let metadata: Logger.Metadata = [
            "request": ["method": "POST", "tries": ["first", ["wait": "1 s"]]],
            "count": .stringConvertible(3), "port": .stringConvertible(UInt16(8787)),
            "share": .stringConvertible(0.5), "none": .stringConvertible(Double.nan),
            "isLast": .stringConvertible(true),
            "took": .stringConvertible(Duration.seconds(2)), "empty": [:],
        ]
        #expect(
            Self.line(.json, "sent", metadata).hasSuffix(
                #""message":"sent","metadata":{"count":3,"empty":{},"isLast":true,"none":"nan","port":8787,"#
                    + #""request":{"method":"POST","tries":["first",{"wait":"1 s"}]},"share":0.5,"#
                    + #""took":"2.0 seconds"}}"#
            )
        )
    }

    @Test("An error's text is there as a whole")
    func errors() throws {
        let json = try Self.object(Self.line(.json, "not written", error: Broken()))
        #expect(json["error"] as? String == Broken().description)
        let text = Self.line(.text, "not written", ["file": "a"], error: Broken())
        #expect(text.contains("not written file=a error=the disk is full:"))
        #expect(text.hasSuffix("50 MB are missing") && !text.contains("\n"))
    }

    /// What would break a line, or what a terminal would obey or hide: a line end, Esc, C1, DEL, a mark that turns the
    /// direction, a line separator, quotes and what is not UTF-8.
    private static let hostile =
        "a\nb\r\u{1B}[2J\u{9B}2J\u{7F}\u{202E}\u{2028}\u{0}\"\\"
        + String(decoding: [0xFF, 0x61] as [UInt8], as: UTF8.self)

    @Test("Whatever stands in it, a line is one line of plain characters, and is read back as it was")
    func escapes() throws {
        let line = Self.line(.json, "\(Self.hostile)", ["\(Self.hostile)": ["\(Self.hostile)"]])
        #expect(line.unicodeScalars.allSatisfy { ($0.value >= 0x20 && $0.value < 0x7F) || $0 == "\u{FFFD}" }, "\(line)")
        for escaped in [#"\n"#, #"\u001b[2J"#, #"\u009b"#, #"\u007f"#, #"\u202e"#, #"\u2028"#, #"\""#, #"\\"#] {
            #expect(line.contains(escaped), "\(escaped) in \(line)")
        }
        let object = try Self.object(line)
        #expect(object["message"] as? String == Self.hostile)
        #expect(object["metadata"] as? [String: [String]] == [Self.hostile: [Self.hostile]])
    }

    @Test("Metadata of the logger, of its provider and of the event are one; the event's has the last word")
    func provider() throws {
        let lines = Locked<[String]>([])
        var handler = LineLog(label: "piopiy.test", format: .json, level: .info) { line in
            lines.update { $0.append(line) }
        }
        handler.metadataProvider = Logger.MetadataProvider { ["trace": "t-1", "call": "of the provider"] }
        handler[metadataKey: "host"] = "a"
        var event = Self.event("kept")
        event.metadata = ["call": "of the event"]
        handler.log(event: event)
        let line = try #require(lines.get().first)
        #expect(lines.get().count == 1 && line.hasSuffix("}\n"))
        let metadata = try Self.object(line)["metadata"] as? [String: String]
        #expect(metadata == ["trace": "t-1", "call": "of the event", "host": "a"])
    }
}

/// The built program: every log line of its is an object.
@Suite("Log lines as JSON")
struct JSONLogTests {
    private static let keys: Set<String> = ["time", "level", "label", "message", "metadata"]

    /// All lines of a log.
    private static func objects(_ log: String) throws -> [[String: Any]] {
        let lines = log.split(separator: "\n")
        #expect(!lines.isEmpty)
        return try lines.map { line in
            let object = try LogFormatTests.object(line)
            #expect(Set(object.keys).subtracting(["error"]) == keys, "\(line)")
            #expect(line.hasPrefix(#"{"time":"20"#))
            return object
        }
    }

    private static func log(_ program: Program) throws -> String {
        try String(contentsOf: program.home.appending(path: ".local/state/piopiy/piopiy.log"), encoding: .utf8)
    }

    @Test("A sandbox writes them on standard error")
    func sandbox() async throws {
        let program = try Program()
        defer { program.clean() }
        // Nobody listens there.
        let hook = "http://127.0.0.1:\(try FreePort.find())/hooks/0123456789abcdef0123456789abcdef"
        let arguments = ["--speed", "60", "--log-format", "json", "--webhook", hook]
        try await RunningSandbox.with(program, arguments) { sandbox in
            let call = ["call", "--to", "918888888801", "--api-url", sandbox.base] + CampaignCommandTests.who
            #expect(try await program.run(call).status == 0)
            try await eventually("a webhook that nobody took") {
                sandbox.program.complaints.contains("a webhook was not accepted")
            }
            sandbox.program.signal(SIGTERM)
            let result = try await sandbox.program.result()
            let objects = try Self.objects(result.errors)
            #expect(objects.contains { $0["label"] as? String == "piopiy.sandbox" })
            #expect(objects.contains { ($0["message"] as? String)?.hasPrefix("a webhook was not accepted") == true })
            #expect(!result.errors.contains("0123456789abcdef"))
        }
    }

    @Test("So does a listener that the environment tells so")
    func listen() async throws {
        try await SharedDesk.with(hooks: false) { desk in
            var program = desk.program
            program.environment["PIOPIY_LOG_FORMAT"] = "json"
            let listener = try program.start(["listen", "--port", "\(desk.port)", "--api-url", desk.sandbox.base])
            defer { listener.stop() }
            _ = try await wait(for: "the listener") { listener.written.contains("/hooks/") ? true : nil }
            let url = "http://127.0.0.1:\(desk.port)/hooks/\(SharedDesk.secret)"
            #expect(try await HTTP.post(url, Array("<call/>".utf8)) == 200)
            listener.signal(SIGTERM)
            let objects = try Self.objects(try await listener.result().errors)
            let unread = try #require(
                objects.first { ($0["message"] as? String)?.hasPrefix("a webhook could not be read") == true }
            )
            #expect(unread["level"] as? String == "warning")
            #expect((unread["metadata"] as? [String: String])?["bytes"] == "7")
        }
    }

    @Test("The log's file has them, of console, call, batch and campaign, where the file of settings says so")
    func file() async throws {
        try await SharedDesk.with(sandboxArguments: ["--speed", "60"]) { desk in
            let program = desk.program
            let folder = program.home.appending(path: ".config/piopiy")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data("log_format: json\n".utf8).write(to: folder.appending(path: "config.yaml"))
            let base = ["--api-url", desk.sandbox.base]
            let call = ["call", "--to", "918888888801"] + CampaignCommandTests.who + base
            #expect(try await program.run(call).status == 0)
            let lines = program.home.appending(path: "lines.jsonl")
            try Data(#"{"op":"agents.list","id":"A"}"#.utf8).write(to: lines)
            #expect(try await program.run(["batch", lines.path] + base).status == 0)
            let list = try CampaignCommandTests.write("to\n918888888802\n", desk)
            let campaign = CampaignCommandTests.arguments(
                desk,
                ["run", list, "--rate", "600", "--webhook-port", "\(desk.port)"] + CampaignCommandTests.who
            )
            let result = try await program.run(campaign)
            #expect(result.status == 0, "\(result.errors)")
            let console = try await program.shell("echo quit | \"$piopiy\" --plain --sandbox --seed 1")
            #expect(console.status == 0, "\(console.errors)")

            let log = try Self.log(program)
            let objects = try Self.objects(log)
            #expect(objects.count >= 3)
            #expect(objects.contains { $0["label"] as? String == "piopiy.client" })
            #expect(objects.contains { ($0["metadata"] as? [String: Any])?["operation"] as? String == "ai.call" })
            // As in the text: no token, and of numbers the beginning and the end.
            #expect(!log.contains("test-token") && !log.contains("918888888801") && !log.contains("918888888802"))
        }
    }

    // A sandbox that takes a wrong form runs on and on.
    @Test("Another form is refused, with those that there are", .timeLimit(.minutes(5)))
    func unknown() async throws {
        let program = try Program()
        defer { program.clean() }
        for command in [["listen"], ["sandbox"], ["calls"], ["--sandbox"]] {
            let result = try await program.run(command + ["--log-format", "xml"])
            #expect(result.status == 64, "\(command)")
            #expect(result.errors.contains("The value 'xml' is invalid for '--log-format"), "\(result.errors)")
            #expect(result.errors.contains("'text' and 'json'"), "\(result.errors)")
        }
        var set = program
        set.environment["PIOPIY_LOG_FORMAT"] = "xml"
        let sandbox = try await set.run("sandbox")
        #expect(sandbox.status == 78)
        #expect(sandbox.errors == "piopiy: PIOPIY_LOG_FORMAT is “xml”; it must be text or json.\n")
    }
}
