import CallBoard
import GRDB
import Piopiy

extension SQLiteJournal {
    /// Changes what others are told of this process: a campaign that it runs, for instance.
    public func tell(_ change: (inout JournalMember) -> Void) { presence.change(change) }

    /// Who has a journal open, those who came first first.
    ///
    /// It opens nothing for writing and takes no lock that anybody waits for; what ended processes have left is cleared
    /// away. A journal that is not there has no members.
    /// - Throws: ``JournalError``, where processes of an older version are looked up in the journal and it cannot be
    ///   read.
    public static func members(path: String) throws(JournalError) -> [JournalMember] {
        var members = Presence.members(in: presences(path))
        let untold = members.filter { $0.joinedAt == nil }.map(\.id)
        if !untold.isEmpty {
            let origins = try look(path) { db in try openedOrigins(untold, db) }
            // One that has only just begun is not in the journal yet.
            members = members.compactMap { $0.joinedAt != nil ? $0 : origins[$0.id] }
        }
        return members.sorted { ($0.joinedAt?.milliseconds ?? 0, $0.id) < ($1.joinedAt?.milliseconds ?? 0, $1.id) }
    }

    private static func openedOrigins(_ ids: [Int64], _ db: Database) throws -> [Int64: JournalMember] {
        guard try db.tableExists("origin") else { return [:] }
        var members: [Int64: JournalMember] = [:]
        for id in ids {
            let row = try Row.fetchOne(
                db,
                sql: "SELECT account, operator, opened_at FROM origin WHERE id = ?",
                arguments: [id]
            )
            guard let row else { continue }
            var member = JournalMember(id: id)
            member.account = row[0]
            member.operator = row[1]
            member.joinedAt = Timestamp(milliseconds: row[2])
            members[id] = member
        }
        return members
    }
}
