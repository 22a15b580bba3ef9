import CallBoard
import Foundation
import GRDB
import Piopiy
import TerminalDriver
import Testing

@testable import Journal

@Suite("A journal that cannot be used")
struct TroubleTests {
    private static func webhook(_ files: TemporaryJournal, _ number: Int, padding: Int = 0) -> JournalLine {
        let text = #"{"uuid":"\#(number)","status":"ringing","x":"\#(String(repeating: "x", count: padding))"}"#
        let body = Array(text.utf8)
        return .webhook(WebhookDecoder.decode(body, receivedAt: files.at(0)), body: body, at: files.at(0))
    }

    /// A journal with something in it, that nobody has open.
    private static func fill(_ files: TemporaryJournal, lines: Int = 200) async throws {
        let journal = try files.open(9)
        _ = try await journal.take((0..<lines).map { webhook(files, $0, padding: 500) })
        try await journal.addUp()
        try journal.database.close()
        // One connection alone, when it is closed, moves all into the file and takes the files beside it away.
        let queue = try DatabaseQueue(path: files.path)
        try await queue.read { db in _ = try db.tableExists("line") }
        try queue.close()
    }

    private static func contents(_ files: TemporaryJournal) throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: files.directory.path) {
            contents[name] = try? Data(contentsOf: files.directory.appending(path: name))
        }
        return contents
    }

    /// Opening fails with the error, and leaves everything as it was.
    private static func expectRefusal(
        _ files: TemporaryJournal,
        says words: String...,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ isRight: (JournalError) -> Bool
    ) throws {
        let before = try contents(files)
        do {
            _ = try files.open()
            Issue.record("it was opened", sourceLocation: sourceLocation)
        } catch let error as JournalError {
            #expect(isRight(error), "\(error)", sourceLocation: sourceLocation)
            for word in words + [files.path] {
                #expect("\(error)".contains(word), "\(error)", sourceLocation: sourceLocation)
            }
        }
        let after = try contents(files)
        #expect(
            Set(after.keys) == Set(before.keys),
            "\(after.keys.sorted()), not \(before.keys.sorted())",
            sourceLocation: sourceLocation
        )
        for (name, data) in before where after[name] != data {
            Issue.record("\(name) was changed", sourceLocation: sourceLocation)
        }
    }

    @Test(
        "Something else in its place is left as it is",
        arguments: ["not a database at all", "SQLite format 3", "{}"]
    )
    func garbage(text: String) throws {
        try TemporaryJournal.with { files in
            try Data(String(repeating: text, count: 300).utf8).write(to: URL(filePath: files.path))
            try Self.expectRefusal(files, says: "Move it away") { if case .damaged = $0 { true } else { false } }
            let check = SQLiteJournal.check(path: files.path)
            #expect(!check.isSound)
            #expect(check.lines == nil)
        }
    }

    @Test("Another program's database is left as it is")
    func foreign() throws {
        try TemporaryJournal.with { files in
            let queue = try DatabaseQueue(path: files.path)
            try queue.write { db in try db.execute(sql: "CREATE TABLE bookmark (url TEXT)") }
            try queue.close()
            try Self.expectRefusal(files, says: "not a journal") { if case .damaged = $0 { true } else { false } }
        }
    }

    @Test("A file that was cut off is left as it is", arguments: [100, 4096, 20_000])
    func truncated(size: Int) async throws {
        try await TemporaryJournal.with { files in
            try await Self.fill(files)
            let whole = try Data(contentsOf: URL(filePath: files.path))
            try whole.prefix(size).write(to: URL(filePath: files.path))
            try Self.expectRefusal(files, says: ".recover") { if case .damaged = $0 { true } else { false } }
            #expect(!SQLiteJournal.check(path: files.path).isSound)
        }
    }

    @Test("A damaged page is told when it is met, and the rest still works")
    func damagedPage() async throws {
        try await TemporaryJournal.with { files in
            try await Self.fill(files)
            #expect(SQLiteJournal.check(path: files.path).isSound)
            let root = try await DatabaseQueue(path: files.path).read { db in
                try Int.fetchOne(db, sql: "SELECT rootpage FROM sqlite_master WHERE name = 'line'")
            }
            var bytes = try Data(contentsOf: URL(filePath: files.path))
            let start = (try #require(root) - 1) * 4096
            bytes.replaceSubrange(start..<start + 4096, with: Data(repeating: 0xA5, count: 4096))
            try bytes.write(to: URL(filePath: files.path))
            let check = SQLiteJournal.check(path: files.path)
            #expect(!check.isSound)
            #expect(check.oldestLine == nil)
            #expect(check.calls == 200)
            #expect(check.appliedSteps == check.knownSteps)
            #expect(try Data(contentsOf: URL(filePath: files.path)) == bytes)
            let journal = try files.open()
            #expect(try await journal.calls(CallQuery()).count == 200)
            await #expect { try await journal.take([Self.webhook(files, 1000)]) } throws: { error in
                if case JournalError.damaged = error { true } else { false }
            }
        }
    }

    @Test("A newer version's journal is left as it is, and can be looked at")
    func newer() async throws {
        try await TemporaryJournal.with { files in
            try await Self.fill(files)
            let queue = try DatabaseQueue(path: files.path)
            try await queue.write { db in try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('77 telepathy')") }
            try queue.close()
            try Self.expectRefusal(files, says: "newer", "77 telepathy") { if case .newer = $0 { true } else { false } }
            let check = SQLiteJournal.check(path: files.path)
            #expect(check.isNewer)
            #expect(!check.isSound)
            #expect(check.lines == 200)
        }
    }

    @Test("A look at one that cannot be opened for writing tells its calls as all lines have them, and changes nothing")
    func glance() async throws {
        try await TemporaryJournal.with { files in
            var told = try ToldCalls(seed: 3, calls: 40)
            let lines = told.shuffled()
            let whole: Set<StoredCall>
            do {
                let journal = try files.open(9, account: "a")
                try await journal.put(Array(lines[..<150]))
                try await journal.addUp()
                try await journal.put(Array(lines[150...]))
                let copy = try SQLiteJournal(
                    path: files.path + "2",
                    origin: JournalOrigin(id: 9, account: "a", operator: "tester"),
                    at: files.at(0)
                )
                try await copy.put(lines)
                try await copy.addUp()
                whole = Set(try await copy.calls(CallQuery()))
                try journal.database.close()
                try copy.database.close()
            }
            // What SQLite keeps beside it for readers alone may change.
            func kept() throws -> [String: Data] {
                try Self.contents(files).filter { !$0.key.hasSuffix("-shm") }
            }
            let before = try kept()
            let glance = try SQLiteJournal.glance(path: files.path, CallQuery())
            // The row of a call that is not added up yet is the glance's own, and newer than those that are.
            func withoutRows(_ calls: some Sequence<StoredCall>) -> Set<StoredCall> {
                Set(calls.map { StoredCall(account: $0.account, call: $0.call, request: $0.request) })
            }
            #expect(withoutRows(glance.calls) == withoutRows(whole))
            #expect(Set(glance.calls.compactMap(\.position?.row)).count == whole.count)
            #expect(glance.lacking == 0)
            var query = CallQuery()
            query.states = ["talking"]
            #expect(
                try SQLiteJournal.glance(path: files.path, query).calls.count
                    == whole.filter { $0.call.stage == .talking }.count
            )
            let copied = try FileLook.readCopy(of: files.path) { db in
                try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM line")
            }
            #expect(copied == lines.count)
            #expect(try kept() == before)
        }
    }

    @Test("What is wrong is said before where, and a want of room for any of the files is told as that")
    func words() {
        for code in [ResultCode.SQLITE_FULL, .SQLITE_IOERR_WRITE, .SQLITE_IOERR_SHMSIZE] {
            let error = JournalError(DatabaseError(resultCode: code), path: "/a/b")
            #expect(error == .full(path: "/a/b"))
            #expect("\(error)".hasPrefix("The disk is full"))
        }
        for error: JournalError in [
            .readOnly(path: "/a/b"), .damaged(path: "/a/b", why: "why"), .busy(path: "/a/b"),
            .newer(path: "/a/b", what: "what"), .cannotOpen(path: "/a/b", why: "why"),
            .failed(path: "/a/b", why: "why"),
        ] {
            let text = "\(error)"
            #expect(text.range(of: "/a/b").map { text.distance(from: text.startIndex, to: $0.lowerBound) } ?? 0 > 20)
        }
    }

    @Test("A directory in its place is told as one")
    func directory() throws {
        try TemporaryJournal.with { files in
            try FileManager.default.createDirectory(atPath: files.path, withIntermediateDirectories: false)
            try Self.expectRefusal(files, says: "directory") { if case .cannotOpen = $0 { true } else { false } }
        }
    }

    @Test("A symbolic link in its place is not followed")
    func link() throws {
        try TemporaryJournal.with { files in
            try FileManager.default.createSymbolicLink(atPath: files.path, withDestinationPath: "elsewhere")
            try Self.expectRefusal(files, says: "symbolic link") { if case .cannotOpen = $0 { true } else { false } }
        }
    }

    @Test("A directory that nobody may write in is told as such")
    func systemDirectory() {
        #expect {
            try SQLiteJournal(
                path: "/sys/journal.sqlite",
                origin: JournalOrigin(id: 1, account: "test", operator: "tester"),
                at: .now
            )
        } throws: { error in
            if case JournalError.readOnly = error { true } else { false }
        }
    }

    @Test(
        "A file that may not be written, or whose directory may not, is told as such",
        .enabled(if: WriteLock.isPossible, "neither modes nor attributes keep this user from writing"),
        arguments: [false, true]
    )
    func readOnly(directoryToo: Bool) async throws {
        try await TemporaryJournal.with { files in
            try await Self.fill(files)
            let lock = try #require(WriteLock([files.path] + (directoryToo ? [files.directory.path] : [])))
            defer { lock.lift() }
            try Self.expectRefusal(files, says: "cannot be written", "XDG_STATE_HOME") {
                if case .readOnly = $0 { true } else { false }
            }
            let check = SQLiteJournal.check(path: files.path)
            #expect(check.isSound || check.problems == ["others than its owner can read or write it"])
            #expect(check.lines == 200)
        }
    }

    @Test("One that becomes read-only while it is open refuses an intent, and has nothing of it")
    func becomesReadOnly() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            try await journal.database.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA query_only = 1") }
            await #expect { try await journal.put([Self.intent(files, 1)]) } throws: { error in
                if case JournalError.readOnly = error { true } else { false }
            }
            try await journal.database.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA query_only = 0") }
            #expect(try await journal.position() == 0)
            try await journal.put([Self.intent(files, 1)])
            #expect(try await journal.position() == 1)
        }
    }

    @Test("On a full disk nothing is half written, what fits is written, and with room it goes on")
    func full() async throws {
        try await TemporaryJournal.with { files in
            var options = SQLiteJournal.Options()
            options.mostPages = 60
            let journal = try SQLiteJournal(
                path: files.path,
                origin: JournalOrigin(id: 1, account: "test", operator: "tester"),
                at: files.at(0),
                options: options
            )
            let tooMany = (0..<100).map { Self.webhook(files, $0, padding: 4000) }
            // Together in one group: the job that fits is not harmed by the one that does not.
            async let big = Self.failure { _ = try await journal.take(tooMany) }
            async let small = Self.failure { try await journal.put([Self.intent(files, 1)]) }
            let (bigFailure, smallFailure) = await (big, small)
            #expect(smallFailure == nil)
            if case .full? = bigFailure {} else { Issue.record("\(String(describing: bigFailure))") }
            #expect("\(bigFailure.map { "\($0)" } ?? "")".contains("Make room"))
            #expect(try await journal.lines(after: 0, limit: 1000).map(\.line.kind) == [.intent])
            var count = 0
            while await Self.failure({ _ = try await journal.take([tooMany[count]]) }) == nil { count += 1 }
            #expect(count > 0)
            if case .full? = await Self.failure({ try await journal.put([Self.intent(files, 2)]) }) {
            } else {
                // An intent is small; it may still have fitted.
                count += 1
            }
            try await journal.database.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA max_page_count = 100000")
            }
            let taken = try await journal.take(tooMany)
            #expect(taken.contains(true))
            try await journal.put([Self.intent(files, 3)])
            #expect(await journal.check().problems == [])
        }
    }

    @Test("A job that fails alone fails alone")
    func aloneInItsGroup() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            try await journal.write { db in
                try db.execute(
                    sql: """
                        CREATE TEMP TRIGGER refuse BEFORE INSERT ON main.line WHEN NEW.call_id = '7'
                        BEGIN SELECT RAISE(ABORT, 'refused'); END
                        """
                )
            }
            let results = await withTaskGroup(of: (Int, Bool).self) { group in
                for number in 0..<40 {
                    group.addTask {
                        let lines = [Self.webhook(files, number), Self.webhook(files, 100 + number)]
                        return (number, await Self.failure { _ = try await journal.take(lines) } == nil)
                    }
                }
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            #expect(results.filter { !$0.value }.map(\.key) == [7])
            #expect(try await journal.lines(after: 0, limit: 1000).count == 78)
        }
    }

    private static func intent(_ files: TemporaryJournal, _ number: UInt64) throws -> JournalLine {
        let call = try AICall(
            callerID: "919999999999",
            toNumber: "918888888888",
            agentID: "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"
        )
        return .intent(call, ref: files.ref(number), at: files.at(0))
    }

    private static func failure(_ body: () async throws -> Void) async -> JournalError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? JournalError ?? .failed(path: "", why: "\(error)")
        }
    }
}

/// Keeps everybody from writing to files: by their mode, or where that does not stop us, by an attribute.
private struct WriteLock {
    /// Whether this user can be kept from writing to temporary files.
    static let isPossible =
        (try? TemporaryJournal.with { files in
            try Data().write(to: URL(filePath: files.path))
            let lock = WriteLock([files.path])
            lock?.lift()
            return lock != nil
        }) ?? false

    private let paths: [String]

    init?(_ paths: [String]) {
        self.paths = paths
        for path in paths {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            chmod(path, status.st_mode & 0o555)
            if getuid() == 0, !Self.chattr("+i", path) {
                lift()
                return nil
            }
        }
    }

    func lift() {
        for path in paths.reversed() {
            if getuid() == 0 { _ = Self.chattr("-i", path) }
            var status = stat()
            if stat(path, &status) == 0 { chmod(path, status.st_mode | 0o200) }
        }
    }

    private static func chattr(_ flag: String, _ path: String) -> Bool {
        (try? ChildProcess("/usr/bin/env", ["chattr", flag, path]))?.blockUntilEnd() == 0
    }
}
