import Foundation
import TerminalDriver
import Testing

/// Text that means to do something to a terminal, in every field that comes from outside and in every way that it is shown.
@Suite("Hostile text")
struct HostileTextTests {
    /// Every C0, C1, DEL, and what hides, reorders or combines, between letters that can be looked for.
    static let texts: [String] = {
        let controls = (0...0x1F).map { $0 } + [0x7F] + (0x80...0x9F).map { $0 }
        let invisible: [UInt32] = [
            0xAD, 0x061C, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202B, 0x202C, 0x202D,
            0x202E,
            0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0xFEFF, 0xFFF9, 0xFFFB, 0xE0001, 0xE0041, 0x180E, 0x3164,
        ]
        func text(_ values: [UInt32]) -> String {
            String(
                String.UnicodeScalarView(
                    values.compactMap { Unicode.Scalar($0) }.flatMap { ["a", $0] as [Unicode.Scalar] }
                )
            )
        }
        return [
            text(Array(controls.prefix(24)).map(UInt32.init)),
            text(Array(controls.dropFirst(24).prefix(24)).map(UInt32.init)),
            text(Array(controls.dropFirst(48)).map(UInt32.init)), text(invisible),
            "\u{1B}]0;owned\u{07}", "\u{1B}]52;c;b3duZWQ=\u{07}", "\u{1B}P1$r0m\u{1B}\\", "\u{1B}[2J\u{1B}[H",
            "\u{9B}31m\u{9D}0;x\u{9C}",
            "e" + String(repeating: "\u{0301}", count: 60), String(repeating: "長", count: 400), "\u{0301}first",
        ]
    }()

    /// JSON of a text, with every scalar that is not plain as an escape, so that it arrives whole.
    private static func json(_ text: String) -> String {
        "\""
            + text.utf16.map { unit in
                (0x20...0x7E).contains(unit) && unit != 0x22 && unit != 0x5C
                    ? String(UnicodeScalar(UInt8(unit)))
                    : "\\u" + String(repeating: "0", count: 4 - String(unit, radix: 16).count) + String(unit, radix: 16)
            }.joined() + "\""
    }

    /// A webhook with the text in each of its fields, and one with half a surrogate pair.
    private static func webhooks(_ text: String, _ number: Int) -> [String] {
        let bad = json(text)
        let id = "00000000-0000-4000-8000-" + String(format: "%012d", number)
        return [
            #"{"cmiuuid":"\#(id)","status":"in_answered","direction":"inbound","leg":"a","from":\#(bad),"to":\#(bad),"#
                + #""conversation_uuid":\#(bad),"request_id":\#(bad),"extra_params":{"campaign":\#(bad),"k":\#(bad)},"time":1725942871456}"#,
            #"{"cmiuuid":\#(bad),"status":\#(bad),"from":"919999999999","to":"918888888801","extra_params":\#(bad)}"#,
            #"{"type":"transfer_status","call_id":"\#(id)","request_id":\#(bad),"status":"failed","reason":\#(bad),"to_number":\#(bad)}"#,
            #"{"type":"cdr","cmiuuid":\#(bad),"status":"answered","from":\#(bad),"to":\#(bad),"recording":\#(bad),"answer_sec":3}"#,
            #"{"cmiuuid":"\#(id.dropLast())f","status":"ringing","from":"\ud800x","to":"\udfff918888888802"}"#,
            "{" + bad,
        ]
    }

    /// What no terminal may be sent as it is.
    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20: scalar != "\n"
        case 0x7F...0x9F, 0xAD, 0x061C, 0x180E, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
            0xFFF9...0xFFFB:
            true
        case 0xE0000...0xE007F: true
        default: false
        }
    }

    private func expectHarmless(_ text: String, _ what: String) {
        let bad = text.unicodeScalars.filter(Self.isHarmful)
        #expect(bad.isEmpty, "\(what) prints \(Set(bad.map { String($0.value, radix: 16) }))")
    }

    @Test("Nothing in a webhook reaches the terminal as more than a mark, on the screen and in each command")
    func webhooks() async throws {
        try await SharedDesk.with { desk in
            let url = "http://127.0.0.1:\(desk.port)/hooks/\(SharedDesk.secret)"
            try await desk.console(columns: 160, rows: 50) { console in
                try await console.see("No calls.")
                let recording = desk.program.home.appending(path: "recording")
                try await console.terminal.record(to: recording)
                for (number, text) in Self.texts.enumerated() {
                    for body in Self.webhooks(text, number) {
                        let status = try await HTTP.post(url, Array(body.utf8))
                        #expect((200...299).contains(status))
                    }
                }
                try await HTTP.post(
                    url,
                    Array(
                        #"{"cmiuuid":"11111111-0000-4000-8000-000000000000","status":"ringing","to":"447700900123","from":"919999999999"}"#
                            .utf8
                    )
                )
                try await console.seeRow("447700900123", "ringing")
                // Each screen that shows what came: details, messages, history, a filter, a question.
                for keys in [["Home", "Enter"], ["m"], ["h"], ["X"], ["t"]] {
                    try await console.back()
                    for key in keys { try await console.terminal.send(key) }
                    try await console.terminal.send("C-l")
                }
                try await console.back()
                for _ in 0..<12 {
                    try await console.terminal.send("Down", "Enter")
                    try await console.see("Call id")
                    try await console.back()
                }
                let bytes = try Data(contentsOf: recording)
                #expect(bytes.count > 2000)
                let left = try Self.withoutScreenSequences(bytes)
                expectHarmless(left, "the screen")
                let title = try await console.terminal.display("#{pane_title}")
                #expect(!title.contains("owned"))
                // Columns are where they were.
                let screen = try await console.terminal.screen()
                let heads = screen.split(separator: "\n").first { $0.contains(" STATE ") } ?? ""
                let row = screen.split(separator: "\n").first { $0.contains(" 447700900123 ") } ?? ""
                for (head, value) in [(" TO ", " 447700900123 "), (" FROM ", " 919999999999 ")] {
                    #expect(Self.column(of: head, in: heads) == Self.column(of: value, in: row))
                }
            }
            for command in [
                ["calls"], ["calls", "--all"], ["history"], ["history", "--output", "csv"],
                ["history", "--output", "json"],
                ["calls", "--all", "--output", "json"], ["journal", "check"],
            ] {
                let address = command[0] == "journal" ? [] : ["--api-url", desk.sandbox.base]
                let result = try await desk.program.run(command + address)
                #expect(result.status == 0, "\(command): \(result.errors)")
                #expect(!result.output.isEmpty)
                expectHarmless(result.output, command.joined(separator: " "))
                expectHarmless(result.errors, command.joined(separator: " "))
            }
        }
    }

    private static func column(of text: String, in line: Substring) -> Int? {
        line.range(of: text).map { line.distance(from: line.startIndex, to: $0.lowerBound) }
    }

    /// What is left of a terminal's bytes when the sequences that a screen needs are taken out: moves, erasures, looks,
    /// modes and character sets. No title, no clipboard, no device control.
    private static func withoutScreenSequences(_ bytes: Data) throws -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        let allowed = try NSRegularExpression(
            pattern:
                "\\x1b\\[[0-9;:?]*[A-HJKLMPSTXZ@`dfghlmr]|\\x1b[()][AB0]|\\x1b[=>78M]|[\\r\\n\\x08\\x0e\\x0f]|\\x1b\\[[0-9]*b"
        )
        let range = NSRange(text.startIndex..., in: text)
        return allowed.stringByReplacingMatches(in: text, range: range, withTemplate: "")
    }

    @Test("Nor does anything that the platform answers a command with")
    func answers() async throws {
        for text in Self.texts {
            let bad = Self.json(text)
            let server = try TinyServer { request in
                switch request.path {
                case "/v1/ai-agents": .json(#"[{"id":\#(bad),"name":\#(bad),"status":\#(bad)}]"#)
                case "/sip/app/cdr/get":
                    .json(
                        #"{"cdr":[{"call_id":\#(bad),"to_number":\#(bad),"caller_id":\#(bad),"timestamp":1725942871000,"status":\#(bad),"file_name":\#(bad)}]}"#
                    )
                default: .json(#"{"error":\#(bad),"message":\#(bad)}"#, status: 403)
                }
            }
            defer { server.stop() }
            var program = try Program()
            defer { program.clean() }
            program.environment["PIOPIY_API_URL"] = "\(server.origin)/v3"
            program.environment["PIOPIY_ACCOUNT_URL"] = server.origin
            let call = ["call", "--from", "919999999999", "--to", "918888888888", "--agent", CallCommandTests.agent]
            for command in [
                ["agents", "list"], ["cdr", "list", "--app", "1", "--from", "2024-09-10"], call,
                ["hangup", "ee6a7a9b-78ea-4693-9e77-5fc085567b2f"],
            ] {
                for format in ["text", "json"] {
                    let result = try await program.run(command + ["--output", format])
                    #expect(!(result.output + result.errors).isEmpty)
                    expectHarmless(result.output, "\(command[0]) as \(format)")
                    expectHarmless(result.errors, "\(command[0]) as \(format)")
                }
            }
        }
    }
}
