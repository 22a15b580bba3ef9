import CallBoard
import Foundation
import Piopiy
import TerminalDriver
import TestSupport
import Testing

/// Hang-ups that were asked for before the call's id was known, and consoles that end meanwhile.
@Suite("A hang-up that waits outlives its console", .serialized)
struct KilledHangUpTests {
    /// More of them by hand: PIOPIY_KILLS=200 swift test --filter KilledHangUpTests
    private static let kills = ProcessInfo.processInfo.environment["PIOPIY_KILLS"].flatMap { Int($0) } ?? 6

    /// Tells the call's id, as the platform's first event does.
    private static func tell(_ number: String, _ desk: SharedDesk) async throws {
        let call = try await call(number, desk)
        let id = try #require(call["call_id"] as? String)
        let request = try #require(call["request_id"] as? String)
        let event = #"{"call_id":"\#(id)","request_id":"\#(request)","to":"\#(number)","status":"started"}"#
        let hooks = "http://127.0.0.1:\(desk.port)/hooks/\(SharedDesk.secret)"
        _ = try await wait(for: "a listener") { try? await HTTP.post(hooks, Array(event.utf8)) == 200 ? true : nil }
    }

    private static func call(_ number: String, _ desk: SharedDesk) async throws -> [String: Any] {
        try await wait(for: "the call to \(number)") {
            try await desk.sandbox.calls().first { $0["to_number"] as? String == number }
        }
    }

    private static func hangUps(_ desk: SharedDesk) async throws -> [String] {
        let asked = try await desk.sandbox.requests().filter {
            ($0["path"] as? String)?.hasSuffix("hangup") ?? false
        }
        return asked.compactMap { ($0["body"] as? [String: Any])?["call_id"] as? String }
    }

    /// Places a call and asks for its hang-up, which waits: nobody tells the call's id.
    private static func ask(_ number: String, on console: ConsoleOnScreen) async throws {
        try await KilledConsoleTests.place(number, on: console)
        try await console.seeRow(number, "queued")
        try await console.ask("x", "Hang up \(number)", answer: "y")
    }

    @Test("The next console has it on the call's row and sends it when the id comes, to that call alone")
    func nextConsole() async throws {
        try await SharedDesk.with(hooks: false) { desk in
            try await desk.console { console in
                try await console.see("STATE")
                try await Self.ask("918888888888", on: console)
                try await console.seeRow("918888888888", "hang-up waits")
                try await console.kill()
            }
            try await desk.console { console in
                try await console.seeRow("918888888888", "hang-up waits")
                try await Self.tell("918888888888", desk)
                try await console.seeRow("918888888888", "hung up")
            }
            let id = try await Self.call("918888888888", desk)["call_id"] as? String
            #expect(try await Self.hangUps(desk) == [id])
        }
    }

    @Test("A console beside it takes it over; before that it shows it, and does not send it")
    func consoleBeside() async throws {
        try await SharedDesk.with(hooks: false) { desk in
            try await desk.console { first in
                try await first.see("STATE")
                try await desk.console { second in
                    try await second.see("STATE")
                    try await Self.ask("918888888888", on: second)
                    try await first.seeRow("918888888888", "hang-up waits")
                    try await second.kill()
                }
                try await first.see("now waits to hang up 918888888888")
                try await Self.tell("918888888888", desk)
                try await first.seeRow("918888888888", "hung up")
            }
            #expect(try await Self.hangUps(desk).count == 1)
        }
    }

    @Test("Anybody can take it back; who quits has agreed that it does not go out")
    func takenBack() async throws {
        try await SharedDesk.with(hooks: false) { desk in
            try await desk.console { first in
                try await first.see("STATE")
                try await desk.console { second in
                    try await second.see("STATE")
                    try await Self.ask("918888888888", on: second)
                    try await first.seeRow("918888888888", "hang-up waits")
                    try await first.terminal.send("Home")
                    try await first.see("› ")
                    try await first.ask(
                        "x",
                        "Take back the hang-up of 918888888888, which waits for its call id? t/n",
                        answer: "t"
                    )
                    try await second.see("taken back elsewhere")
                    try await Self.ask("918888888887", on: second)
                    try await first.seeRow("918888888887", "hang-up waits")
                    try await second.terminal.send("q")
                    try await second.see("1 hang-up will not be sent", "y/n")
                    try await second.answerAndEnd("y")
                }
                try await first.terminal.wait(until: "no hang-up waits") { !$0.contains("hang-up waits") }
                for number in ["918888888888", "918888888887"] {
                    try await Self.tell(number, desk)
                    try await first.seeRow(number)
                }
                // What would go out for the calls before has gone out before this one's.
                try await Self.ask("918888888886", on: first)
                try await Self.tell("918888888886", desk)
                try await first.seeRow("918888888886", "hung up")
            }
            let id = try await Self.call("918888888886", desk)["call_id"] as? String
            #expect(try await Self.hangUps(desk) == [id])
        }
    }

    @Test("Killed again and again, every hang-up that the journal has goes out, and no other")
    func manyKills() async throws {
        try await SharedDesk.with(hooks: false) { desk in
            var random = SystemRandomNumberGenerator()
            var kept: [String] = []
            var before: String?
            // The last console places nothing: it sends what the one before has left.
            for kill in 0...Self.kills {
                let number = "9188" + String(10_000 + kill).dropFirst() + "8888"
                try await desk.console { console in
                    try await console.see("STATE")
                    if let before { try await Self.tell(before, desk) }
                    if let before, kept.contains(before) { try await console.seeRow(before, "hung up") }
                    if kill < Self.kills {
                        try await Self.ask(number, on: console)
                        // From before it is written to after.
                        try await Task.sleep(for: .milliseconds(Int.random(in: 0...20, using: &random)))
                        try await console.kill()
                    }
                }
                if kill < Self.kills {
                    let call = try #require(try await desk.journal().first { $0.to == number })
                    if call.isHangUpKept { kept.append(number) }
                    before = number
                }
            }
            var expected: [String] = []
            for number in kept {
                expected.append(try #require(try await Self.call(number, desk)["call_id"] as? String))
            }
            #expect(try await Self.hangUps(desk).sorted() == expected.sorted())
            #expect(kept.count >= Self.kills / 4, "hardly a hang-up was kept")
            print("\(Self.kills) kills: \(kept.count) hang-ups were in the journal, and went out")
        }
    }
}
