import CallBoard
import Foundation
import GRDB
import Piopiy
import TestSupport
import Testing

@testable import Journal

@Suite("Following a journal")
struct JournalFollowerTests {
    private func line(_ text: String, _ files: TemporaryJournal) -> JournalLine {
        .hangUp(CallID(text), cause: "X", reason: nil, at: files.at(0))
    }

    /// Follows a journal while `body` runs, and gives it the positions that came.
    private func following(
        _ journal: SQLiteJournal,
        polls: Bool,
        _ body: (@escaping @Sendable () -> [Int64]) async throws -> Void
    ) async throws {
        let seen = Locked<[Int64]>([])
        let follower = journal.follow(from: 0, by: FileWatchTests.watch(polls: polls))
        let reading = Task {
            for await news in follower {
                let lines = try news.get()
                seen.update { $0 += lines.map(\.position) }
            }
        }
        try await body { seen.get() }
        reading.cancel()
        try await reading.value
    }

    @Test("Every line of other processes comes, once and in order", arguments: [false, true])
    func processes(polls: Bool) async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open(1)
            try await following(journal, polls: polls) { seen in
                let probes = try (2...4).map { try Probe("write", files.path, "\($0)", "20") }
                for probe in probes { #expect(try await probe.end().status == 0) }
                try await eventually("all lines") { seen().count >= 60 }
                #expect(seen() == (1...60).map(Int64.init))
            }
        }
    }

    @Test(
        "Each commit comes by itself: none waits for the next, nor for a look that is due anyway",
        arguments: [false, true]
    )
    func oneByOne(polls: Bool) async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open(1)
            let other = try files.open(2)
            try await following(journal, polls: polls) { seen in
                for number in 1...10 {
                    try await other.record([line("\(number)", files)])
                    try await eventually("line \(number)") { seen().count == number }
                }
            }
        }
    }

    @Test("So does one of a program that only uses SQLite, and one after a checkpoint", arguments: [false, true])
    func foreign(polls: Bool) async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open(1)
            try await journal.record([line("first", files)])
            try await following(journal, polls: polls) { seen in
                try await eventually("the first line") { seen() == [1] }
                let foreign = try DatabaseQueue(path: files.path)
                let insert = """
                    INSERT INTO line (at, origin, kind, body)
                    SELECT at, origin, kind, body FROM line LIMIT 1
                    """
                try await foreign.write { db in try db.execute(sql: insert) }
                try await eventually("the second line") { seen() == [1, 2] }
                // The log begins anew, with the same length as before.
                _ = try await foreign.writeWithoutTransaction { db in try db.checkpoint(.truncate) }
                try await foreign.write { db in try db.execute(sql: insert) }
                try await eventually("the third line") { seen() == [1, 2, 3] }
                try foreign.close()
            }
        }
    }

    @Test("A journal whose log is deleted by the last who closes it, and made anew, is told of each time")
    func logAnew() async throws {
        try await TemporaryJournal.with { files in
            let looks = Locked(0)
            let stream = FileWatchTests.watch(polls: false).looks(at: .journal(files.path))
            let reading = Task { for await _ in stream { looks.update { $0 += 1 } } }
            defer { reading.cancel() }
            let log = files.path + "-wal"
            for round in 1...3 {
                let before = looks.get()
                do {
                    let journal = try files.open(Int64(round))
                    try await journal.record([line("\(round)", files)])
                    #expect(FileManager.default.fileExists(atPath: log))
                    try await eventually("a look in round \(round)") { looks.get() > before }
                }
                try await eventually("the log to be deleted") { !FileManager.default.fileExists(atPath: log) }
            }
        }
    }

    @Test("The last that the kernel tells of a commit comes when it can be read; an empty transaction is not told of")
    func bell() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open(1)
            let events = try #require(DirectoryEvents())
            _ = try #require(events.watch(files.directory.path))
            func told() -> [Bool] {
                events.read().compactMap { event in
                    guard case .changed(_, "journal.sqlite-wal", let isWrite) = event else { return nil }
                    return isWrite
                }
            }
            try await journal.record([line("first", files)])
            let commit = told()
            #expect(commit.contains(true))
            #expect(commit.last == false)
            try await journal.write { _ in }
            #expect(told() == [])
        }
    }

    @Test("An error is told once; what was written meanwhile comes when it can be read")
    func errors() async throws {
        struct Broken: Error {}
        try await TemporaryJournal.with { files in
            let journal = try files.open(1)
            try await journal.record([line("first", files)])
            let tries = Locked(0)
            let follower = JournalFollower(
                lines: { position, limit in
                    tries.update { $0 += 1 }
                    if tries.get() <= 3 { throw Broken() }
                    return try await journal.lines(after: position, limit: limit)
                },
                looks: { AsyncStream { _ in } },
                start: 0
            )
            var news = follower.makeAsyncIterator()
            let failure = try #require(await news.next())
            #expect(throws: Broken.self) { try failure.get() }
            let lines = try #require(await news.next()).get()
            #expect(lines.map(\.position) == [1])
            #expect(tries.get() == 4)
        }
    }
}
