import CallBoard
import Foundation
import TestSupport
import Testing

@Suite("One number, several processes", .serialized)
struct OneRingTests {
    /// More of them by hand: PIOPIY_ROUNDS=1000 swift test --filter OneRingTests
    private static let rounds = ProcessInfo.processInfo.environment["PIOPIY_ROUNDS"].flatMap { Int($0) } ?? 8

    private static func line(_ number: String) -> String {
        #"{"op":"ai.call","args":{"caller_id":"919999999999","to_number":"\#(number)","agent_id":"\#(Sample.agent)"}}"#
    }

    @Test("Asked for by call, batch, campaign and console at once it rings once, and the others say that it is busy")
    func once() async throws {
        let program = try Program()
        defer { program.clean() }
        try await RunningSandbox.with(program) { sandbox in
            let numbers = (0..<Self.rounds).map { "9188\(String(20_000 + $0).dropFirst())9100" }
            let folder = program.home
            let options = ["--api-url", sandbox.base]
            let from = ["--from", "919999999999", "--agent", Sample.agent]
            // Its form and its commands place by the same board.
            let console = try await PlainSession.open(program, ["--plain", "--webhook-port", "0"] + options)
            defer { console.running.stop() }
            var told = 0
            for (index, number) in numbers.enumerated() {
                let list = folder.appending(path: "list-\(index).csv")
                try Data("to\n\(number)\n".utf8).write(to: list)
                let file = folder.appending(path: "lines-\(index).jsonl")
                try Data(Self.line(number).utf8).write(to: file)
                // In any order, close together.
                func soon(after start: Int = 0) async throws {
                    try await Task.sleep(for: .milliseconds(start + Int.random(in: 0...200)))
                }
                func start(_ arguments: [String]) async throws -> RunningProgram {
                    try await soon()
                    return try program.start(arguments + from + options)
                }
                async let campaigning = start(
                    ["campaign", "run", list.path, "--rate", "600", "--webhook-port", "0"]
                )
                async let batching = { () async throws -> RunningProgram in
                    try await soon()
                    return try program.start(["batch", file.path, "--output", "json"] + options)
                }()
                async let calling = start(["call", "--to", number, "--output", "json"])
                async let typing: Void = { () async throws in
                    // It runs already; the others have to start.
                    try await soon(after: 150)
                    try console.type("call \(number) from 919999999999 agent \(Sample.agent)")
                    // Where the board asks whether to dial a busy number.
                    try console.type("no")
                }()
                let (campaign, batch, call) = (try await campaigning, try await batching, try await calling)
                try await typing
                for result in [try await batch.result(), try await call.result()] {
                    let isBusy = result.error["code"] as? String == "number_busy"
                    #expect(result.outcome == "accepted" || result.outcome == "notSent" && isBusy, "\(result)")
                    if result.outcome == "accepted" { told += 1 }
                }
                // The campaign holds the row back as long as somebody else's call lasts.
                campaign.signal(SIGTERM)
                _ = try await campaign.result()
            }
            _ = try await wait(for: "each number to be dialled") { () -> Bool? in
                let dialled = try await sandbox.dials().compactMap {
                    ($0["body"] as? [String: Any])?["to_number"] as? String
                }
                return Set(dialled).isSuperset(of: numbers) ? true : nil
            }
            let dialled = try await sandbox.dials().compactMap {
                ($0["body"] as? [String: Any])?["to_number"] as? String
            }
            #expect(dialled.sorted() == numbers.sorted())
            #expect(told <= numbers.count)
            let byConsole = console.lines.count { $0.contains("call placed to") }
            let byOthers = numbers.count - told - byConsole
            print(
                "\(numbers.count) rounds: \(told) by call and batch, \(byConsole) by console, \(byOthers) by campaign"
            )
        }
    }

    @Test("It rings again for whoever says that it may be busy")
    func allowed() async throws {
        let program = try Program()
        defer { program.clean() }
        try await RunningSandbox.with(program) { sandbox in
            let call = ["call", "--to", "918888889100", "--from", "919999999999", "--agent", Sample.agent]
            let options = ["--api-url", sandbox.base, "--output", "json"]
            let first = try await program.run(call + options)
            #expect(first.outcome == "accepted")
            let second = try await program.run(call + options)
            #expect(second.status == 69 && second.outcome == "notSent")
            #expect(second.error["code"] as? String == "number_busy")
            let third = try await program.run(call + ["--allow-busy"] + options)
            #expect(third.outcome == "accepted")
            #expect(try await sandbox.dials().count == 2)
        }
    }
}
