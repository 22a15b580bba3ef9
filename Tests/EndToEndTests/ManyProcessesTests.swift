import CallBoard
import Foundation
import TerminalDriver
import TestSupport
import Testing

/// Many consoles and watchers on one journal while events pour in.
@Suite("Many processes on one journal", .serialized)
struct ManyProcessesTests {
    @Test("Nobody is told of a lock, and all agree in the end")
    func twenty() async throws {
        // All calls end within moments: at this speed a minute's talk takes a third of a second.
        try await SharedDesk.with(sandboxArguments: ["--speed", "200"]) { desk in
            var watchers: [RunningProgram] = []
            for _ in 0..<12 {
                watchers.append(
                    try desk.program.start(
                        ["calls", "--watch", "--output", "json", "--api-url", desk.sandbox.base]
                    )
                )
            }
            defer { for watcher in watchers { watcher.stop() } }
            try await desk.console { console in
                try await console.see("STATE", "hooks")
                // Seven more consoles, each in a terminal of its own; they only have to live and agree.
                let others = try await Self.consoles(7, desk)
                let lines = (0..<150).map { index in
                    let to = "91880\(String(100_000 + index).dropFirst())00"
                    return
                        #"{"op":"ai.call","args":{"caller_id":"919999999999","to_number":"\#(to)","agent_id":"\#(CallCommandTests.agent)"}}"#
                }
                let file = desk.program.home.appending(path: "lines.jsonl")
                try Data(lines.joined(separator: "\n").utf8).write(to: file)
                let result = try await desk.program.run(
                    "batch",
                    file.path,
                    "--concurrency",
                    "8",
                    "--api-url",
                    desk.sandbox.base,
                    "--output",
                    "json"
                )
                let unsent = Self.unsent(result.output)
                // On a busy machine a placement can wait longer than its deadline, and is not sent then.
                #expect(result.status == (unsent.isEmpty ? 0 : 69), "\(result.errors)")
                #expect(unsent.allSatisfy { ["expired", "cannot_connect"].contains($0) }, "\(result.output)")
                let calls = try await wait(for: "the end of all calls", deadline: .seconds(120)) { () -> [Call]? in
                    let calls = try await desk.journal()
                    return calls.count == 150 && calls.allSatisfy(\.isEnded) ? calls : nil
                }
                #expect(calls.count == 150)
                for watcher in watchers {
                    _ = try await wait(for: "a watcher to tell of every end") { () -> Bool? in
                        let ended = Self.last(watcher.written).values.filter { $0 == "ended" }
                        return ended.count == 150 ? true : nil
                    }
                }
                for other in others + [console] {
                    try await other.see(" 0 up")
                    let screen = try await other.terminal.screen()
                    #expect(!screen.contains("locked") && !screen.contains("journal"))
                    await other.terminal.close()
                }
            }
            for watcher in watchers {
                watcher.signal(SIGTERM)
                let result = try await watcher.result()
                #expect(result.status == 0)
                #expect(result.errors.isEmpty)
            }
        }
    }

    /// Why placements were not sent, by their codes.
    private static func unsent(_ output: String) -> [String] {
        output.split(separator: "\n").compactMap { line in
            guard let told = (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any],
                told["outcome"] as? String == "notSent"
            else { return nil }
            return (told["error"] as? [String: Any])?["code"] as? String ?? "none"
        }
    }

    /// The last state that was told of each number.
    private static func last(_ output: String) -> [String: String] {
        var states: [String: String] = [:]
        for line in output.split(separator: "\n") {
            guard let told = (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any],
                let to = told["to_number"] as? String
            else { continue }
            states[to] = told["state"] as? String
        }
        return states
    }

    private static func consoles(_ count: Int, _ desk: SharedDesk) async throws -> [ConsoleOnScreen] {
        var consoles: [ConsoleOnScreen] = []
        for _ in 0..<count {
            let console = try await desk.open()
            consoles.append(console)
            try await console.see("STATE")
        }
        return consoles
    }
}
