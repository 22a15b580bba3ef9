import CallBoard
import GRDB
import Piopiy

extension SQLiteJournal {
    /// Fills in by what calls are found, and puts calls that have ended into the index that searches use.
    ///
    /// Call it now and then in a process that lives long, beside ``addUp()``. It works in portions, so that whoever
    /// writes waits for no more than one of them; breaking it off, or the end of the process, does no harm. After the
    /// journal of an older version was opened there is much to do. Until it is done, every query finds every call, and
    /// some take as long as they did before.
    /// - Parameters:
    ///   - time: about how long it may take, one portion at least; what is left is done the next time.
    ///   - portion: how many calls are written at once, 1 or more.
    /// - Returns: whether there is more to do.
    /// - Throws: ``JournalError``.
    @discardableResult
    public func indexCalls(for time: Duration = .milliseconds(500), portion: Int = 200) async throws -> Bool {
        let end = ContinuousClock.now + time
        var hasMore = true
        // One portion at least, however short the time.
        repeat {
            try Task.checkCancellation()
            let filled = try await fillIn(limit: portion)
            let indexed = try await updateSearch(limit: portion)
            hasMore = filled || indexed
        } while hasMore && ContinuousClock.now < end
        return hasMore
    }

    /// - Returns: whether there may be more.
    func fillIn(limit: Int) async throws -> Bool {
        let plan = numberPlan
        let next = try await read { db in try CallLookup.next(limit: limit, plan: plan, db) }
        guard let next else { return false }
        try await write { db in try CallLookup.write(next, db) }
        return true
    }

    /// - Returns: whether there may be more.
    func updateSearch(limit: Int) async throws -> Bool {
        guard usesSearchIndex, try await read({ db in try CallIndexing.hasWork(db) }) else { return false }
        return try await write { db in try SearchIndex.update(limit: limit, db) }
    }
}

enum CallIndexing {
    /// Whether anything is to be put into the index, or taken out: asked first, so that an idle journal is not written.
    static func hasWork(_ db: Database) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                SELECT EXISTS (SELECT 1 FROM search_gone) OR EXISTS (
                    SELECT 1 FROM call_lookup
                    WHERE (is_searchable = 0 OR is_ended = 0) AND is_ended = 1 AND is_searchable = 0
                )
                """
        )
        return try Bool.fetchOne(statement) ?? false
    }
}
