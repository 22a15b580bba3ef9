import CallBoard
import Campaigns
import GRDB

/// Campaigns as they can be read of a journal that cannot be opened for writing, on a full or read-only disk for
/// instance.
public struct CampaignGlance: Sendable {
    /// The account's campaigns, the newest first.
    public let campaigns: [Campaign]
    /// How many lines of the journal were not counted: what became of calls may be further on than is shown.
    public let lacking: Int64
}

extension SQLiteJournal {
    /// Reads an account's campaigns without opening the file for writing; nothing in it changes.
    /// - Throws: ``JournalError``.
    public static func campaignGlance(path: String, account: String) throws(JournalError) -> CampaignGlance {
        try look(path) { db in
            try FileLook.checkContents(db, path)
            guard try db.tableExists("campaign"), try db.tableExists("progress") else {
                return CampaignGlance(campaigns: [], lacking: 0)
            }
            let held = try CampaignTable.all(of: account, db).filter { !$0.isLoading }
            return CampaignGlance(
                campaigns: held.map { withRunner($0, path: path) },
                lacking: try max(0, LineTable.position(db) - CallTable.addedUp(db))
            )
        }
    }

    /// Reads what became of a campaign's numbers, at most `limit` of those behind `number`, without opening the file
    /// for writing.
    /// - Throws: ``JournalError``.
    public static func campaignGlance(
        path: String,
        resultsOf id: Campaign.ID,
        after number: Int,
        limit: Int
    ) throws(JournalError) -> [CampaignResult] {
        try look(path) { db in
            try FileLook.checkContents(db, path)
            return try CampaignTable.results(of: id, after: number, limit: limit, db)
        }
    }

    /// Reads who did what with a call, the newest first, without opening the file for writing.
    /// - Throws: ``JournalError``.
    public static func glance(
        path: String,
        linesAbout call: Call,
        of account: String,
        limit: Int = 100
    ) throws(JournalError) -> [RecordedLine] {
        guard call.ref != nil || call.callID != nil else { return [] }
        return try look(path) { db in
            try FileLook.checkContents(db, path)
            let deeds = JournalLine.Kind.deeds
            return try LineTable.lines(about: call.ref, call.callID, of: account, kinds: deeds, limit: limit, db)
        }
    }

    /// A campaign with who runs it, where that process is alive.
    static func withRunner(_ held: CampaignTable.Held, path: String) -> Campaign {
        var campaign = held.campaign
        if let runner = held.runner, Presence.isAlive(runner, in: presences(path)) {
            campaign.tell(runner: held.runnerName ?? "another process", id: runner)
        } else if campaign.counts.left == 0 {
            // Whoever rang it died when all of it was rung: nobody has to go on with it.
            campaign.tellDone()
        }
        return campaign
    }
}
