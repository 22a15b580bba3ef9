import Foundation
import TerminalDriver
import TestSupport
import Testing

@Suite("How the console ends and starts", .serialized)
struct ConsoleEndingTests {
    @Test(
        "A signal ends it, and the terminal is as it was",
        arguments: [
            (SIGTERM, "[exit 143]"), (SIGHUP, "[exit 129]"), (SIGINT, "[exit 130]"), (SIGQUIT, "[exit 131]"),
            // What a Swift trap raises, sent from outside.
            (SIGILL, "[exit 132]"), (SIGTRAP, "[exit 133]"),
        ]
    )
    func signals(number: Int32, code: String) async throws {
        try await ConsoleOnScreen.with { console in
            try await console.seeBoard()
            try await console.place("918888888888")
            try await console.seeRow("918888888888", "talking")
            kill(try await console.processID(), number)
            let shown = try await console.exitCode()
            #expect(shown == code)
            let isWhole = try await console.isTerminalWhole()
            #expect(isWhole)
        }
    }

    @Test("When the terminal's other end closes it ends at once")
    func lostTerminal() async throws {
        try await ConsoleOnScreen.with { console in
            try await console.seeBoard()
            let id = try await console.processID()
            await console.terminal.close()
            _ = try await wait(for: "the console's end") { kill(id, 0) != 0 ? true : nil }
        }
    }

    @Test("q asks while a call is up")
    func quitting() async throws {
        try await ConsoleOnScreen.with { console in
            try await console.seeBoard()
            try await console.place("918888888888")
            try await console.seeRow("918888888888", "ringing")
            try await console.terminal.send("q")
            let question = "1 call ends with the sandbox. Quit? e: end/n: no"
            // A y that was meant for a hang-up ends nothing.
            for answer in ["n", "y", "Enter"] {
                try await console.see(question)
                try await console.terminal.send(answer)
                try await console.see("nothing was done", "1 up")
                try await console.terminal.send("q")
            }
            try await console.see(question)
            try await console.terminal.send("e")
            let code = try await console.exitCode()
            #expect(code == "[exit 0]")
        }
    }

    @Test("On a terminal that cannot move its cursor it says so", arguments: ["dumb", "no-such-terminal"])
    func poorTerminal(term: String) async throws {
        try await ConsoleOnScreen.with("--sandbox", environment: ["TERM": term]) { console in
            let screen = try await console.see("TERM", "[ready]")
            #expect(screen.contains("[exit 78]"))
        }
    }

    @Test("Without colour nothing but attributes is sent", arguments: [["NO_COLOR": "1"], ["TERM": "vt100"]])
    func noColor(environment: [String: String]) async throws {
        try await ConsoleOnScreen.with(environment: environment) { console in
            try await console.seeBoard()
            try await console.place("918888888888")
            try await console.seeRow("918888888888", "talking")
            let colored = try await console.terminal.screen(colors: true)
            #expect(!colored.contains("[38;") && !colored.contains("[48;"))
            #expect(colored.range(of: "\u{1B}\\[[0-9;]*3[0-7]m", options: .regularExpression) == nil)
        }
    }

    @Test("In a locale that is not UTF-8 all is ASCII")
    func ascii() async throws {
        try await ConsoleOnScreen.with(environment: ["LC_ALL": "C"]) { console in
            try await console.seeBoard()
            try await console.place("918888888888")
            let screen = try await console.seeRow("918888888888", "* talking")
            #expect(screen.allSatisfy { $0.isASCII || "│─┌┐└┘├┤".contains($0) })
        }
    }

    @Test("A mistake in a theme is said, and the console starts all the same")
    func wrongTheme() async throws {
        let program = try Program(token: nil)
        let folder = program.home.appending(path: ".config/piopiy/themes")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try "text: red\ntitle: bleu\n".write(to: folder.appending(path: "mine.yaml"), atomically: true, encoding: .utf8)
        try await ConsoleOnScreen.with("--sandbox --theme mine", columns: 160, program: program) { console in
            try await console.see("mine.yaml:2: “title”: “bleu” is not a colour")
        }
    }

    @Test(
        "A hang-up that waits for its call's id goes out when the line is lost meanwhile",
        arguments: [SIGHUP, SIGTERM]
    )
    func waitingHangUp(signal: Int32) async throws {
        let answer: @Sendable (TinyServer.Request) -> TinyServer.Answer = { request in
            request.path.hasSuffix("/call/hangup")
                ? .json(#"{"message":"call_hangup","call_id":"\#(OwnPlatform.callID(7))"}"#)
                : request.path.hasSuffix("/ai/call")
                    ? .json(#"{"status":"call_queued","request_id":"R7"}"#) : .json("{}", status: 404)
        }
        try await OwnPlatform.with(answer) { platform in
            try await ConsoleOnPty.with(platform.arguments, program: platform.program) { console in
                try await console.seeBoard()
                try await platform.listen()
                try await console.place("918888888888")
                try await console.terminal.see("918888888888")
                try await console.terminal.see("○ queued")
                console.terminal.type("x")
                try await console.terminal.see("Hang up 918888888888")
                try await console.pause()
                console.terminal.type("y")
                try await console.terminal.see("hang-up wai")
                console.terminal.signal(signal)
                try await platform.post(
                    #"{"call_id":"\#(OwnPlatform.callID(7))","request_id":"R7","from":"919999999999","#
                        + #""to":"918888888888","status":"ringing","leg":"a"}"#
                )
                let hungUp = try await wait(for: "the hang-up") { () -> [String: Any]? in
                    platform.server.requests.first { $0.path.hasSuffix("/call/hangup") }?.json
                }
                #expect(hungUp["call_id"] as? String == OwnPlatform.callID(7))
            }
        }
    }
}
