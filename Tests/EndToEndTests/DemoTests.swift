import Foundation
import TerminalDriver
import TestSupport
import Testing

/// `--sandbox --demo`: a board that lives by itself.
@Suite("The demo", .serialized)
struct DemoTests {
    /// Which number of the demo's shows what, once each.
    private static let states = [
        ("918888888801", "⇄"), ("918888888802", "completed"), ("441414960001", "busy"), ("441414960002", "ringing"),
        ("441414960012", "queued"), ("441414960015", "unknown"), ("12025550143", "talking"),
    ]

    /// A home whose temporary files are within it.
    private static func home() throws -> (program: Program, temporary: URL) {
        var program = try Program(token: nil)
        let temporary = program.home.appending(path: "tmp")
        try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
        program.environment["TMPDIR"] = temporary.path
        return (program, temporary)
    }

    /// What a demo left behind of its journal, in its own place or in the operator's.
    private static func journals(_ program: Program, _ temporary: URL) throws -> [String] {
        let state = program.home.appending(path: ".local/state/piopiy").path
        return try FileManager.default.contentsOfDirectory(atPath: temporary.path)
            + FileManager.default.contentsOfDirectory(atPath: state).filter { $0.contains("sqlite") }
    }

    @Test("A newcomer sees a call in each state and a campaign at work, and settles the doubt")
    func story() async throws {
        let (program, temporary) = try Self.home()
        // The home goes with the console.
        let left = Locked<[String]?>(nil)
        try await ConsoleOnScreen.with(
            "--sandbox --demo --seed \(patientSeed)",
            columns: 120,
            rows: 60,
            program: program
        ) { console in
            let seen = Locked<Set<String>>([])
            try await console.terminal.wait(until: "each of \(Self.states) was on the screen") { screen in
                let rows = screen.split(separator: "\n")
                for (number, words) in Self.states
                where rows.contains(where: { $0.contains(" \(number) ") && $0.contains(words) }) {
                    seen.update { $0.insert(number) }
                }
                return seen.get().count == Self.states.count
            }
            // Who and what for.
            try await console.see("sandbox demo", "topic", "order", "support-en", "sales-uk")

            try await console.terminal.send("c")
            try await console.see("Campaigns 1", "› spring-offers", "running")
            try await console.terminal.send("Enter")
            try await console.see("Campaign spring-offers", "of 60", "left", "busy")
            try await console.terminal.send("Escape")
            try await console.see("Campaigns 1")
            try await console.back()

            try await console.terminal.send("/")
            try await console.terminal.type("to:441414960015")
            try await console.see("Calls 1 of", "441414960015")
            try await console.terminal.send("Enter")
            try await console.terminal.send("End")
            try await console.terminal.send("!")
            try await console.see("What happened to the call to 441414960015?")
            try await console.ask("p", "Count the call to 441414960015 as placed? y/n", answer: "y")
            try await console.seeRow("441414960015", "queued")

            try await console.ask("q", "with the sandbox", answer: "e")
            let code = try await console.exitCode()
            #expect(code == "[exit 0]")
            left.set(try Self.journals(program, temporary))
        }
        #expect(left.get() == [])
    }

    @Test("As lines, to its end, and once more right after: in either nobody is called twice, and no call is refused")
    func twice() async throws {
        let (program, temporary) = try Self.home()
        defer { program.clean() }
        for _ in 1...2 {
            try await PlainSession.with(
                program,
                ["--plain", "--sandbox", "--demo", "--seed", "\(patientSeed)", "--speed", "40"]
            ) { session in
                try await session.see("to 441414960001: ended, busy")
                try await session.see("to 441414960015: unknown: it may have been placed")
                try await session.see("to 918888888802: ended, completed")
                // The last of the calls, and the last of the list.
                try await session.see("to 918888888834: ")
                try await session.see("campaign spring-offers is done: 60 dialed")
                try session.type("quit")
                try await session.see("with the sandbox. ", "Quit? end or no")
                try session.type("end")
                let result = try await session.running.result()
                #expect(result.status == 0)
                #expect(!result.output.contains("not placed"))
                let calls = Self.calls(in: result.output)
                #expect(calls.count == 84)
                #expect(calls.filter { $0.value.count != 1 } == [:])
            }
            #expect(try Self.journals(program, temporary) == [])
        }
    }

    /// The calls that lines tell of, by the numbers that they are to.
    private static func calls(in output: String) -> [String: Set<Int>] {
        var calls: [String: Set<Int>] = [:]
        for line in output.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let place = words.firstIndex(of: "call"), words.count > place + 3, words[place + 2] == "to",
                let call = Int(words[place + 1]), words[place + 3].hasSuffix(":")
            else { continue }
            calls[String(words[place + 3].dropLast()), default: []].insert(call)
        }
        return calls
    }

    @Test(
        "Without the sandbox it is refused, and nobody is called",
        arguments: [["--demo"], ["console", "--demo"], ["--plain", "--demo"], ["--demo", "--read-only"]]
    )
    func refused(arguments: [String]) async throws {
        let program = try Program()
        defer { program.clean() }
        try await RunningSandbox.with(program) { sandbox in
            var program = program
            program.environment["PIOPIY_API_URL"] = sandbox.base
            let result = try await program.run(arguments)
            #expect(result.status == 64)
            #expect(result.errors.contains("--demo works only with --sandbox; add --sandbox, or leave it out."))
            let requests = try await sandbox.requests()
            #expect(requests.isEmpty)
        }
    }
}
