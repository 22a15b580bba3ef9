import Foundation
import Synchronization
import Terminal
import TerminalDriver
import TestSupport
import Testing

@testable import PiopiyCommand

@Suite("What is asked of an operator without a token")
struct FrontDoorTests {
    /// Somebody who answers in turn, and what was said to them.
    private final class Visitor: Sendable {
        private let answers: Mutex<[String?]>
        private let heard = Mutex("")
        private let kept = Mutex<[String]>([])

        init(_ answers: [String?]) { self.answers = Mutex(answers) }

        var screen: String { heard.withLock { $0 } }
        var saved: [String] { kept.withLock { $0 } }

        func say(_ text: String) { heard.withLock { $0 += text + "\n" } }

        func answer() -> String? { answers.withLock { $0.isEmpty ? nil : $0.removeFirst() } }

        func keep(_ token: String) { kept.withLock { $0.append(token) } }
    }

    private func open(
        _ answers: String?...,
        tokenPath: String? = "/home/anna/.config/piopiy/token",
        trouble: String? = nil,
        environment: [String: String] = [:]
    ) -> (FrontDoor.Choice, Visitor) {
        let visitor = Visitor(answers)
        let door = FrontDoor(
            place: "rest.example.com",
            tokenPath: tokenPath,
            hint: TokenSource.hint(environment),
            say: { visitor.say($0) },
            ask: { prompt in
                visitor.say(prompt)
                return visitor.answer()
            },
            askHidden: { prompt in
                visitor.say(prompt)
                return visitor.answer().map { .line($0) } ?? .end
            },
            save: { token in
                if trouble == nil { visitor.keep(token) }
                return trouble
            }
        )
        return (door.open(), visitor)
    }

    private func isToken(_ choice: FrontDoor.Choice) -> Bool { if case .token = choice { true } else { false } }

    @Test("1, 2 and q are taken, anything else is asked anew, and nothing is wider than 40 columns")
    func menu() {
        let (sandbox, visitor) = open("3", " 1 ")
        if case .sandbox = sandbox {} else { Issue.record("\(sandbox)") }
        #expect(visitor.screen.contains("Please type 1, 2 or q."))
        if case .quit = open("Q").0 {} else { Issue.record("no end") }
        if case .end = open(nil).0 {} else { Issue.record("no end") }
        let (_, all) = open("2", "a b", "secret-xyzzy", "n")
        #expect(all.screen.split(separator: "\n").allSatisfy { $0.count <= 40 || $0.contains("space") })
    }

    @Test("Another program's variable is named, with what to do, in 40 columns", arguments: TokenSource.otherVariables)
    func otherVariable(name: String) {
        let (_, visitor) = open("q", environment: [name: "secret-xyzzy"])
        #expect(visitor.screen.contains("\(name) is set"))
        #expect(visitor.screen.contains("export PIOPIY_TOKEN=\"$\(name)\"\n"))
        #expect(!visitor.screen.contains("xyzzy"))
        #expect(visitor.screen.split(separator: "\n").allSatisfy { $0.count <= 40 })
        #expect(!open("q", environment: [name: ""]).1.screen.contains(name))
    }

    @Test("A token with a mistake is asked for anew in words; it is kept only where that is wanted")
    func token() {
        let (kept, visitor) = open("2", "a b", "  secret-xyzzy ", "perhaps", "y")
        #expect(isToken(kept) && visitor.saved == ["secret-xyzzy"])
        #expect(visitor.screen.contains("has a space, a line break"))
        #expect(visitor.screen.contains("/home/anna/.config/piopiy/token") && visitor.screen.contains("Saved."))
        #expect(!visitor.screen.contains("xyzzy"))

        let (used, other) = open("2", "secret-xyzzy", "n")
        #expect(isToken(used) && other.saved.isEmpty)
        // Enter alone goes back; the end of input is no answer.
        if case .sandbox = open("2", "", "1").0 {} else { Issue.record("not back") }
        if case .end = open("2", nil).0 {} else { Issue.record("no end") }
        if case .end = open("2", "secret", nil).0 {} else { Issue.record("no end") }
    }

    @Test("A token that cannot be kept is used all the same, and why is said; without a place nothing is asked")
    func trouble() {
        let (used, visitor) = open("2", "secret-xyzzy", "y", trouble: "No space left on device")
        #expect(isToken(used) && visitor.screen.contains("It could not be saved: No space left on device."))
        #expect(isToken(open("2", "secret-xyzzy", tokenPath: nil).0))
    }

    @Test("What is kept is for its owner alone, in place of what was there, and nothing is left beside it")
    func file() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "piopiy-test-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "a/piopiy/token").path
        for token in ["first", "second"] { #expect(TokenFile.save(token, path: path) == nil) }
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let parent = folder.appending(path: "a/piopiy")
        let mode = try FileManager.default.attributesOfItem(atPath: parent.path)[.posixPermissions] as? Int
        #expect(mode == 0o700)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text == "second\n")
        let beside = try FileManager.default.contentsOfDirectory(atPath: parent.path)
        #expect(beside == ["token"])
        #expect(TokenFile.save("x", path: "/proc/piopiy/token")?.contains("cannot be created") == true)
    }
}

@Suite("The front door in a terminal", .serialized)
struct FrontDoorOnScreenTests {
    @Test("Without a token it offers the sandbox, which opens the board", arguments: [40, 80])
    func sandbox(columns: Int) async throws {
        try await ConsoleOnScreen.with("", columns: columns, rows: 12) { console in
            try await console.see("1  try the sandbox (no account needed)", "2  type the token", "q  quit", "1, 2 or q")
            try await console.terminal.type("1")
            try await console.terminal.send("Enter")
            try await console.see("sandbox", "0 up")
            try await console.terminal.send("q")
            let code = try await console.exitCode()
            #expect(code == "[exit 0]")
            let isWhole = try await console.isTerminalWhole()
            #expect(isWhole)
        }
    }

    @Test("A token is not shown while it is typed, and where it is wanted it is kept for its owner alone")
    func token() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        try await RunningSandbox.with(program, ["--token", "secret-xyzzy"]) { sandbox in
            let port = try FreePort.find()
            let command = "--api-url \(sandbox.base) --webhook-port \(port)"
            // Opened twice, and asked once: the second finds what was kept.
            let guest = try Program(token: nil)
            let path = guest.home.appending(path: ".config/piopiy/token").path
            try await ConsoleOnScreen.with(
                "\(command); '\(Program.path)' \(command)",
                program: guest
            ) { console in
                let record = guest.home.appending(path: "record")
                try await console.terminal.record(to: record)
                try await console.see("1, 2 or q")
                try await console.terminal.type("2")
                try await console.terminal.send("Enter")
                try await console.see("Type the token for 127.0.0.1", "Token:")
                try await console.terminal.type("secret xyzzy")
                try await console.terminal.send("Enter")
                try await console.see("has a space")
                try await console.terminal.type("secret-xyzzy")
                try await console.terminal.send("Enter")
                let asked = try await console.see("y or n", path)
                #expect(!asked.contains("xyzzy"))
                try await console.terminal.type("y")
                try await console.terminal.send("Enter")
                try await console.seeBoard()
                try await console.terminal.send("q")
                try await console.terminal.wait(until: "the board is there again") {
                    $0.contains("No calls. Press n") && !$0.contains("Save it")
                }
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                #expect(attributes[.posixPermissions] as? Int == 0o600)
                let text = try String(contentsOfFile: path, encoding: .utf8)
                #expect(text == "secret-xyzzy\n")
                try await console.terminal.send("q")
                let code = try await console.exitCode()
                #expect(code == "[exit 0]")
                let shown = try String(decoding: Data(contentsOf: record), as: UTF8.self)
                #expect(shown.contains("y or n") && !shown.contains("xyzzy"))
                let log = try String(
                    contentsOf: guest.home.appending(path: ".local/state/piopiy/piopiy.log"),
                    encoding: .utf8
                )
                #expect(!log.contains("xyzzy"))
            }
        }
    }

    @Test("Whatever ends the asking, the terminal shows again what is typed", arguments: ["C-c", "C-d", "TERM", "HUP"])
    func ends(how: String) async throws {
        try await ConsoleOnScreen.with("") { console in
            try await console.see("1, 2 or q")
            try await console.terminal.type("2")
            try await console.terminal.send("Enter")
            try await console.see("Token:")
            if how.hasPrefix("C-") {
                try await console.terminal.send(how)
            } else {
                kill(try await console.processID(), how == "TERM" ? SIGTERM : SIGHUP)
            }
            let code = try await console.exitCode()
            #expect(code == ["C-c": "[exit 130]", "C-d": "[exit 77]", "TERM": "[exit 143]", "HUP": "[exit 129]"][how])
            let isWhole = try await console.isTerminalWhole()
            #expect(isWhole)
        }
    }

    @Test("q ends it with nothing done, and the end of input as without a terminal")
    func quit() async throws {
        for (keys, exit) in [(["q", "Enter"], "[exit 0]"), (["C-d"], "[exit 77]")] {
            try await ConsoleOnScreen.with("") { console in
                try await console.see("1, 2 or q")
                for key in keys { try await console.terminal.send(key) }
                let code = try await console.exitCode()
                #expect(code == exit)
            }
        }
    }

    @Test("Without a terminal nothing is asked")
    func pipe() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let result = try await program.run()
        #expect(result.status == 77)
        #expect(result.errors.contains("There is no token. Set PIOPIY_TOKEN") && result.output.isEmpty)
    }

    @Test("A newcomer to the sandbox sees five keys, once")
    func tour() async throws {
        let program = try Program(token: nil)
        try await ConsoleOnScreen.with("--sandbox; '\(Program.path)' --sandbox", program: program) { console in
            try await console.see("First keys", "place a call", "any key continues", "No calls. Press n")
            try await console.terminal.send("Escape")
            try await console.terminal.wait(until: "the keys are gone") { !$0.contains("First keys") }
            try await console.terminal.send("q")
            let marker = program.home.appending(path: ".local/state/piopiy/tour-seen").path
            _ = try await wait(for: "the marker") { FileManager.default.fileExists(atPath: marker) ? true : nil }
            let second = try await console.seeBoardAnew()
            #expect(!second.contains("First keys"))
        }
    }
}

extension ConsoleOnScreen {
    /// The empty board of a console that was opened after another one.
    fileprivate func seeBoardAnew() async throws -> String {
        try await terminal.wait(until: "the board is there") { $0.contains("No calls. Press n") && $0.contains("0 up") }
    }
}
