import CallBoard
import Campaigns
import Piopiy

/// The journal could not be brought up to date before it was read, on a full disk for instance.
public struct MissingLines: Sendable {
    /// How many of the newest lines are not included, 0 or more.
    public let count: Int64
    public let why: String

    /// Why, and how many lines are not included.
    public var words: String {
        count == 0 ? why : "\(why) The newest \(count) journal lines are not included."
    }
}

/// What is read as of now: the journal brings itself up to date first.
extension SQLiteJournal {
    /// Told when the journal could not be brought up to date. Without it the reading throws that error.
    public typealias MissingTeller = (MissingLines) async -> Void

    /// Calls as of now, the newest first.
    public func currentCalls(
        _ query: CallQuery,
        at now: Timestamp = .now,
        onMissing tell: MissingTeller? = nil
    ) async throws -> [StoredCall] {
        try await bringUpToDate(at: now, tell)
        return try await calls(query)
    }

    /// The same page by page, however many those are.
    /// - Parameter size: the most calls of a page.
    public func currentPages(
        of query: CallQuery,
        size: Int,
        at now: Timestamp = .now,
        onMissing tell: MissingTeller? = nil
    ) async throws -> CallPages<SQLiteJournal> {
        try await bringUpToDate(at: now, tell)
        return pages(of: query, size: size)
    }

    /// The account's campaigns, the newest first, with what became of their calls up to now.
    public func currentCampaigns(
        at now: Timestamp = .now,
        onMissing tell: MissingTeller? = nil
    ) async throws -> [Campaign] {
        try await bringUpToDate(at: now, tell)
        return try await campaigns()
    }

    private func bringUpToDate(at now: Timestamp, _ tell: MissingTeller?) async throws {
        var failure: (any Error)?
        do { try await settleOrphans(at: now) } catch { failure = error }
        // Also after a failure: in a journal that cannot be written there may be nothing to add up.
        do { try await addUp() } catch { failure = failure ?? error }
        guard let failure else { return }
        guard let tell, !(failure is CancellationError) else { throw failure }
        let count = try await position() - addedUp()
        await tell(MissingLines(count: count, why: "\(failure)"))
    }
}
