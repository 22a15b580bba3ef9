import CallBoard
import Foundation
import Piopiy
import TestSupport

@testable import Journal

/// A place for journals that is cleared away.
struct TemporaryJournal {
    let directory: URL
    var path: String { directory.appending(path: "journal.sqlite").path }

    static func with<Value>(_ body: (TemporaryJournal) async throws -> Value) async throws -> Value {
        try await TemporaryFolder.with("journal") { try await body(TemporaryJournal(directory: $0)) }
    }

    static func with<Value>(_ body: (TemporaryJournal) throws -> Value) throws -> Value {
        try TemporaryFolder.with("journal") { try body(TemporaryJournal(directory: $0)) }
    }

    /// - Parameter boot: elapsed time; by default none that can be compared, so that the times that are passed in count.
    func open(
        _ id: Int64 = 1,
        account: String = "test",
        boot: @escaping @Sendable () -> BootTime = {
            BootTime(boot: "\(UInt64.random(in: 0...(.max)))", milliseconds: 0)
        }
    ) throws -> SQLiteJournal {
        var options = SQLiteJournal.Options()
        options.boot = boot
        return try SQLiteJournal(
            path: path,
            origin: JournalOrigin(id: id, account: account, operator: "tester"),
            at: at(0),
            options: options
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
