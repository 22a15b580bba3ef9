import Foundation
import TerminalDriver
import TestSupport
import Testing

/// What commands write into the journal, and what they read from it.
@Suite("The journal from the command line", .serialized)
struct JournalCommandTests {
    private static let call = ["--from", "919999999999", "--agent", CallCommandTests.agent, "--output", "json"]

    private func place(_ to: String, _ desk: SharedDesk, _ more: String...) async throws -> Program.Result {
        try await desk.program.run(
            ["call", "--to", to, "--api-url", desk.sandbox.base, "--timeout", "5"] + Self.call + more
        )
    }

    private func history(_ desk: SharedDesk, _ more: String...) async throws -> [[String: Any]] {
        let result = try await desk.program.run(
            ["history", "--output", "json", "--api-url", desk.sandbox.base] + more
        )
        #expect(result.status == 0, "\(result.errors)")
        return result.objects
    }

    @Test(
        "What was placed is in the history with its true outcome, newest first; what was refused and invalid too, or not"
    )
    func placed() async throws {
        try await SharedDesk.with(hooks: false) { desk in
            _ = try await place("918888888888", desk)
            _ = try await place("918888880006", desk, "--no-console-ref")
            _ = try await place("918888880005", desk)
            _ = try await place("0918888888888", desk)
            _ = try await place("918888888802", desk, "--dry-run")
            let calls = try await history(desk)
            #expect(
                calls.map { $0["to_number"] as? String } == ["918888880005", "918888880006", "918888888888"]
            )
            #expect(calls.map { $0["state"] as? String } == ["ended", "unknown", "queued"])
            #expect(calls[0]["end"] as? String == "rejected")
            #expect((calls[2]["operator"] as? String)?.contains("@") == true)
            #expect(calls[2]["placed_at"] is Int)

            #expect(try await history(desk, "--state", "unknown").count == 1)
            #expect(try await history(desk, "--to", "9188888888*").count == 1)
            #expect(try await history(desk, "--search", "8805").isEmpty)
            #expect(try await history(desk, "--search", "0005").count == 1)
            #expect(try await history(desk, "--limit", "2").count == 2)
            #expect(try await history(desk, "--since", "-1h").count == 3)
            #expect(try await history(desk, "--until", "-1h").isEmpty)
        }
    }

    @Test("The history of another platform is not mixed in, and one is told that it is there")
    func platforms() async throws {
        try await SharedDesk.with(hooks: false) { desk in
            _ = try await place("918888888888", desk)
            let other = try await desk.program.run("history", "--output", "json")
            #expect(other.status == 0)
            #expect(other.objects.isEmpty)
            #expect(other.errors.contains("--everywhere shows 1"))
            let all = try await desk.program.run("history", "--output", "json", "--everywhere")
            #expect(all.objects.count == 1)
            let csv = try await desk.program.run("history", "--output", "csv", "--everywhere")
            let lines = csv.output.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines[0].hasPrefix("call_id,ref,"))
            #expect(lines[1].contains(",918888888888,"))
        }
    }

    @Test("A wrong time or word is an error that says what would be right")
    func wrong() async throws {
        let program = try Program()
        defer { program.clean() }
        for (option, value, right) in [
            ("--since", "yesterday", "use 2026-11-23"), ("--state", "up", "must be one of ended, placing"),
            ("--end", "answered", "must be one of busy, cancelled"), ("--limit", "0", "must be 1 or more"),
        ] {
            let result = try await program.run(["history", option, value])
            #expect(result.status == 64, "\(option)")
            #expect(result.errors.contains(right), "\(result.errors)")
        }
    }

    @Test("Without a journal no call is placed, and a hang-up goes out all the same")
    func noJournal() async throws {
        try await SharedDesk.with(hooks: false) { desk in
            _ = try await place("918888888888", desk)
            let id = try await wait(for: "the call") { try await desk.sandbox.calls().first?["call_id"] as? String }
            let file = desk.program.home.appending(path: ".local/state/piopiy/journal.sqlite")
            for name in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file.path + name) }
            let garbage = Data((0..<8192).map { UInt8(truncatingIfNeeded: $0 &* 7) })
            try garbage.write(to: file)

            let result = try await place("918888888802", desk)
            #expect(result.status == 69)
            #expect(result.outcome == "notSent")
            #expect(result.error["code"] as? String == "not_recorded")
            #expect((result.error["message"] as? String)?.contains("damaged") == true)
            #expect(try await desk.sandbox.dials().count == 1)
            #expect(try Data(contentsOf: file) == garbage)

            let hangUp = try await desk.program.run("hangup", id, "--api-url", desk.sandbox.base, "--output", "json")
            #expect(hangUp.status == 0)
            #expect(hangUp.errors.contains("journal entry hangup could not be written"))
        }
    }

    @Test("A batch writes each placement before it leaves, also untagged ones")
    func batch() async throws {
        try await SharedDesk.with(hooks: false) { desk in
            let lines = (0..<60).map { index in
                // None of the endings that choose what the sandbox does.
                let to = "918888\(String(10_000 + index).dropFirst())77"
                return
                    #"{"op":"ai.call","args":{"caller_id":"919999999999","to_number":"\#(to)","agent_id":"\#(CallCommandTests.agent)"}}"#
            }
            let file = desk.program.home.appending(path: "lines.jsonl")
            try Data(lines.joined(separator: "\n").utf8).write(to: file)
            for flag in ["--console-ref", "--no-console-ref"] {
                let result = try await desk.program.run(
                    "batch",
                    file.path,
                    "--concurrency",
                    "8",
                    "--allow-busy",
                    flag,
                    "--api-url",
                    desk.sandbox.base,
                    "--output",
                    "json"
                )
                #expect(result.status == 0, "\(result.errors)")
            }
            let calls = try await history(desk)
            #expect(calls.count == 120)
            #expect(calls.allSatisfy { $0["state"] as? String == "queued" })
        }
    }

    @Test("calls --watch tells each change as it comes, and ends well")
    func watch() async throws {
        try await SharedDesk.with { desk in
            let listener = try desk.program.start(
                ["listen", "--port", "\(desk.port)", "--api-url", desk.sandbox.base]
            )
            defer { listener.stop() }
            let url = try await wait(for: "the listener's first line") {
                listener.written.split(separator: "\n").first.map(String.init)
            }
            #expect(url == "http://127.0.0.1:\(desk.port)/hooks/\(SharedDesk.secret)")
            let watcher = try desk.program.start(
                ["calls", "--watch", "--output", "json", "--api-url", desk.sandbox.base]
            )
            defer { watcher.stop() }
            let second = try await desk.program.run("listen", "--port", "0", "--api-url", desk.sandbox.base)
            #expect(second.status == 78)
            #expect(second.errors.contains("already"))

            _ = try await place("918888888801", desk)
            _ = try await place("918888880001", desk)
            let states = try await wait(for: "the busy call's end") { () -> [String]? in
                let told = watcher.written.split(separator: "\n").compactMap {
                    (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
                }
                let busy = told.filter { $0["to_number"] as? String == "918888880001" }
                guard busy.last?["end"] as? String == "busy" else { return nil }
                return busy.compactMap { $0["state"] as? String }
            }
            #expect(states.first == "placing" || states.first == "queued")
            #expect(states.last == "ended")

            let up = try await desk.program.run("calls", "--output", "json", "--api-url", desk.sandbox.base)
            #expect(up.objects.map { $0["to_number"] as? String } == ["918888888801"])
            let all = try await desk.program.run("calls", "--all", "--output", "json", "--api-url", desk.sandbox.base)
            #expect(all.objects.count == 2)

            watcher.signal(SIGINT)
            let ended = try await watcher.result()
            #expect(ended.status == 0)
            #expect(ended.errors.isEmpty)
            listener.signal(SIGTERM)
            let stopped = try await listener.result()
            #expect(stopped.status == 0)
        }
    }

    @Test("webhooks register registers both kinds at the public address, and says what to put in front")
    func register() async throws {
        try await SharedDesk.with(hooks: false) { desk in
            let result = try await desk.program.run(
                "webhooks",
                "register",
                "--url",
                "http://127.0.0.1:\(desk.port)/",
                "--api-url",
                desk.sandbox.base,
                "--output",
                "json"
            )
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.objects.map { $0["outcome"] as? String } == ["ok", "ok"])
            let advice = try await desk.program.run("webhooks", "register", "--port", "9000")
            #expect(advice.status == 0)
            for word in ["proxy_pass http://127.0.0.1:9000", "reverse_proxy", "ssh -N -R", SharedDesk.secret] {
                #expect(advice.output.contains(word))
            }
            let log = try String(
                contentsOf: desk.program.home.appending(path: ".local/state/piopiy/piopiy.log"),
                encoding: .utf8
            )
            #expect(!log.contains(SharedDesk.secret))
            let wrong = try await desk.program.run("webhooks", "register", "--url", "hooks.example.com")
            #expect(wrong.status == 64)
        }
    }

    @Test("journal check says that a sound file is sound, and what is wrong with one that is not, and changes neither")
    func check() async throws {
        try await SharedDesk.with(hooks: false) { desk in
            let missing = try await desk.program.run("journal", "check", "--output", "json")
            #expect(missing.status == 78)
            _ = try await place("918888888888", desk)
            let sound = try await desk.program.run("journal", "check", "--output", "json")
            #expect(sound.status == 0, "\(sound.output) \(sound.errors)")
            #expect(sound.object["sound"] as? Bool == true)
            #expect(sound.object["mode"] as? String == "0600")
            #expect(sound.object["lines"] as? Int == 2)
            let text = try await desk.program.run("journal", "check")
            #expect(text.output.contains("2 lines") && text.output.hasSuffix("sound\n"))

            let path = try await desk.program.run("journal", "path").output.trimmingCharacters(in: .newlines)
            for name in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + name) }
            let garbage = Data("this is no journal, and never was one".utf8)
            try garbage.write(to: URL(filePath: path))
            let damaged = try await desk.program.run("journal", "check", "--output", "json")
            #expect(damaged.status == 78)
            #expect(damaged.object["sound"] as? Bool == false)
            #expect(try Data(contentsOf: URL(filePath: path)) == garbage)
        }
    }

    @Test("The audit has who placed a call and who hung it up, the newest first")
    func audit() async throws {
        try await SharedDesk.with { desk in
            try await desk.console { console in
                try await console.see("STATE")
                try await console.place("918888888888")
                try await console.seeRow("918888888888", "talking")
                let id = try await wait(for: "the call") { try await desk.sandbox.calls().first?["call_id"] as? String }
                _ = try await desk.program.run("hangup", id, "--api-url", desk.sandbox.base, "--reason", "test")
                try await console.seeRow("918888888888", "ended", "completed")
                let result = try await desk.program.run("journal", "audit", id, "--output", "json")
                #expect(result.status == 0, "\(result.errors)")
                #expect(
                    result.objects.map { $0["kind"] as? String } == ["hangup_outcome", "hangup", "outcome", "intent"]
                )
                #expect(result.objects.allSatisfy { ($0["operator"] as? String)?.contains("@") == true })
            }
        }
    }

    @Test("A form that was left half filled in is there again, without the number that it was to ring")
    func draft() async throws {
        try await SharedDesk.with { desk in
            try await desk.console { console in
                try await console.see("STATE")
                try await console.terminal.send("n")
                try await console.fill("919999999999")
                try await console.fill("918888888888")
                try await console.fill(CallCommandTests.agent)
                try await console.terminal.send("Escape")
                try await console.see("STATE")
                try await console.terminal.send("q")
            }
            try await desk.console { console in
                try await console.see("STATE")
                try await console.terminal.send("n")
                let screen = try await console.see("New call", "919999999999", CallCommandTests.agent)
                #expect(!screen.contains("918888888888   "))
            }
            #expect(try await desk.sandbox.dials().isEmpty)
        }
    }
}
