import CallBoard
import Campaigns
import Piopiy

/// Lines that were written and that what is read does not have, as the sums could not be brought up to date: on a full
/// disk for instance.
public struct MissingLines: Sendable {
    /// How many, 0 or more.
    public let count: Int64
    public let why: String
}

/// What is read as of now: the journal brings itself up to date first.
extension SQLiteJournal {
    /// What is told of lines that could not be taken in; without it such a reading fails.
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
        do {
            // A journal that cannot be written may have nothing to be added up.
            do { try await settleOrphans(at: now) } catch {
                guard tell != nil else { throw error }
                if try await position() == addedUp() { return }
            }
            try await addUp()
        } catch let error as CancellationError {
            throw error
        } catch {
            guard let tell else { throw error }
            let count = try await position() - addedUp()
            await tell(MissingLines(count: count, why: "\(error)"))
        }
    }
}
