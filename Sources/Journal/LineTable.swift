import CallBoard
import GRDB
import Piopiy

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The lines: what is written, and what is read back.
package enum LineTable {
    /// - Parameters:
    ///   - origin: in whose name; a webhook that came before is looked for in its account's lines.
    ///   - admission: the rules by which an intent among them was admitted.
    /// - Returns: of each line whether it is new.
    static func write(
        _ lines: [JournalLine],
        isWebhook: Bool,
        origin: Int64,
        admission: Int? = nil,
        _ db: Database
    ) throws -> [Bool] {
        try lines.map { line in
            let digest = isWebhook ? digest(line.body) : nil
            if let digest, try countRepeat(line, digest, origin: origin, db) { return false }
            try insert(line, digest: digest, origin: origin, admission: admission, db)
            try keepPending(line, origin: origin, db)
            return true
        }
    }

    private static func insert(
        _ line: JournalLine,
        digest: Int64?,
        origin: Int64,
        admission: Int?,
        _ db: Database
    ) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO line (at, origin, kind, ref, call_id, request_id, number, body, facts, digest, admission)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        try statement.execute(arguments: [
            line.at.milliseconds, origin, line.kind.rawValue, line.ref?.text, line.callID?.text, line.requestID?.text,
            line.number, Data(line.body), line.facts.map { Data($0) }, digest, admission,
        ])
    }

    /// A webhook that came before, byte for byte, is only counted. The digest finds it, the bytes decide: nobody can
    /// have an event taken for another.
    private static func countRepeat(
        _ line: JournalLine,
        _ digest: Int64,
        origin: Int64,
        _ db: Database
    ) throws -> Bool {
        // What came in the name of another account has not come in this one's: its board would never hear of it. The
        // `+` keeps the index on origins out of it.
        let statement = try db.cachedStatement(
            sql: """
                UPDATE line SET copies = copies + 1
                WHERE digest = ? AND body = ? AND +origin IN (
                    SELECT id FROM origin WHERE account = (SELECT account FROM origin WHERE id = ?)
                )
                """
        )
        try statement.execute(arguments: [digest, Data(line.body), origin])
        return db.changesCount > 0
    }

    private static func keepPending(_ line: JournalLine, origin: Int64, _ db: Database) throws {
        guard let ref = line.ref?.text else { return }
        switch line.kind {
        case .intent:
            try db.cachedStatement(sql: "INSERT OR IGNORE INTO pending (ref, origin) VALUES (?, ?)")
                .execute(arguments: [ref, origin])
        case .outcome:
            try db.cachedStatement(sql: "DELETE FROM pending WHERE ref = ?").execute(arguments: [ref])
        default: break
        }
    }

    /// FNV-1a of 64 bits: quick, and always the same, which Swift's own hash is not.
    package static func digest(_ bytes: [UInt8]) -> Int64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes {
            hash ^= UInt64(byte)
            hash &*= 0x100_0000_01B3
        }
        return Int64(bitPattern: hash)
    }

    static func position(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT MAX(position) FROM line") ?? 0
    }

    static func lines(after position: Int64, limit: Int, _ db: Database) throws -> [RecordedLine] {
        let statement = try db.cachedStatement(
            sql: "\(select) WHERE position > ? AND kind IN (\(knownKinds)) ORDER BY position LIMIT ?"
        )
        return try Row.fetchAll(statement, arguments: [position, limit]).compactMap(recorded)
    }

    /// A line of whatever kind; `nil` when it is not there, or of a kind that is not known.
    static func line(at position: Int64, _ db: Database) throws -> RecordedLine? {
        let statement = try db.cachedStatement(sql: "\(select) WHERE position = ?")
        return try Row.fetchOne(statement, arguments: [position]).flatMap(recorded)
    }

    /// Whether a line or a call tells of a call with this id. Ids are UUIDs, which are the same in either letter case.
    static func knows(_ id: CallID, of account: String, _ db: Database) throws -> Bool {
        for text in Set([id.text, id.text.lowercased(), id.text.uppercased()]) {
            let isThere = try Bool.fetchOne(
                db,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM identity WHERE account = ? AND text = ?)
                        OR EXISTS (
                            SELECT 1 FROM line JOIN origin ON origin.id = line.origin
                            WHERE call_id = ? AND account = ? AND (facts IS NOT NULL OR kind = ?)
                        )
                    """,
                arguments: [account, "c \(text)", text, account, JournalLine.Kind.event.rawValue]
            )
            if isThere == true { return true }
        }
        return false
    }

    /// The newest first.
    static func lines(
        about ref: CallRef?,
        _ callID: CallID?,
        of account: String,
        kinds: Set<JournalLine.Kind>,
        limit: Int,
        _ db: Database
    ) throws -> [RecordedLine] {
        let kinds = kinds.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
        return try Row.fetchAll(
            db,
            sql: """
                \(select) WHERE (ref = ? OR call_id = ?) AND kind IN (\(kinds)) AND account = ?
                ORDER BY position DESC LIMIT ?
                """,
            arguments: [ref?.text, callID?.text, account, limit]
        ).compactMap(recorded)
    }

    private static let select = """
        SELECT position, at, kind, ref, call_id, request_id, number, body, facts,
               line.origin, origin.account, origin.operator
        FROM line JOIN origin ON origin.id = line.origin
        """

    /// A line of a kind that a newer version has brought is passed over; that is done where lines are counted, as fewer
    /// lines than were asked for mean that there are no more.
    private static let knownKinds = JournalLine.Kind.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")

    private static func recorded(_ row: Row) -> RecordedLine? {
        guard let kind = JournalLine.Kind(rawValue: row[2]) else { return nil }
        let body: Data = row[7]
        let facts: Data? = row[8]
        let line = JournalLine(
            kind: kind,
            at: Timestamp(milliseconds: row[1]),
            ref: (row[3] as String?).flatMap { CallRef($0) },
            callID: (row[4] as String?).map { CallID($0) },
            requestID: (row[5] as String?).map { RequestID($0) },
            number: row[6],
            body: Array(body),
            facts: facts.map { Array($0) }
        )
        return RecordedLine(
            position: row[0],
            line: line,
            origin: JournalOrigin(id: row[9], account: row[10], operator: row[11])
        )
    }

    static func pendingOrigins(_ db: Database) throws -> [Int64] {
        try Int64.fetchAll(db, sql: "SELECT DISTINCT origin FROM pending")
    }

    /// What processes that are no more had begun and not brought to an end is in doubt. The outcome is written in the
    /// dead one's name, so that everybody reads it as somebody else's line, whoever wrote it.
    static func settle(_ dead: [Int64], at now: Timestamp, _ boot: BootTime, _ db: Database) throws -> Int {
        var count = 0
        for origin in dead {
            let refs = try String.fetchAll(db, sql: "SELECT ref FROM pending WHERE origin = ?", arguments: [origin])
            for ref in refs.compactMap({ CallRef($0) }) {
                let line = JournalLine.outcome(.unknown(Doubt(.interrupted)), ref: ref, at: now)
                _ = try write([line], isWebhook: false, origin: origin, db)
                try AttemptTable.decide(ref, at: now, boot, db)
                count += 1
            }
            try db.execute(sql: "DELETE FROM pending WHERE origin = ?", arguments: [origin])
        }
        return count
    }
}
