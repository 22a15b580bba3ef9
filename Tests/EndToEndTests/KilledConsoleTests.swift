import CallBoard
import Foundation
import Piopiy
import TerminalDriver
import TestSupport
import Testing

/// What is left when a console dies in the middle of its work.
@Suite("A console that is killed", .serialized)
struct KilledConsoleTests {
    /// More of them by hand: PIOPIY_KILLS=200 swift test --filter KilledConsoleTests
    private static let kills = ProcessInfo.processInfo.environment["PIOPIY_KILLS"].flatMap { Int($0) } ?? 20

    @Test(
        "Whatever the platform has registered is in the journal once, true or in doubt, and nothing was dialled twice"
    )
    func manyKills() async throws {
        try await SharedDesk.with { desk in
            var random = SystemRandomNumberGenerator()
            var number = 0
            // 0006 closes without an answer, 0007 answers late, 0009 says 502, 0000 is a usual call.
            let endings = ["0006", "0007", "0009", "0000"]
            for _ in 0..<Self.kills {
                try await desk.console { console in
                    try await console.see("STATE")
                    for _ in 0..<3 {
                        number += 1
                        let to = "9188" + String(10_000 + number).dropFirst() + endings.randomElement(using: &random)!
                        try await Self.place(to, on: console)
                    }
                    // From before the intent is written to after the answer.
                    try await Task.sleep(for: .milliseconds(Int.random(in: 0...120, using: &random)))
                    try await console.kill()
                }
            }
            try await Self.verify(desk, kills: Self.kills)
        }
    }

    @Test("The same is true of piopiy call and piopiy batch")
    func manyKillsOfCommands() async throws {
        try await SharedDesk.with { desk in
            var random = SystemRandomNumberGenerator()
            let listener = try desk.program.start(["listen", "--port", "\(desk.port)", "--api-url", desk.sandbox.base])
            defer { listener.stop() }
            let endings = ["0006", "0007", "0009", "0000"]
            var number = 0
            func next() -> String {
                number += 1
                return "9188" + String(10_000 + number).dropFirst() + endings.randomElement(using: &random)!
            }
            // How long it takes here from a start to a registered call: at any moment of that they are killed.
            let whole = try await ContinuousClock().measure {
                let arguments = ["--agent", CallCommandTests.agent, "--api-url", desk.sandbox.base]
                _ = try await desk.program.run(["call", "--from", "919999999999", "--to", "918877770000"] + arguments)
            }
            for kill in 0..<Self.kills {
                let program: RunningProgram
                if kill.isMultiple(of: 2) {
                    let lines = (0..<12).map { _ in
                        #"{"op":"ai.call","args":{"caller_id":"919999999999","to_number":"\#(next())","agent_id":"\#(CallCommandTests.agent)"}}"#
                    }
                    let file = desk.program.home.appending(path: "lines-\(kill).jsonl")
                    try Data(lines.joined(separator: "\n").utf8).write(to: file)
                    program = try desk.program.start(["batch", file.path, "--api-url", desk.sandbox.base])
                } else {
                    program = try desk.program.start([
                        "call", "--from", "919999999999", "--to", next(), "--agent", CallCommandTests.agent,
                        "--api-url",
                        desk.sandbox.base,
                    ])
                }
                // From before the program has read its line to after the answer.
                try await Task.sleep(for: whole * Double.random(in: 0...2, using: &random))
                program.stop()
                _ = try await program.result()
            }
            try await Self.verify(desk, kills: Self.kills)
        }
    }

    /// Compares what the sandbox was asked with what the journal has.
    private static func verify(_ desk: SharedDesk, kills: Int) async throws {
        // The journal first: what is registered later was written there before.
        let calls = try await desk.journal()
        // What a killed program had sent may still be read: what was asked and what was registered are one picture only
        // when nothing came between. A request that broke off with its program has no body, and is none.
        let truth = try await wait(for: "as many calls as dials that were read whole") { () -> [[String: Any]]? in
            let calls = try await desk.sandbox.calls()
            let dials = try await desk.sandbox.dials().filter { $0["body"] is [String: Any] }
            return dials.count == calls.count ? calls : nil
        }
        let registered = truth.compactMap { $0["to_number"] as? String }
        #expect(Set(registered).count == registered.count, "dialled twice")
        #expect(registered.count >= kills / 4, "hardly a call was placed")

        let held = Dictionary(grouping: calls, by: { $0.to ?? "?" })
        for one in truth {
            let to = one["to_number"] as? String ?? "?"
            #expect(held[to]?.count == 1, "\(to) is in the journal \(held[to]?.count ?? 0) times")
            let call = try #require(held[to]?.first)
            // It is never said not to have been placed, nor to have ended otherwise than it has.
            #expect(call.mayHaveRung, "\(to) is told as \(call.stage)")
            #expect(call.stage != .placing, "\(to) is told as on its way")
            #expect(call.ending == nil || call.ending == one["end"] as? String, "\(to)")
        }
        for call in calls where !registered.contains(call.to ?? "?") {
            // What was never registered is in doubt, or known not to have left.
            #expect([.unknown, .ended(.failed)].contains(call.stage), "\(call.to ?? "?") is told as \(call.stage)")
        }
        let words = Dictionary(grouping: calls, by: \.stage.word).mapValues(\.count).sorted { $0.key < $1.key }
        print(
            "\(kills) kills: \(registered.count) calls registered, \(calls.count) in the journal:",
            words.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        )
    }

    static func place(_ to: String, on console: ConsoleOnScreen) async throws {
        try await console.terminal.send("n")
        let form = try await console.see("New call", "[ Place the call ]")
        if form.contains(CallCommandTests.agent) {
            // Caller and agent are those of the call before, also of one that another console placed.
            try await console.terminal.type(to)
        } else {
            try await console.fill("919999999999")
            try await console.fill(to)
            try await console.fill(CallCommandTests.agent)
        }
        try await console.see(to)
        try await console.terminal.send("C-s")
        try await console.terminal.wait(until: "the form is closed") { !$0.contains("New call") }
    }

    @Test("The next console shows what is up, goes on with its life, and can hang it up")
    func comesBack() async throws {
        try await SharedDesk.with { desk in
            try await desk.console { console in
                try await console.see("STATE")
                try await console.place("918888888888")
                try await console.seeRow("918888888888", "talking")
                try await Self.place("918888880006", on: console)
                // A console that is killed before the request has left rings nobody, which is another story.
                try await eventually("the second dial") { try await desk.sandbox.dials().count == 2 }
                try await console.kill()
            }
            try await desk.console { console in
                try await console.seeRow("918888888888", "talking")
                try await console.seeRow("918888880006")
                // Newest first: the call that talks is the lower one.
                try await console.terminal.send("End")
                try await console.see("› ● talking")
                try await console.ask("x", "Hang up 918888888888", answer: "y")
                try await console.seeRow("918888888888", "ended", "completed")
            }
            let dials = try await desk.sandbox.dials()
            #expect(dials.count == 2)
        }
    }

    @Test("A call that ended some time before the start is known: what still comes of it makes no row")
    func endedBefore() async throws {
        try await OwnPlatform.with({ _ in .json("{}") }) { platform in
            func event(_ call: Int, to: String, _ status: String, _ at: Int64, _ more: String = "") -> String {
                #"{"call_id":"\#(OwnPlatform.callID(call))","from":"919999999999","to":"\#(to)","status":"\#(status)","time":\#(at)\#(more)}"#
            }
            let then = Timestamp.now.milliseconds - 600_000
            try await ConsoleOnPty.with(platform.arguments, program: platform.program) { console in
                try await console.seeBoard()
                try await platform.listen()
                try await platform.post(event(1, to: "918888888801", "answered", then))
                try await console.terminal.see("918888888801")
                try await platform.post(event(1, to: "918888888801", "hangup", then + 60_000))
                try await console.terminal.see("completed")
                console.terminal.type("q")
                #expect(try await console.terminal.end() == 0)
            }
            try await ConsoleOnPty.with(platform.arguments, program: platform.program) { console in
                try await console.seeBoard()
                try await platform.listen()
                try await platform.post(
                    event(1, to: "918888888801", "hangup", then + 60_000, #","reason":"told late""#)
                )
                try await platform.post(event(2, to: "918888888802", "ringing", Timestamp.now.milliseconds))
                let screen = try await console.terminal.see("918888888802", "Calls 1 ")
                #expect(!screen.text.contains("918888888801"))
            }
        }
    }

    @Test("Two consoles see each other's calls; when the one that hears the webhooks dies, the other hears them")
    func takesOver() async throws {
        try await SharedDesk.with { desk in
            try await desk.console { first in
                try await first.see("STATE", "hooks")
                try await desk.console { second in
                    try await second.see("STATE", "hooks")
                    try await second.place("918888888888")
                    try await first.seeRow("918888888888", "talking")
                    try await second.seeRow("918888888888", "talking")
                    try await first.kill()
                    // Nobody but the second can hear of it now.
                    _ = try await wait(for: "the second to listen") {
                        try? await HTTP.post("http://127.0.0.1:\(desk.port)/", [])
                    }
                    try await Self.place("918888888802", on: second)
                    try await second.seeRow("918888888802", "talking")
                }
            }
        }
    }

    @Test("A placement that a console dies with is in doubt on the screen of the one that lives")
    func seenByOthers() async throws {
        try await SharedDesk.with { desk in
            try await desk.console { first in
                try await first.see("STATE")
                try await desk.console { second in
                    try await second.see("STATE")
                    try await second.place("918888880007")
                    try await first.seeRow("918888880007")
                    try await second.kill()
                }
                // The sandbox tells of the call by webhooks; its own outcome is in doubt, and it stays one row.
                try await first.seeRow("918888880007", "talking")
                let screen = try await first.terminal.screen()
                #expect(screen.components(separatedBy: "918888880007").count == 2)
            }
        }
    }

    @Test("Without webhooks and without an app id the platform is asked, as far as ids are known")
    func polling() async throws {
        try await SharedDesk.with(hooks: false) { desk in
            try await desk.console { console in
                try await console.see("STATE")
                // What another program placed, and another event told the id of.
                try await console.place("918888888888")
                try await console.seeRow("918888888888", "queued")
                let id = try await wait(for: "the call") {
                    try await desk.sandbox.calls().first?["call_id"] as? String
                }
                let event = #"{"call_id":"\#(id)","to":"918888888888","from":"919999999999","status":"started"}"#
                let hooks = "http://127.0.0.1:\(desk.port)/hooks/\(SharedDesk.secret)"
                _ = try await HTTP.post(hooks, Array(event.utf8))
                _ = try await desk.program.run(["hangup", id, "--api-url", desk.sandbox.base])
                try await console.seeRow("918888888888", "ended")
            }
        }
    }

    @Test(
        "Events that come twice and out of order, and a call that only a late record tells of, are right on the screen"
    )
    func strangeEvents() async throws {
        try await SharedDesk.with(sandboxArguments: ["--speed", "30"]) { desk in
            try await desk.console { console in
                try await console.see("STATE")
                try await Self.place("918888880011", on: console)
                try await console.seeRow("918888880011", "ended", "completed")
                try await Self.place("918888880012", on: console)
                try await console.seeRow("918888880012", "queued")
                try await console.seeRow("918888880012", "ended", "completed")
                let truth = try await desk.sandbox.calls()
                #expect(truth.allSatisfy { $0["end"] as? String == "completed" })
                let screen = try await console.terminal.screen()
                // One row each, whatever came of them.
                for number in ["918888880011", "918888880012"] {
                    let rows = screen.split(separator: "\n").filter {
                        $0.contains(" \(number) ") && $0.contains("ended")
                    }
                    #expect(rows.count == 1)
                }
            }
        }
    }
}
