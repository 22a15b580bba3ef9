import Foundation
import TerminalDriver
import Testing

/// What comes from outside is text, whatever it holds: in every mode, in every field.
@Suite("Hostile text", .serialized)
struct HostileTextTests {
    /// A piece in every field of an event that holds text.
    private static func event(_ call: Int, _ status: String, _ piece: String) -> String {
        let text = HostileText.torn(piece)
        return #"{"cmiuuid":"\#(OwnPlatform.callID(call))","status":"\#(status)","leg":"a","direction":\#(text),"#
            + #""from":\#(text),"to":\#(text),"agent_id":\#(text),"conversation_uuid":\#(text),"request_id":\#(text),"#
            + #""reason":\#(text),"hangup_cause":\#(text),"extra_params":{\#(text):\#(text),"k":\#(text)},"#
            + #""time":\#(Int(Date().timeIntervalSince1970 * 1000) + call)}"#
    }

    /// An event whose status nobody knows, a CDR with a recording, a transfer with a reason, and no JSON at all.
    private static func others(_ call: Int, _ piece: String) -> [String] {
        let text = HostileText.torn(piece)
        let id = OwnPlatform.callID(call)
        return [
            #"{"cmiuuid":"\#(id)","status":\#(text),"to":\#(text)}"#,
            #"{"type":"transfer_status","call_id":"\#(id)","request_id":"t\#(call)","status":"failed","reason":\#(text),"to":\#(text)}"#,
            #"{"cmiuuid":\#(text),"status":"ringing","to":"918888888888"}"#,
            "no JSON: \(piece)",
        ]
    }

    private static func record(_ call: Int, _ piece: String) -> String {
        let text = HostileText.torn(piece)
        return #"{"type":"cdr","cmiuuid":"\#(OwnPlatform.callID(call))","status":"answered","file_name":\#(text),"#
            + #""recording":\#(text),"from":\#(text),"to":\#(text),"answer_sec":5,"duration":9}"#
    }

    /// The platform's words are no better.
    private static func answer(_ request: TinyServer.Request) -> TinyServer.Answer {
        let piece = HostileText.pieces.map(\.text).joined(separator: " ")
        let text = HostileText.torn(piece)
        if request.path.contains("agents") {
            let agents = HostileText.pieces.enumerated().map { index, piece in
                let text = HostileText.torn(piece.text)
                return #"{"id":"\#(index)\#(text.dropFirst().dropLast())","name":\#(text),"status":\#(text)}"#
            }
            return .json("[\(agents.joined(separator: ","))]")
        }
        if request.path.contains("cdr") {
            let records = HostileText.pieces.enumerated().map { index, piece in
                let text = HostileText.torn(piece.text)
                return
                    #"{"call_id":\#(text),"to_number":\#(text),"caller_id":\#(text),"timestamp":\#(1_725_942_871_000 + index),"#
                    + #""status":\#(text),"answer_sec":"1","duration":9,"file_name":\#(text)}"#
            }
            return .json(#"{"cdr":[\#(records.joined(separator: ","))]}"#)
        }
        return .json(#"{"error":\#(text),"message":\#(text),"code":\#(text)}"#, status: 400)
    }

    @Test(
        "The screen gets nothing but ncurses' own sequences, and its columns stay where they are",
        arguments: ["xterm-256color", "linux", "vt100"],
        ["C.UTF-8", "C"]
    )
    func screen(term: String, locale: String) async throws {
        let isUTF8 = locale == "C.UTF-8"
        try await OwnPlatform.with(Self.answer) { platform in
            try await ConsoleOnPty.with(
                platform.arguments,
                columns: 120,
                rows: 40,
                term: term,
                environment: ["LC_ALL": locale],
                isUTF8: isUTF8,
                program: platform.program
            ) { console in
                let terminal = console.terminal
                try await console.seeBoard()
                try await platform.listen()
                for (index, piece) in HostileText.pieces.enumerated() {
                    try await platform.post(Self.event(index, "answered", piece.text))
                    for body in Self.others(index, piece.text) { try await platform.post(body) }
                }
                try await terminal.wait(until: "they are on the board") { screen in
                    screen.lines.count { $0.contains("talking") } > 10
                }
                // Every call, its details and what the messages said; then what the platform answers to a hang-up.
                terminal.type("\u{1B}OH")
                for index in 0..<30 {
                    terminal.type("\r")
                    try await terminal.see("State", "Call id")
                    terminal.type(index % 2 == 0 ? "\u{1B}[6~q" : "q")
                    try await terminal.see("FROM")
                    Self.checkColumns(terminal.screen)
                    terminal.type("\u{1B}OB\u{1B}OB")
                }
                terminal.type("m")
                try await terminal.see("Messages")
                terminal.type("\u{1B}[6~\u{1B}[6~q")
                try await terminal.see("FROM")
                terminal.type("xy")
                try await terminal.see("was not hung up")
                // The transfer's dialog, with a file's name that is typed, pasted and not there.
                terminal.type("/")
                terminal.type(
                    "\u{1B}[200~\(HostileText.pieces.map(\.text).filter { !$0.contains("\u{1B}") }.joined())\u{1B}[201~"
                )
                try await terminal.see("/")
                terminal.type("\u{03}")
                try await terminal.see("newest first")
                for (index, piece) in HostileText.pieces.enumerated() {
                    try await platform.post(Self.record(index, piece.text))
                }
                try await terminal.wait(until: "they have ended") { $0.lines.contains { $0.contains("ended") } }
                terminal.type("\r")
                try await terminal.see("Recording")

                let screen = terminal.screen
                #expect(screen.foreign.isEmpty, "\(screen.foreign)")
                #expect(screen.strings.isEmpty, "\(screen.strings)")
                #expect(screen.bells == 0)
                // The modes are those that the console set itself.
                let own: Set<Int> = term == "xterm-256color" ? [1, 1049, 2004] : [2004]
                #expect(screen.modes.subtracting([25, 1]) == own.subtracting([1]), "\(screen.modes)")
                if !isUTF8 { #expect(terminal.bytes.allSatisfy { $0 < 0x80 }) }
            }
        }
    }

    /// The heads and what stands under them begin in the same cells.
    private static func checkColumns(_ screen: ScreenReader) {
        guard let head = screen.lines.first(where: { $0.contains("STATE") && $0.contains("TIME") }),
            let time = head.range(of: "TIME")
        else {
            Issue.record("no heads:\n\(screen.text)")
            return
        }
        let end = head.distance(from: head.startIndex, to: time.upperBound)
        for (y, line) in screen.lines.enumerated() where line.contains("● talking") || line.contains("* talking") {
            let cells = screen.cells(y)
            let shown = cells[max(0, end - 8)..<end].joined()
            #expect(
                shown.hasSuffix(" ") == false && shown.contains(":"),
                "the time is not in its column: “\(cells.joined())”"
            )
        }
    }

    @Test("calls, history, journal, cdr, agents, call and batch print it as text, in their columns")
    func output() async throws {
        try await OwnPlatform.with(Self.answer) { platform in
            var program = platform.program
            program.environment["PIOPIY_API_URL"] = "\(platform.server.origin)/v3"
            let listener = try program.start(["listen", "--port", "\(platform.port)"])
            defer { listener.stop() }
            try await platform.listen()
            for (index, piece) in HostileText.pieces.enumerated() {
                try await platform.post(Self.event(index, "answered", piece.text))
                for body in Self.others(index, piece.text) { try await platform.post(body) }
                if index % 2 == 0 { try await platform.post(Self.record(index, piece.text)) }
            }
            let hostile = HostileText.pieces.map(\.text).joined(separator: " ").replacing("\u{0}", with: "")
            let lines = program.home.appending(path: "lines.jsonl")
            let batch =
                HostileText.pieces.enumerated().map { index, piece in
                    let text = HostileText.torn(piece.text)
                    return
                        #"{"op":"ai.call","args":{"caller_id":"919999999999","to_number":"91888888\#(1000 + index)","#
                        + #""agent_id":"\#(CallCommandTests.agent)","variables":{"k":\#(text)}},"id":\#(text)}"#
                } + HostileText.pieces.map { #"{"op":\#(HostileText.torn($0.text)),"args":{}}"# } + [hostile]
            try Data((batch.joined(separator: "\n") + "\n").utf8).write(to: lines)

            let range = ["--app", "7", "--from", "2024-09-10T00:00Z", "--to", "2024-09-11T00:00Z"]
            let call = ["call", "--from", "919999999999", "--to", "918888888888", "--agent", CallCommandTests.agent]
            let commands: [[String]] = [
                ["calls"], ["calls", "--all"], ["history"], ["agents", "list"], ["cdr", "list"] + range, call,
                call + ["--var", "k=\(hostile)"], ["call", "--from", hostile, "--to", hostile, "--agent", hostile],
                ["batch", lines.path], ["batch", "--dry-run", lines.path],
                ["batch", "\(program.home.path)/\(hostile.prefix(100))"],
                ["hangup", OwnPlatform.callID(3)], ["hangup", hostile],
                ["transfer", OwnPlatform.callID(3), "--to", hostile],
                ["transfer", OwnPlatform.callID(3), "--pipeline", "\(hostile.prefix(80))"],
                ["recording", "x\(hostile.prefix(80))"],
                ["history", "--search", hostile], ["journal", "check"], ["themes", "check", "\(hostile.prefix(80))"],
                ["sms", "--to", "918888888888", "--text", hostile],
            ]
            for command in commands {
                for format in command[0] == "history" || command[0] == "cdr"
                    ? ["text", "json", "csv"] : ["text", "json"]
                {
                    if command[0] == "themes" && format == "json" { continue }
                    let result = try await program.run(
                        command + ["--output", format].filter { _ in command[0] != "themes" }
                    )
                    let name = command.prefix(2).map { $0.prefix(20) }.joined(separator: " ")
                    #expect(HostileText.harm(in: result.output.utf8) == [], "\(name) \(format), standard output")
                    #expect(HostileText.harm(in: result.errors.utf8) == [], "\(name) \(format), standard error")
                    #expect(!result.output.isEmpty || !result.errors.isEmpty, "\(name) \(format) says nothing")
                    if format == "json" {
                        for line in result.output.split(separator: "\n") {
                            #expect(
                                (try? JSONSerialization.jsonObject(with: Data(line.utf8), options: .fragmentsAllowed))
                                    != nil,
                                "\(name): \(line.prefix(100))"
                            )
                        }
                    }
                    if format == "text", ["calls", "history", "cdr", "agents"].contains(command[0]), command.count < 8 {
                        Self.checkTable(result.output, name)
                    }
                }
            }
        }
    }

    /// Each head begins where its column does: in the cell before it there is a blank in every line.
    private static func checkTable(_ output: String, _ name: String) {
        let lines = output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count > 3 else { return Issue.record("\(name) shows no rows: \(output.prefix(200))") }
        var screen = ScreenReader(columns: 6000, rows: lines.count + 1)
        screen.feed(Array(lines.joined(separator: "\r\n").utf8))
        #expect(screen.foreign.isEmpty, "\(name): \(screen.foreign)")
        let head = screen.cells(0)
        let starts = head.indices.filter { $0 > 0 && head[$0] != " " && head[$0 - 1] == " " }
        for y in 1..<lines.count - 1 {
            let cells = screen.cells(y)
            for start in starts {
                #expect(cells[start - 1] == " ", "\(name): a column before cell \(start) of line \(y) is too long")
            }
        }
    }
}
