import CallBoard
import Foundation
import Piopiy
import Testing

@testable import Journal

@Suite("Many on one journal")
struct ManyProcessesTests {
    @Test("Twenty processes that open a new file at one moment, write and read, see each line once and all the same")
    func processes() async throws {
        try await TemporaryJournal.with { files in
            let (writers, readers, each) = (12, 8, 25)
            let path = files.path
            let results = try await withThrowingTaskGroup(of: (String, Int32).self) { group in
                for id in 1...writers {
                    let probe = try Probe("write", path, "\(id)", "\(each)")
                    group.addTask { try await probe.end() }
                }
                for id in 1...readers {
                    let probe = try Probe("follow", path, "\(100 + id)", "\(writers * each)")
                    group.addTask { try await probe.end() }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(results.allSatisfy { $0.1 == 0 }, "\(results.filter { $0.1 != 0 })")
            let seen = Set(results.map(\.0).filter { $0 != "done" })
            #expect(seen.count == 1, "readers disagree")
            let positions = try #require(seen.first).split(separator: " ").compactMap { Int64($0) }
            #expect(positions.count == writers * each)
            #expect(zip(positions, positions.dropFirst()).allSatisfy { $0 < $1 })
            let journal = try files.open(7000)
            try await journal.addUp()
            #expect(try await journal.calls(CallQuery()).count == writers * each / 5)
            #expect(await journal.check().problems == [])
        }
    }

    @Test("Several journals of one process follow each other's lines, none twice and none left out")
    func oneProcess() async throws {
        try await TemporaryJournal.with { files in
            let journals = try (1...8).map { try files.open($0) }
            let each = 20
            let seen = try await withThrowingTaskGroup(of: [Int64].self) { group in
                for journal in journals {
                    group.addTask {
                        for number in 0..<each {
                            let id = CallID("\(journal.origin.id)-\(number)")
                            try await journal.record([.hangUp(id, cause: "X", reason: nil, at: files.at(0))])
                        }
                        return []
                    }
                    group.addTask {
                        var seen: [Int64] = []
                        while seen.count < each * journals.count {
                            seen += try await journal.lines(after: seen.last ?? 0, limit: 7).map(\.position)
                            await Task.yield()
                        }
                        return seen
                    }
                }
                return try await group.reduce(into: [[Int64]]()) { all, one in if !one.isEmpty { all.append(one) } }
            }
            #expect(Set(seen).count == 1)
            #expect(seen.first?.count == each * journals.count)
            #expect(seen.first == seen.first?.sorted())
        }
    }

    @Test("What a killed process had begun is in doubt, once, whoever finds it")
    func killed() async throws {
        try await TemporaryJournal.with { files in
            let (dead, alive) = (try Probe("intend", files.path, "11"), try Probe("intend", files.path, "12"))
            let lost = try #require(CallRef(try await dead.line()))
            let living = try #require(CallRef(try await alive.line()))
            let (first, second) = (try files.open(1), try files.open(2))
            #expect(try await first.settleOrphans(at: files.at(0)) == 0)
            await dead.kill()
            async let one = first.settleOrphans(at: files.at(1))
            async let two = second.settleOrphans(at: files.at(2))
            #expect(try await one + two == 1)
            #expect(try await second.settleOrphans(at: files.at(3)) == 0)
            #expect(try await Probe("settle", files.path, "13").end().output == "0")
            try await first.addUp()
            let calls = try await first.calls(CallQuery()).reduce(into: [:]) { $0[$1.call.ref] = $1.call.stage }
            #expect(calls == [lost: .unknown, living: .placing])
            let outcomes = try await first.lines(after: 0, limit: 100).filter { $0.line.kind == .outcome }
            #expect(outcomes.count == 1)
            #expect(outcomes.first?.origin.id == 11)
            await alive.kill()
        }
    }

    @Test("Calls of a sandbox whose process is gone have ended; those of one that lives go on")
    func abandoned() async throws {
        try await TemporaryJournal.with { files in
            func ringing(_ id: String) -> JournalLine {
                let body = Array(#"{"uuid":"\#(id)","status":"ringing"}"#.utf8)
                return .webhook(WebhookDecoder.decode(body, receivedAt: files.at(0)), body: body, at: files.at(0))
            }
            do {
                let dead = try files.open(1, account: "sandbox#1")
                _ = try await dead.take([ringing("A")])
            }
            let (alive, mine) = (try files.open(2, account: "sandbox#2"), try files.open(3, account: "sandbox#3"))
            _ = try await alive.take([ringing("B")])
            _ = try await files.open(4, account: "other").take([ringing("C")])
            #expect(try await mine.endAbandoned(accountsWith: "sandbox#", why: "gone", at: files.at(5)) == 1)
            #expect(try await mine.endAbandoned(accountsWith: "sandbox#", why: "gone", at: files.at(6)) == 0)
            try await mine.addUp()
            let states = try await mine.calls(CallQuery()).reduce(into: [:]) {
                $0[$1.call.callID?.text] = $1.call.stage.word
            }
            #expect(states == ["A": "ended", "B": "ringing", "C": "ringing"])
            withExtendedLifetime(alive) {}
        }
    }

    @Test("An outcome that comes from a process that was thought dead still counts")
    func lateOutcome() async throws {
        try await TemporaryJournal.with { files in
            let (slow, other) = (try files.open(1), try files.open(2))
            let call = try AICall(
                callerID: "919999999999",
                toNumber: "918888888888",
                agentID: "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"
            )
            for number in 1...2 as ClosedRange<UInt64> {
                try await slow.put([.intent(call, ref: files.ref(number), at: files.at(0))])
            }
            // As if somebody had cleared the directory.
            try FileManager.default.removeItem(atPath: SQLiteJournal.presences(files.path) + "/1")
            #expect(try await other.settleOrphans(at: files.at(1)) == 2)
            let accepted = Acceptance(status: 200, requestID: RequestID("req-1"))
            try await slow.record([.outcome(.accepted(accepted), ref: files.ref(1), at: files.at(2))])
            try await slow.record([
                .outcome(.notSent(NotSent(reason: .rateLimited, attempts: 1)), ref: files.ref(2), at: files.at(2))
            ])
            try await other.addUp()
            let calls = try await other.calls(CallQuery()).reduce(into: [:]) { $0[$1.call.ref] = $1.call.stage }
            #expect(calls == [files.ref(1): .queued, files.ref(2): .ended(.failed)])
            #expect(try await other.settleOrphans(at: files.at(3)) == 0)
        }
    }
}
