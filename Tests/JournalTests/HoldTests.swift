import CallBoard
import Foundation
import Piopiy
import Testing

@testable import Journal

@Suite("A journal that is held")
struct HoldTests {
    private static func hold(_ journal: SQLiteJournal) async -> JournalHold? {
        await withCheckedContinuation { done in
            Thread.detachNewThread { done.resume(returning: journal.hold(patience: .seconds(20))) }
        }
    }

    @Test("While it is held this process writes nothing and others write as ever; then what waited is written")
    func held() async throws {
        try await TemporaryJournal.with { files in
            let (journal, other) = (try files.open(1), try files.open(2))
            let line = JournalLine.hangUp(CallID("A"), cause: "X", reason: nil, at: files.at(0))
            var hold = await Self.hold(journal)
            #expect(hold != nil)
            let writing = Task { try await journal.record([line]) }
            for _ in 0..<10 { try await other.record([line]) }
            #expect(try await other.position() == 10)
            #expect(try await other.lines(after: 0, limit: 100).allSatisfy { $0.origin.id == 2 })
            hold = nil
            try await writing.value
            #expect(try await other.position() == 11)
        }
    }
}
