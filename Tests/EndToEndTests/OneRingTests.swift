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

    @Test("Asked for by call, batch and campaign at once it rings once, and the others say that it is busy")
    func once() async throws {
        let program = try Program()
        defer { program.clean() }
        try await RunningSandbox.with(program) { sandbox in
            let numbers = (0..<Self.rounds).map { "9188\(String(20_000 + $0).dropFirst())9100" }
            let folder = program.home
            let list = folder.appending(path: "list.csv")
            try Data(("to\n" + numbers.joined(separator: "\n") + "\n").utf8).write(to: list)
            let options = ["--api-url", sandbox.base]
            let from = ["--from", "919999999999", "--agent", Sample.agent]
            let campaign = try program.start(
                ["campaign", "run", list.path, "--rate", "600", "--at-once", "50", "--webhook-port", "0"] + from
                    + options
            )
            defer { campaign.stop() }
            var told = 0
            for (index, number) in numbers.enumerated() {
                let file = folder.appending(path: "lines-\(index).jsonl")
                try Data(Self.line(number).utf8).write(to: file)
                let batch = try program.start(["batch", file.path, "--output", "json"] + options)
                let call = try program.start(["call", "--to", number, "--output", "json"] + from + options)
                for result in [try await batch.result(), try await call.result()] {
                    let isBusy = result.error["code"] as? String == "number_busy"
                    #expect(result.outcome == "accepted" || result.outcome == "notSent" && isBusy, "\(result)")
                    if result.outcome == "accepted" { told += 1 }
                }
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
