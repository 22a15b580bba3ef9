import CallBoard
import Campaigns
import GRDB
import Piopiy
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The journal as an SQLite file that several processes share.
///
/// What ``record(_:)`` and ``take(_:)`` return from is on disk (WAL, `synchronous=FULL`), and survives a crash of the
/// process and of the machine. Only its owner can read the file (mode 0600).
public final class SQLiteJournal: JournalStore {
    public let origin: JournalOrigin
    /// Where the file is.
    public let path: String

    let database: DatabasePool
    /// In which country numbers are told that have no country code.
    let numberPlan: NumberPlan
    let presence: Presence
    let commits: GroupCommit
    private let metrics = JournalMetrics()
    private let notPlacedDelay: Duration
    /// Whether searches use the index of texts, where SQLite has one.
    let usesSearchIndex: Bool
    let boot: @Sendable () -> BootTime

    /// What is to be opened, and how.
    public struct Options: Sendable {
        /// How long to wait for others who write, in all.
        public var patience: Duration = .seconds(20)
        /// Elapsed time, which nobody sets.
        var boot: @Sendable () -> BootTime = { .now }
        /// In which country numbers are told that have no country code.
        public var numberPlan = NumberPlan.international
        /// How long after a placement was given up nobody can say that it was not placed.
        public var notPlacedDelay = Settlement.notPlacedDelay
        /// Who opens it, for ``SQLiteJournal/members(path:)``.
        public var member: JournalMember?
        /// Whether searches use the index of texts, where SQLite has one; for tests of an SQLite that has none.
        var usesSearchIndex = true
        /// The most pages of 4 KiB that the file may have; for tests of a full disk.
        var mostPages: Int?

        public init() {}
    }

    /// Opens the file, makes it if it is not there, and brings an older one up to date.
    /// - Throws: ``JournalError``; the file is then as it was.
    public init(
        path: String,
        origin: JournalOrigin,
        at now: Timestamp,
        options: Options = Options()
    ) throws(JournalError) {
        self.path = path
        self.origin = origin
        numberPlan = options.numberPlan
        let directory = Self.presences(path)
        do {
            // Before anything is made beside it: what is not ours stays as it is, with nothing added.
            try FileLook.check(path)
            try Self.makePrivate(path)
            (database, presence) = try OpeningTurn.take(in: directory, patience: options.patience) {
                // Another may have made it meanwhile, and may have been of a newer version.
                try FileLook.check(path)
                // Before its name is in the file: whoever finds the name finds it alive.
                let member = JournalMember(options.member, as: origin, processID: getpid(), at: now)
                let presence = try Presence(member, in: directory)
                return try Self.retrying(options.patience) {
                    (try Self.connect(path, origin, at: now, options), presence)
                }
            }
        } catch let failure as OpeningTurn.Failure {
            throw failure.asJournalError(path)
        } catch {
            throw JournalError(error, path: path)
        }
        commits = GroupCommit(database)
        boot = options.boot
        notPlacedDelay = options.notPlacedDelay
        usesSearchIndex = options.usesSearchIndex
    }

    private static func insert(_ origin: JournalOrigin, at now: Timestamp, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR IGNORE INTO origin (id, account, operator, opened_at) VALUES (?, ?, ?, ?)",
            arguments: [origin.id, origin.account, origin.operator, now.milliseconds]
        )
    }

    private static func connect(
        _ path: String,
        _ origin: JournalOrigin,
        at now: Timestamp,
        _ options: Options
    ) throws -> DatabasePool {
        let database = try DatabasePool(path: path, configuration: configuration(options))
        try database.writeWithoutTransaction { db in
            // Here, as the pool has asked for NORMAL when it switched to WAL, and that would let a crash of the machine
            // take what was answered for.
            try db.execute(sql: "PRAGMA synchronous = FULL")
            db.add(transactionObserver: CommitBell(path: path), extent: .databaseLifetime)
        }
        try Schema.migrator.migrate(database)
        try database.write { db in try insert(origin, at: now, db) }
        return database
    }

    /// Does it again while others are in the way: there are moments, as when the last of them closes the file, in which
    /// SQLite says so at once instead of waiting.
    private static func retrying<Value>(_ patience: Duration, _ body: () throws -> Value) throws -> Value {
        let start = ContinuousClock.now
        while true {
            do {
                return try body()
            } catch let error as DatabaseError where error.isOfOthers && ContinuousClock.now - start < patience {
                usleep(5000)
            }
        }
    }

    private static func configuration(_ options: Options) -> Configuration {
        var configuration = Configuration()
        configuration.label = "piopiy.journal"
        configuration.maximumReaderCount = 2
        configuration.busyMode = Waiting.mode(options.patience)
        let (mostPages, plan) = (options.mostPages, options.numberPlan)
        configuration.prepareDatabase { db in
            NumberSQL.prepare(db, plan)
            if let mostPages { try db.execute(sql: "PRAGMA max_page_count = \(mostPages)") }
        }
        return configuration
    }

    /// The file for its owner alone, before SQLite makes it: the files that SQLite makes beside it get the same mode.
    private static func makePrivate(_ path: String) throws(JournalError) {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else {
            throw OpeningTurn.Failure.system(Errno(rawValue: errno)).asJournalError(path)
        }
        defer { close(file) }
        guard fchmod(file, 0o600) == 0 else {
            throw .cannotOpen(path: path, why: "its mode cannot be set to 0600: \(Errno(rawValue: errno))")
        }
    }

    static func presences(_ path: String) -> String { path + "-running" }

    // MARK: Lines

    public func record(_ lines: [JournalLine]) async throws {
        _ = try await submit(lines, isWebhook: false)
    }

    public func take(_ webhooks: [JournalLine]) async throws -> [Bool] {
        let isNew = try await submit(webhooks, isWebhook: true)
        metrics.repeated(isNew.count(where: { !$0 }))
        return isNew
    }

    private func submit(_ lines: [JournalLine], isWebhook: Bool) async throws -> [Bool] {
        let (boot, delay, plan) = (boot(), notPlacedDelay, numberPlan)
        return try await submit { [origin] db in
            for line in lines where line.saysNotPlaced {
                guard let ref = line.ref else { continue }
                let asker = AttemptTable.Asker(origin: origin, now: line.at, boot: boot, plan: plan)
                try AttemptTable.checkNotPlaced(ref, after: delay, by: asker, db)
            }
            let isNew = try LineTable.write(lines, isWebhook: isWebhook, origin: origin.id, db)
            try WaitingHangUpTable.note(lines, origin: origin.id, boot, db)
            return isNew
        }
    }

    public func position() async throws -> Int64 {
        try await read { db in try LineTable.position(db) }
    }

    public func lines(after position: Int64, limit: Int) async throws -> [RecordedLine] {
        try await read { db in try LineTable.lines(after: position, limit: limit, db) }
    }

    @discardableResult
    public func settleOrphans(at now: Timestamp) async throws -> Int {
        let pending = try await read { db in try LineTable.pendingOrigins(db) }
        let directory = Self.presences(path)
        let dead = pending.filter { $0 != origin.id && !Presence.isAlive($0, in: directory) }
        guard !dead.isEmpty else { return 0 }
        return try await write { [boot] db in try LineTable.settle(dead, at: now, boot(), db) }
    }

    // MARK: Calls

    public func addUp() async throws { try await addUp(limit: 250) }

    /// - Parameter limit: how many lines are added up at once; no writer is held up for longer than that takes.
    func addUp(limit: Int) async throws {
        // Up to what is there now: where lines come faster than they are added up, whoever only looks must come to an
        // end.
        let (end, plan) = (try await position(), numberPlan)
        while try await read({ db in try CallTable.addedUp(db) < end }) {
            let portion = try await read { db in try CallTable.portion(db, limit: limit, plan: plan) }
            try await write { [boot] db in try CallTable.write(portion, at: boot(), db) }
        }
    }

    /// Up to which position the calls have been added up.
    public func addedUp() async throws -> Int64 {
        try await read { db in try CallTable.addedUp(db) }
    }

    public func calls(_ query: CallQuery) async throws -> [StoredCall] {
        let held = try await read { [usesSearchIndex] db in
            try CallTable.held(query, usesSearchIndex: usesSearchIndex, db)
        }
        return await CallTable.HeldCall.read(held)
    }

    public func usedValues(account: String?, calls: Int) async throws -> UsedValues {
        try await read { db in try CallTable.usedValues(account: account, calls: calls, db) }
    }

    // MARK: Forms

    public func text(_ slot: JournalSlot) async throws -> String? {
        try await read { db in
            try String.fetchOne(
                db,
                sql: "SELECT text FROM slot WHERE kind = ? AND name = ?",
                arguments: [slot.kind.rawValue, slot.name]
            )
        }
    }

    public func keep(_ text: String?, in slot: JournalSlot) async throws {
        try await write { db in
            if let text {
                try db.execute(
                    sql: "INSERT OR REPLACE INTO slot (kind, name, text) VALUES (?, ?, ?)",
                    arguments: [slot.kind.rawValue, slot.name, text]
                )
            } else {
                try db.execute(
                    sql: "DELETE FROM slot WHERE kind = ? AND name = ?",
                    arguments: [slot.kind.rawValue, slot.name]
                )
            }
        }
    }

    public func names(of kind: JournalSlot.Kind) async throws -> [String] {
        try await read { db in
            try String.fetchAll(
                db,
                sql: "SELECT name FROM slot WHERE kind = ? ORDER BY name",
                arguments: [kind.rawValue]
            )
        }
    }

    // MARK: Access

    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await database.read(body)
        } catch let error as CancellationError {
            throw error
        } catch let error as CampaignError {
            throw error
        } catch {
            throw JournalError(error, path: path)
        }
    }

    func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await database.write(body)
        } catch let error as CancellationError {
            throw error
        } catch let error as CampaignError {
            throw error
        } catch {
            if error is DatabaseError { metrics.failed() }
            throw JournalError(error, path: path)
        }
    }
}
