import Foundation
import TerminalDriver
import TestSupport
import Testing

/// Keys that end calls, while the list never stands still.
@Suite("The selection is safe")
struct SelectionUnderLoadTests {
    /// Fewer of them, or more, by `PIOPIY_SELECTION_HANGUPS`.
    static let count = ProcessInfo.processInfo.environment["PIOPIY_SELECTION_HANGUPS"].flatMap { Int($0) } ?? 80

    private static func id(_ number: Int) -> String { "00000000-0000-4000-8000-" + String(format: "%012d", number) }
    private static func number(_ index: Int) -> String { String(447_700_900_000 + index) }

    /// The number in the selected row.
    private static func selected(in screen: ScreenReader) -> String? {
        screen.text.split(separator: "\n").first { $0.contains("› ") }?.split(separator: " ")
            .first { $0.hasPrefix("4477") && $0.count == 12 }.map(String.init)
    }

    @Test("While events reorder the list, each hang-up hits the call whose row was selected")
    func hits() async throws {
        try await SharedDesk.with { desk in
            let url = "http://127.0.0.1:\(desk.port)/hooks/\(SharedDesk.secret)"
            @Sendable func tell(_ status: String, _ index: Int) async throws {
                let body =
                    #"{"cmiuuid":"\#(Self.id(index))","status":"\#(status)","direction":"inbound","leg":"a","from":"919999999999","#
                    + #""to":"\#(Self.number(index))","time":\#(Int(Date().timeIntervalSince1970 * 1000))}"#
                try await HTTP.post(url, Array(body.utf8))
            }
            let arguments = ["--api-url", desk.sandbox.base, "--webhook-port", "\(desk.port)"]
            try await ConsoleOnPty.with(arguments, columns: 100, rows: 30, program: desk.program) { console in
                let terminal = console.terminal
                try await terminal.see("No calls.")
                let first = Self.count * 2
                for index in 0..<first { try await tell(index % 2 == 0 ? "ringing" : "answered", index) }
                try await terminal.see("Calls \(first)")
                // By state: whatever begins, is answered or ends goes to another place.
                terminal.type("s")
                try await terminal.see("by state")

                // 200 a second, until the last hang-up is out.
                let storm = Task {
                    var next = first
                    while !Task.isCancelled {
                        try await tell("ringing", next)
                        if next % 3 == 0 { try await tell("answered", next - 7) }
                        next += 1
                        try await Task.sleep(for: .milliseconds(5))
                    }
                }
                defer { storm.cancel() }
                var meant: [String] = []
                for turn in 0..<Self.count {
                    // The key has been taken in when another row is selected than before. What is looked at may be half
                    // of a frame: what was the same twice is whole.
                    let former = meant.last
                    terminal.type("\u{1B}OB")
                    var (number, seen): (String?, String?)
                    repeat {
                        seen = number
                        let screen = try await terminal.wait(until: "row \(turn) is selected") { screen in
                            Self.selected(in: screen).map { $0 != former } ?? false
                        }
                        number = Self.selected(in: screen)
                        try await Task.sleep(for: .milliseconds(10))
                    } while number != seen
                    // What was seen is what is meant, however the list stands by now.
                    let question = "Hang up \(try #require(number)) "
                    terminal.type("x")
                    try await terminal.see(question)
                    // As a person would who has read it: what comes within 20 ms of the key before is no answer.
                    try await Task.sleep(for: .milliseconds(40))
                    terminal.type("y")
                    // A key that came together with the answer would make it none.
                    try await terminal.wait(until: "“\(question)” is answered") { !$0.text.contains(question) }
                    terminal.forget()
                    meant.append(try #require(number))
                }
                storm.cancel()
                let hungUp = try await wait(for: "the last hang-up") { () async throws -> [String]? in
                    let bodies = try await desk.sandbox.requests()
                        .filter { ($0["path"] as? String)?.hasSuffix("/call/hangup") ?? false }
                        .compactMap { ($0["body"] as? [String: Any])?["call_id"] as? String }
                    return Set(bodies).count >= Set(meant).count ? bodies : nil
                }
                let ids = Dictionary(uniqueKeysWithValues: (0..<200_000).map { (Self.number($0), Self.id($0)) })
                // Each once, those that were meant, and nobody else.
                #expect(Set(hungUp) == Set(meant.compactMap { ids[$0] }))
                #expect(hungUp.count == Set(hungUp).count)
                #expect(Set(meant).count > Self.count * 9 / 10)
            }
        }
    }
}
