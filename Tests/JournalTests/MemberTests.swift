import CallBoard
import Foundation
import Piopiy
import TestSupport
import Testing

@testable import Journal

@Suite("Who is on a journal")
struct MemberTests {
    private func open(_ id: Int64, _ member: JournalMember?, _ files: TemporaryJournal) throws -> SQLiteJournal {
        var options = SQLiteJournal.Options()
        options.member = member
        return try SQLiteJournal(
            path: files.path,
            origin: JournalOrigin(id: id, account: "test", operator: "anna@host pts/3"),
            at: files.at(id),
            options: options
        )
    }

    @Test("Nobody is on a journal that is not there, nor on one that everybody has closed")
    func nobody() throws {
        try TemporaryJournal.with { files in
            #expect(try SQLiteJournal.members(path: files.path) == [])
            #expect(!FileManager.default.fileExists(atPath: files.path))
            do { _ = try open(1, nil, files) }
            #expect(try SQLiteJournal.members(path: files.path) == [])
        }
    }

    @Test("Each tells what it is, what it does, and no longer what it did")
    func told() throws {
        try TemporaryJournal.with { files in
            let told = JournalMember(role: .console, user: "anna", host: "host", terminal: "pts/3", version: "1.2.3")
            let second = try open(20, told, files)
            let first = try open(10, nil, files)
            second.tell { member in
                member.duties = [.poller, .listener]
                member.campaigns = ["a campaign with a long name", "spring \u{1B}[2J \"x\""]
            }
            let members = try SQLiteJournal.members(path: files.path)
            #expect(members.map(\.id) == [10, 20])
            let member = try #require(members.last)
            #expect(member.role == .console && member.version == "1.2.3" && member.processID == getpid())
            #expect(member.user == "anna" && member.host == "host" && member.terminal == "pts/3")
            #expect(member.operator == "anna@host pts/3" && member.account == "test")
            #expect(member.joinedAt == files.at(20))
            #expect(member.duties == [.listener, .poller])
            #expect(member.campaigns == ["a campaign with a long name", "spring \u{1B}[2J \"x\""])
            // A shorter text takes the place of a longer one.
            second.tell { member in
                member.duties = [.poller]
                member.campaigns = []
            }
            let after = try #require(try SQLiteJournal.members(path: files.path).last)
            #expect(after.duties == [.poller] && after.campaigns == [])
            withExtendedLifetime((first, second)) {}
        }
    }

    @Test("A process that was killed is gone, and so is what it left; who is alive stays")
    func killed() async throws {
        try await TemporaryJournal.with { files in
            let journal = try open(1, nil, files)
            let probe = try Probe("join", files.path, "2")
            #expect(try await probe.line() == "joined")
            #expect(try SQLiteJournal.members(path: files.path).map(\.id).sorted() == [1, 2])
            await probe.kill()
            let left = SQLiteJournal.presences(files.path) + "/2"
            #expect(FileManager.default.fileExists(atPath: left))
            #expect(try SQLiteJournal.members(path: files.path).map(\.id) == [1])
            #expect(!FileManager.default.fileExists(atPath: left))
            withExtendedLifetime(journal) {}
        }
    }

    @Test(
        "Of a process of an older version is shown what the journal has of it; one that is not in it yet is not shown"
    )
    func older() throws {
        try TemporaryJournal.with { files in
            do { _ = try open(5, nil, files) }
            let held = try ["5", "6"].map { name in
                let file = Foundation.open(SQLiteJournal.presences(files.path) + "/" + name, O_RDWR | O_CREAT, 0o600)
                try #require(file >= 0 && flock(file, LOCK_EX) == 0)
                return file
            }
            defer { for file in held { close(file) } }
            let members = try SQLiteJournal.members(path: files.path)
            #expect(members.map(\.id) == [5])
            let member = try #require(members.first)
            #expect(member.operator == "anna@host pts/3" && member.joinedAt == files.at(5))
            #expect(member.role == nil && member.processID == nil)
        }
    }
}
