import Foundation
import Synchronization
import TerminalDriver
import Testing

/// The built console while events pour in.
@Suite("Under load", .serialized)
struct LoadTests {
    private static let first = 918_888_800_000

    private static func event(_ call: Int, _ status: String, at: Int) -> String {
        #"{"cmiuuid":"\#(OwnPlatform.callID(call))","status":"\#(status)","from":"919999999999","to":"\#(first + call)","#
            + #""leg":"a","direction":"outbound","time":\#(at)}"#
    }

    /// More of them by hand: PIOPIY_HANGUPS=1000 swift test --filter LoadTests
    private static let hangUps = ProcessInfo.processInfo.environment["PIOPIY_HANGUPS"].flatMap { Int($0) } ?? 60

    @Test(
        "Each hang-up hits the call whose row was marked, while 200 events a second reorder the list",
        arguments: ["s", "sssss"]
    )
    func hangUps(sorting: String) async throws {
        try await OwnPlatform.with { request in
            request.path.hasSuffix("/hangup") ? .json(#"{"status":"success"}"#) : .json("{}", status: 503)
        } _: { platform in
            try await ConsoleOnPty.with(platform.arguments, columns: 120, rows: 29, program: platform.program) {
                console in
                let terminal = console.terminal
                try await console.seeBoard()
                try await platform.listen()
                let start = Int(Date().timeIntervalSince1970 * 1000)
                let calls = Mutex(0)
                for call in 1...60 { try await platform.post(Self.event(call, "ringing", at: start)) }
                calls.withLock { $0 = 60 }
                terminal.type(sorting)
                try await terminal.wait(until: "it is sorted") {
                    $0.text.contains(sorting == "s" ? "by state" : "by time")
                }

                // 200 a second: calls are answered, ring, and new ones come for those that were hung up.
                let storm = Task {
                    var random = SystemRandomNumberGenerator()
                    while !Task.isCancelled {
                        for _ in 0..<4 {
                            let newest = calls.withLock { $0 }
                            let isNew = Int.random(in: 0..<8, using: &random) == 0
                            if isNew { calls.withLock { $0 += 1 } }
                            let call = isNew ? newest + 1 : Int.random(in: max(1, newest - 80)...newest, using: &random)
                            let status =
                                isNew ? "ringing" : ["ringing", "answered", "bridged", "hangup"].randomElement()!
                            let at = Int(Date().timeIntervalSince1970 * 1000)
                            try? await platform.post(Self.event(call, status, at: at))
                        }
                        try? await Task.sleep(for: .milliseconds(20))
                    }
                }
                defer { storm.cancel() }

                var wanted: [String] = []
                var random = SystemRandomNumberGenerator()
                var tries = 0
                while wanted.count < Self.hangUps, tries < 40 * Self.hangUps {
                    tries += 1
                    let keys = [
                        "\u{1B}OB", "\u{1B}OA", "\u{1B}[6~", "\u{1B}[5~", "\u{1B}OB\u{1B}OB\u{1B}OB", "\u{1B}OH",
                    ]
                    terminal.type(keys.randomElement(using: &random)!)
                    try await Task.sleep(for: .milliseconds(20))
                    terminal.type("x")
                    // The question, or why there is none.
                    let screen = try await terminal.wait(until: "x is answered") { screen in
                        let status = screen.lines[27]
                        return status.contains("Hang up ") || status.contains("ended already")
                            || status.contains("on its way")
                            || status.contains("no call is selected")
                    }
                    guard let asked = Self.number(behind: "Hang up ", in: screen.lines[27]) else { continue }
                    // The row that is marked is the one that is asked about.
                    if let marked = screen.line(holding: "›") {
                        #expect(marked.contains(asked), "asked for \(asked), marked \(marked)")
                    }
                    let before = platform.server.requests.count { $0.path.hasSuffix("/hangup") }
                    terminal.type("y")
                    try await terminal.wait(until: "the question is gone") { !$0.lines[27].contains("y/n") }
                    // It may have ended while the question stood; then nothing is sent, and nothing else is hit.
                    let sent = try? await wait(for: "the request", deadline: .seconds(2)) {
                        () -> [TinyServer.Request]? in
                        let all = platform.server.requests.filter { $0.path.hasSuffix("/hangup") }
                        if all.count > before { return Array(all.dropFirst(before)) }
                        return terminal.screen.lines[27].contains("ended") ? [] : nil
                    }
                    for request in sent ?? [] {
                        let id = request.json["call_id"] as? String
                        let call = (Int(asked) ?? 0) - Self.first
                        #expect(id == OwnPlatform.callID(call), "asked for \(asked), hung up \(id ?? "nobody")")
                        wanted.append(asked)
                    }
                }
                #expect(wanted.count >= Self.hangUps)
                let hit = platform.server.requests.filter { $0.path.hasSuffix("/hangup") }
                    .compactMap { $0.json["call_id"] as? String }
                #expect(hit.count == wanted.count)
                #expect(terminal.screen.foreign.isEmpty)
            }
        }
    }

    private static func number(behind words: String, in line: String) -> String? {
        guard let place = line.range(of: words) else { return nil }
        return String(line[place.upperBound...].prefix { $0.isNumber })
    }
}
