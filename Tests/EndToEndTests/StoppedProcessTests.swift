import CallBoard
import Foundation
import Journal
import Piopiy
import TestSupport
import Testing

/// A process that stands still between its intent and its request.
@Suite("A placement whose process is stopped", .serialized)
struct StoppedProcessTests {
    @Test(
        "It cannot be said elsewhere that it was not placed, nobody else dials the number, and it rings once",
        arguments: [true, false]
    )
    func stopped(isLate: Bool) async throws {
        let program = try Program()
        defer { program.clean() }
        try await RunningSandbox.with(program) { sandbox in
            let address = try #require(URL(string: sandbox.base))
            let relay = try HeldRelay(to: UInt16(try #require(address.port)))
            defer { relay.stop() }
            let options = ["--api-url", "http://127.0.0.1:\(relay.port)/v3", "--output", "json"]
            let arguments = ["call", "--from", "919999999999", "--to", "918888888888", "--agent", Sample.agent]
            let first = try program.start(arguments + options)
            defer { first.stop() }

            let path = program.home.appending(path: ".local/state/piopiy/journal.sqlite").path
            let journal = try await wait(for: "the journal") {
                FileManager.default.fileExists(atPath: path)
                    ? try? SQLiteJournal(
                        path: path,
                        origin: JournalOrigin(id: 4711, account: "supervisor", operator: "test"),
                        at: .now
                    ) : nil
            }
            let intent = try await wait(for: "the intent") {
                try await journal.lines(after: 0, limit: 100).first { $0.line.kind == .intent }
            }
            first.signal(SIGSTOP)
            let ref = try #require(intent.line.ref)
            #expect(try await sandbox.dials().isEmpty)

            // It lives, so it is nobody's to bring to an end; and it is not in doubt, so nobody can settle it.
            #expect(try await journal.settleOrphans(at: .now) == 0)
            await #expect(throws: TooEarlyToSettle.self) {
                try await journal.record([.settlement(.wasNotPlaced, of: ref, at: .now)])
            }
            let second = try await program.run(arguments + options)
            #expect(second.status == 69 && second.error["code"] as? String == "number_busy", "\(second)")

            relay.release()
            if isLate {
                // Its deadline passes while it stands still.
                let due = Timestamp.steady + Dialer.deadline
                _ = try await wait(for: "the deadline") { Timestamp.steady > due ? true : nil }
            }
            first.signal(SIGCONT)
            let result = try await first.result()
            let dials = try await sandbox.dials().count
            switch result.outcome {
            case "accepted": #expect(dials == 1)
            case "notSent": #expect(dials == 0)
            default: Issue.record("\(result)")
            }
            // Who asks again afterwards dials a number that is busy, or one that nobody has dialed.
            let third = try await program.run(arguments + options)
            #expect((third.outcome == "accepted") == (dials == 0), "\(third)")
            #expect(try await sandbox.dials().count == 1)
        }
    }
}
