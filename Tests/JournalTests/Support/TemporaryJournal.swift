import CallBoard
import Foundation
import Journal
import Piopiy

/// A place for journals that is cleared away.
struct TemporaryJournal {
    let directory: URL
    var path: String { directory.appending(path: "journal.sqlite").path }

    static func with<Value>(_ body: (TemporaryJournal) async throws -> Value) async throws -> Value {
        let directory = FileManager.default.temporaryDirectory.appending(path: "journal-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        return try await body(TemporaryJournal(directory: directory))
    }

    static func with<Value>(_ body: (TemporaryJournal) throws -> Value) throws -> Value {
        let directory = FileManager.default.temporaryDirectory.appending(path: "journal-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        return try body(TemporaryJournal(directory: directory))
    }

    func open(_ id: Int64 = 1, account: String = "test") throws -> SQLiteJournal {
        try SQLiteJournal(
            path: path,
            origin: JournalOrigin(id: id, account: account, operator: "tester"),
            at: at(0)
        )
    }

    func at(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: 1_725_942_871_000 + milliseconds) }

    func ref(_ number: UInt64) -> CallRef {
        var random = Counting(value: number)
        return CallRef(at: at(0), using: &random)
    }

    private struct Counting: RandomNumberGenerator {
        var value: UInt64
        mutating func next() -> UInt64 { value }
    }
}
