import CallBoard
import Foundation
import GRDB
import Piopiy
import TestSupport
import Testing

@testable import Journal

@Suite("What is read as of now")
struct CurrentTests {
    @Test("A placement of a process that has died is in doubt, in calls, pages and campaigns")
    func dead() async throws {
        for reading in ["calls", "pages", "campaigns"] {
            try await TemporaryJournal.with { files in
                let journal = try files.open(1)
                do {
                    let other = try files.open(2)
                    try await other.put([.intent(try Sample.call(), ref: files.ref(1), at: files.at(0))])
                }
                switch reading {
                case "calls": _ = try await journal.currentCalls(CallQuery(), at: files.at(1))
                case "pages":
                    let pages = try await journal.currentPages(of: CallQuery(), size: 5, at: files.at(1))
                    for try await page in pages { #expect(page.count == 1) }
                default: _ = try await journal.currentCampaigns(at: files.at(1))
                }
                let call = try #require(try await journal.calls(CallQuery()).first?.call)
                #expect(call.isInDoubt, "\(reading)")
            }
        }
    }

    @Test("Where nothing can be written the calls come all the same, and what they lack is told; else it is an error")
    func lacking() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open(1)
            try await journal.put([.intent(try Sample.call(), ref: files.ref(1), at: files.at(0))])
            try await journal.addUp()
            try await journal.record([.hangUp(CallID("X"), cause: "X", reason: nil, at: files.at(1))])
            // What is told to the journal from now on is refused, as on a disk that has become read-only.
            try await journal.database.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA query_only = 1") }
            var told: [MissingLines] = []
            let calls = try await journal.currentCalls(CallQuery(), at: files.at(2)) { told.append($0) }
            #expect(calls.count == 1)
            #expect(told.map(\.count) == [1])
            #expect(told.first?.words.hasSuffix(" The newest 1 journal lines are not included.") == true)
            await #expect(throws: JournalError.self) {
                _ = try await journal.currentCalls(CallQuery(), at: files.at(2))
            }
        }
    }

    @Test("What lacks nothing but could not be tidied says why, and counts no lines")
    func words() {
        #expect(MissingLines(count: 0, why: "The disk is full.").words == "The disk is full.")
    }
}
