import Foundation
import TestSupport
import Testing

/// The journal brings itself up to date when it is read, and `JournalUpkeep` does the rest: a command that had to
/// remember it would forget it some day.
@Suite("The journal's upkeep")
struct UpkeepTests {
    /// What the upkeep consists of.
    private static let calls = [
        "settleOrphans(", "addUp(", "indexCalls(", "forget(before", "endAbandoned(", "adoptHangUps(",
    ]

    /// The lines of a folder's sources that call something of it.
    private static func callers(below folder: String) throws -> [String] {
        let files = try PackageFolder.files(below: [folder]).filter { $0.hasSuffix(".swift") }
        #expect(!files.isEmpty, "the sources are not found any more")
        return try files.flatMap { file in
            let text = try String(contentsOf: PackageFolder.root.appending(path: file), encoding: .utf8)
            return text.split(separator: "\n").filter { line in calls.contains { line.contains(".\($0)") } }
                .map { "\(file): \($0.trimmingCharacters(in: .whitespaces))" }
        }
    }

    @Test("No command calls it, and the station does")
    func commands() throws {
        #expect(try Self.callers(below: "Sources/PiopiyCommand") == [])
        let station = try Self.callers(below: "Sources/Station")
        for call in Self.calls {
            let isCalled = station.contains { $0.contains(".\(call)") }
            #expect(isCalled, "nothing in Station calls \(call)…)")
        }
    }

    @Test("`campaign run` is no front end of a console's")
    func campaignRun() throws {
        let folder = "Sources/PiopiyCommand/Campaigns"
        let files = try PackageFolder.files(below: [folder]).filter { $0.hasSuffix(".swift") }
        #expect(files.contains { $0.hasSuffix("CampaignRinging.swift") })
        for file in files {
            let text = try String(contentsOf: PackageFolder.root.appending(path: file), encoding: .utf8)
            #expect(!text.contains("FrontEnd") && !text.contains("ConsoleServices"), "\(file)")
        }
    }
}
