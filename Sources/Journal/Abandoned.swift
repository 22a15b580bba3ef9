import CallBoard
import GRDB
import Piopiy

extension SQLiteJournal {
    /// Counts calls as ended that are up in accounts for which no process is left: those of a sandbox end with it.
    /// - Parameters:
    ///   - prefix: what the accounts' names begin with.
    ///   - why: in words, for the calls' timelines.
    /// - Returns: how many there were.
    @discardableResult
    public func endAbandoned(accountsWith prefix: String, why: String, at now: Timestamp) async throws -> Int {
        try await settleOrphans(at: now)
        try await addUp()
        let origins = try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT id, account FROM origin WHERE account IN (
                        SELECT account FROM call WHERE state <> 'ended' AND substr(account, 1, ?) = ?
                    )
                    """,
                arguments: [prefix.count, prefix]
            ).map { (id: $0["id"] as Int64, account: $0["account"] as String) }
        }
        let directory = Self.presences(path)
        var count = 0
        for (account, origins) in Dictionary(grouping: origins, by: \.account) where account != origin.account {
            guard let writer = origins.first, !origins.contains(where: { Presence.isAlive($0.id, in: directory) })
            else {
                continue
            }
            count += try await write { db in
                var query = CallQuery(limit: .max)
                query.account = account
                query.states = ["placing", "queued", "ringing", "talking", "unknown"]
                let lines = try CallTable.calls(query, db).map { JournalLine.gone($0.call, why: why, at: now) }
                return try LineTable.write(lines, isWebhook: false, origin: writer.id, db).count
            }
        }
        return count
    }
}
