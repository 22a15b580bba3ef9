import CallBoard
import Campaigns
import Piopiy

@testable import Journal

extension SQLiteJournal {
    /// Writes lines as they are, intents among them, without asking any rule: what is tested with them is something else.
    func put(_ lines: [JournalLine]) async throws {
        try await submit { [origin] db in
            _ = try LineTable.write(lines, isWebhook: false, origin: origin.id, admission: AttemptTable.rules, db)
        }
    }

    /// Asks for a campaign's row to be begun.
    func begin(_ row: CampaignRow, of id: Campaign.ID, ref: CallRef, at now: Timestamp) async throws -> Admission {
        let terms = PlacementTerms(claim: RowClaim(campaign: id, row: row.number))
        return try await admit(TaggedPlacement(row.call, ref: ref, isTagged: false), terms, beside: nil, at: now)
    }
}

extension Admission {
    /// One that a test expects, whichever call is the reason.
    enum Word: Equatable {
        case begun, begunBefore, numberTaken, notRunning, outsideWindow
    }

    var word: Word {
        switch self {
        case .admitted: .begun
        case .busy: .numberTaken
        case .outsideWindow: .outsideWindow
        case .begunBefore: .begunBefore
        case .notRunning: .notRunning
        }
    }
}
