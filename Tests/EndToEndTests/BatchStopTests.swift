import Foundation
import Piopiy
import TestSupport
import Testing

@testable import PiopiyCommand

@Suite("piopiy batch, stopped and taken up again")
struct BatchStopTests {
    private func url(_ sandbox: RunningSandbox) -> String { "--api-url \(sandbox.base) --output json" }

    @Test("When results cannot be written nothing more is begun, what was begun is told on standard error, exit 74")
    func fullDisk() async throws {
        let program = try Program()
        defer { program.clean() }
        let lines = (1...200).map { BatchCommandTests.call("91888889\(1000 + $0)", id: "\($0)") }
        let file = try BatchCommandTests.file(lines, in: program)
        try await RunningSandbox.with(program) { sandbox in
            let result = try await program.shell(
                "\"$piopiy\" batch \(file) \(url(sandbox)) --concurrency 3 > /dev/full"
            )
            #expect(result.status == 74)
            let dials = try await sandbox.dials()
            #expect((1...3).contains(dials.count))
            let told = result.errors.split(separator: "\n").filter { $0.contains("could not be written: {") }
            // One that had not left yet when the writing failed is told too, as what it is: not sent.
            let results = told.compactMap { line in
                line.firstIndex(of: "{").flatMap { start in
                    try? JSONSerialization.jsonObject(with: Data(line[start...].utf8)) as? [String: Any]
                }
            }
            #expect(results.count == told.count, "\(result.errors)")
            func numbers(_ outcome: String) -> Set<String> {
                let ids = results.filter { $0["outcome"] as? String == outcome }.compactMap { $0["id"] as? Int }
                return Set(ids.map { "91888889\(1000 + $0)" })
            }
            let rung = dials.compactMap { ($0["body"] as? [String: Any])?["to_number"] as? String }
            #expect(Set(rung).count == rung.count)
            #expect(numbers("accepted").isSubset(of: rung) && numbers("notSent").isDisjoint(with: rung))
            // Whoever was rung is told of.
            #expect(numbers("accepted").union(numbers("unknown")).isSuperset(of: rung), "\(result.errors)")
            #expect(result.errors.contains("The results can no longer be written. Line 3 was the last one started"))
        }
    }

    @Test("With its output closed nothing is begun, exit 74")
    func closedOutput() async throws {
        let program = try Program()
        defer { program.clean() }
        let file = try BatchCommandTests.file([BatchCommandTests.call("918888888801")], in: program)
        try await RunningSandbox.with(program) { sandbox in
            let closed = try await program.shell("\"$piopiy\" batch \(file) \(url(sandbox)) >&-")
            #expect(closed.status == 74)
            #expect(closed.errors.contains("Standard output is closed"))
            let dials = try await sandbox.dials()
            #expect(dials.isEmpty)
        }
    }

    @Test("A reader that has gone is an error, and not the program's silent end")
    func noReader() async throws {
        var ends: [CInt] = [0, 0]
        // Programs that other tests start must not hold its ends open.
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        #expect(socketpair(AF_UNIX, type, 0, &ends) == 0)
        let writer = ResultWriter(descriptor: ends[1])
        // As the program does at its start.
        signal(SIGPIPE, SIG_IGN)
        #expect(writer.isOpen)
        let isWritten = await writer.write("read\n")
        #expect(isWritten)
        close(ends[0])
        // A program that another test starts this very moment holds the end until it has become another program.
        _ = try await wait(for: "the other end to be closed") { writer.isOpen ? nil : true }
        #expect(!writer.hasFailed)
        let isLost = await !writer.write("lost\n")
        #expect(isLost)
        #expect(writer.hasFailed)
        close(ends[1])
    }

    @Test("Ctrl-C ends a batch whose input is silent: what was begun has its outcome, and the last line is told")
    func interrupted() async throws {
        let program = try Program()
        defer { program.clean() }
        try await RunningSandbox.with(program) { sandbox in
            let input = Pipe()
            let arguments = ["batch", "--api-url", sandbox.base, "--output", "json", "--timeout", "60"]
            let running = try program.start(arguments, input: input.fileHandleForReading)
            defer { running.stop() }
            let lines = ["918888888801", "918888880007"].map { BatchCommandTests.call($0, id: "\"\($0)\"") + "\n" }
            try input.fileHandleForWriting.write(contentsOf: Data(lines.joined().utf8))
            // The result of the first is there although the second has none and no more lines come.
            _ = try await wait(for: "the first result") { running.written.contains("accepted") ? true : nil }
            _ = try await wait(for: "both dials") { try await sandbox.dials().count == 2 ? true : nil }
            running.signal(SIGINT)
            let result = try await running.result()
            #expect(result.status == 75)
            #expect(result.objects.count == 2)
            let late = try #require(result.objects.first { $0["id"] as? String == "918888880007" })
            #expect(late["outcome"] as? String == "unknown")
            #expect((late["error"] as? [String: Any])?["code"] as? String == "cancelled")
            #expect(result.errors.contains("Line 2 was the last one started."))
            try input.fileHandleForWriting.close()
        }
    }

    @Test("A file that is run again with its results rings nobody twice")
    func skipDone() async throws {
        let program = try Program()
        defer { program.clean() }
        let numbers = ["918888888801", "918888880005", "918888880006", "918888888802", "0918888888"]
        let first = zip(numbers, ["1", "\"two\"", "3.0", "4", "5"]).map { BatchCommandTests.call($0, id: $1) }
        let file = try BatchCommandTests.file(first, in: program)
        let results = program.home.appending(path: "results.jsonl").path
        try await RunningSandbox.with(program) { sandbox in
            let run = "\"$piopiy\" batch \(file) \(url(sandbox)) --concurrency 1"
            let before = try await program.shell("\(run) > \(results)")
            #expect(before.status == 75)
            let dialled = try await sandbox.dials().count
            #expect(dialled == 4)

            // The line that was wrong is mended, and one is new.
            let mended =
                first.dropLast() + [
                    BatchCommandTests.call("918888888805", id: "5"), BatchCommandTests.call("918888888806", id: "6"),
                ]
            _ = try BatchCommandTests.file(Array(mended), in: program)
            let again = try await program.shell("\(run) --skip-done \(results) >> \(results)")
            #expect(again.status == 0, "\(again.errors)")
            let numbers = try await sandbox.dials().compactMap {
                ($0["body"] as? [String: Any])?["to_number"] as? String
            }
            #expect(Set(numbers).count == numbers.count && numbers.count == 6)

            // Without an id, or with another line's, nobody can say whether it was done.
            let unclear = [
                BatchCommandTests.call("918888888807"), BatchCommandTests.call("918888888808", id: "8"),
                BatchCommandTests.call("918888888809", id: "8"),
            ]
            _ = try BatchCommandTests.file(unclear, in: program)
            let third = try await program.shell("\(run) --skip-done \(results)")
            #expect(third.status == 64)
            #expect(third.objects.map { $0["outcome"] as? String } == ["invalid", "accepted", "invalid"])

            // A hang-up in doubt is safe to repeat, a call in doubt is not.
            let doubts = program.home.appending(path: "doubts.jsonl")
            let id = OwnPlatform.callID(1)
            try Data(
                "{\"id\":21,\"outcome\":\"unknown\"}\n{\"id\":22,\"outcome\":\"unknown\"}\n".utf8
            ).write(to: doubts)
            let hangUp = #"{"op":"voice.hangup","id":21,"args":{"call_id":"\#(id)"}}"#
            _ = try BatchCommandTests.file([hangUp, BatchCommandTests.call("918888888811", id: "22")], in: program)
            let repeated = try await program.shell("\(run) --skip-done '\(doubts.path)'")
            #expect(repeated.objects.map { $0["id"] as? Int } == [21], "\(repeated.output)")

            // A result that cannot be read might tell of a call.
            let torn = try await program.shell("echo '{\"outc' >> \(results); \(run) --skip-done \(results)")
            #expect(torn.status == 64)
            #expect(torn.output.isEmpty)
            #expect(torn.errors.contains("line 8 is not a result line"))
        }
    }

    @Test("No more operations are begun than may be under way at once")
    func bounded() async throws {
        let program = try Program()
        defer { program.clean() }
        let file = try BatchCommandTests.file(
            (1...60).map { BatchCommandTests.call("91888888\(8000 + $0)", id: "\($0)") },
            in: program
        )
        let crowd = Crowd(size: 5)
        let output = open(program.home.appending(path: "out").path, O_CREAT | O_WRONLY, 0o600)
        defer { close(output) }
        let run = BatchRun(
            source: try ByteSource(path: file),
            writer: ResultWriter(descriptor: output),
            format: .json,
            concurrency: 5,
            perform: { _ in
                await crowd.enter()
                return .accepted(OperationReceipt(status: 200))
            },
            onLost: { _ in }
        )
        let summary = await run.run(BatchPlan())
        #expect(summary.text == "60 accepted")
        let most = await crowd.most
        #expect(most == 5)
    }
}

/// Lets whoever comes go on when so many are there, and remembers the most that were there at once.
private actor Crowd {
    private let size: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private(set) var most = 0

    init(size: Int) { self.size = size }

    func enter() async {
        await withCheckedContinuation { continuation in
            waiting.append(continuation)
            most = max(most, waiting.count)
            guard waiting.count >= size else { return }
            for waiter in waiting { waiter.resume() }
            waiting = []
        }
    }
}
