import CallBoard
import Campaigns
import GRDB
import Piopiy

extension SQLiteJournal: CampaignStore {
    /// Rows of a list that are written at once; no writer is held up for longer than that takes.
    private static let portion = 500

    public func create(_ list: CampaignList, at now: Timestamp) async throws -> Campaign {
        try await dropHalfMade(list.name)
        let origin = origin
        let id = try await write { db in
            if let there = try CampaignTable.one(named: list.name, of: origin.account, db) {
                if there.isLoading { throw CampaignError.beingMade(list.name) }
                throw CampaignError.nameTaken(list.name, isSameList: there.digest == list.digest)
            }
            return try CampaignTable.insert(
                list,
                account: origin.account,
                operator: origin.operator,
                runner: origin.id,
                at: now,
                db
            )
        }
        do {
            for start in stride(from: 0, to: list.rows.count, by: Self.portion) {
                try Task.checkCancellation()
                let rows = list.rows[start..<min(start + Self.portion, list.rows.count)]
                try await write { db in try CampaignTable.insert(rows, of: id, db) }
            }
            try await write { db in
                try db.execute(
                    sql: "UPDATE campaign SET state = ?, runner = NULL WHERE id = ?",
                    arguments: [Campaign.State.paused.rawValue, id]
                )
                try CampaignTable.count(list.rows.count, of: id, db)
                var words = "created from \(list.source): \(list.rows.count) numbers, \(list.pace.words)"
                if !list.leftOut.isEmpty {
                    let lines = list.leftOut.prefix(100).map { "\($0)" }.joined(separator: ", ")
                    words += "; \(list.leftOut.count) left out: line \(lines)\(list.leftOut.count > 100 ? "…" : "")"
                }
                try CampaignTable.tell(id, words, by: origin.operator, at: now, db)
            }
        } catch {
            // A task of its own, so that a cancelled one leaves no half of a list behind. If this fails too, the first
            // error counts, and the next campaign of that name deletes the rest.
            let cleaning = Task { try await self.drop(halfMade: id) }
            _ = await cleaning.result
            throw error
        }
        guard let made = try await campaign(id) else { throw CampaignError.unknown(id) }
        return made
    }

    /// What a process that died had not written to its end is nobody's.
    private func dropHalfMade(_ name: String) async throws {
        let account = origin.account
        let there = try await read { db in try CampaignTable.one(named: name, of: account, db) }
        guard let there, there.isLoading else { return }
        if let maker = there.runner, Presence.isAlive(maker, in: Self.presences(path)) { return }
        try await drop(halfMade: there.campaign.id)
    }

    private func drop(halfMade id: Campaign.ID) async throws {
        while try await write({ db in try CampaignTable.dropHalfMade(id, limit: Self.portion, db) }) {}
    }

    public func campaigns() async throws -> [Campaign] {
        let account = origin.account
        let held = try await read { db in try CampaignTable.all(of: account, db) }
        return held.filter { !$0.isLoading }.map(withRunner)
    }

    public func campaign(_ id: Campaign.ID) async throws -> Campaign? {
        let account = origin.account
        let held = try await read { db in try CampaignTable.one(id, of: account, db) }
        return held.flatMap { $0.isLoading ? nil : withRunner($0) }
    }

    /// The campaign that a list is of: one of its name, with the same calls.
    /// - Throws: ``CallBoard/CampaignError/nameTaken(_:isSameList:)`` when the one of that name has other calls.
    public func campaign(of list: CampaignList) async throws -> Campaign? {
        let account = origin.account
        let held = try await read { db in try CampaignTable.one(named: list.name, of: account, db) }
        guard let held, !held.isLoading else { return nil }
        guard held.digest == list.digest else { throw CampaignError.nameTaken(list.name, isSameList: false) }
        return withRunner(held)
    }

    private func withRunner(_ held: CampaignTable.Held) -> Campaign { Self.withRunner(held, path: path) }

    public func standing(_ id: Campaign.ID) async throws -> CampaignStanding? {
        let origin = origin
        return try await read { db in try CampaignTable.standing(id, of: origin.account, for: origin.id, db) }
    }

    public func events(of id: Campaign.ID) async throws -> [CampaignEvent] {
        try await read { db in try CampaignTable.events(of: id, db) }
    }

    public func results(of id: Campaign.ID, after number: Int, limit: Int) async throws -> [CampaignResult] {
        try await read { db in try CampaignTable.results(of: id, after: number, limit: limit, db) }
    }

    // MARK: Orders

    @discardableResult
    public func order(
        _ order: CampaignOrder,
        _ id: Campaign.ID,
        why: String?,
        at now: Timestamp
    ) async throws -> Campaign {
        let origin = origin
        let (from, to): ([Campaign.State], Campaign.State) =
            switch order {
            case .pause: ([.running], .paused)
            case .resume: ([.paused], .running)
            case .stop: ([.running, .paused], .stopped)
            }
        try await write { db in
            guard let there = try CampaignTable.one(id, of: origin.account, db), !there.isLoading else {
                throw CampaignError.unknown(id)
            }
            let state = there.campaign.state
            // What is so already is no mistake; what has ended cannot be anything else.
            if state == to { return }
            guard state.isOpen else { throw CampaignError.ended(there.campaign.name, state) }
            _ = try CampaignTable.move(
                id,
                from: from.map(\.rawValue),
                to: to,
                by: origin.operator,
                why: why,
                at: now,
                db
            )
        }
        guard let campaign = try await campaign(id) else { throw CampaignError.unknown(id) }
        return campaign
    }

    @discardableResult
    public func change(_ pace: Campaign.Pace, of id: Campaign.ID, at now: Timestamp) async throws -> Campaign {
        let origin = origin
        try await write { db in
            guard let there = try CampaignTable.one(id, of: origin.account, db), !there.isLoading else {
                throw CampaignError.unknown(id)
            }
            guard there.campaign.state.isOpen else {
                throw CampaignError.ended(there.campaign.name, there.campaign.state)
            }
            if there.campaign.pace == pace { return }
            try db.execute(
                sql: "UPDATE campaign SET per_minute = ?, at_once = ? WHERE id = ?",
                arguments: [pace.perMinute, pace.atOnce, id]
            )
            try CampaignTable.tell(id, "pace: \(pace.words)", by: origin.operator, at: now, db)
        }
        guard let campaign = try await campaign(id) else { throw CampaignError.unknown(id) }
        return campaign
    }

    // MARK: Ringing

    @discardableResult
    public func takeOn(_ id: Campaign.ID, resuming: Bool, at now: Timestamp) async throws -> Campaign {
        let origin = origin
        let directory = Self.presences(path)
        try await write { db in
            guard let there = try CampaignTable.one(id, of: origin.account, db), !there.isLoading else {
                throw CampaignError.unknown(id)
            }
            guard there.campaign.state.isOpen else {
                throw CampaignError.ended(there.campaign.name, there.campaign.state)
            }
            // Within the transaction, so that of two who look one is first.
            let other = there.runner.flatMap { runner in
                runner != origin.id && Presence.isAlive(runner, in: directory) ? there.runnerName : nil
            }
            if let other, !resuming { throw CampaignError.rungBy(there.campaign.name, other) }
            if other == nil {
                try db.execute(
                    sql: "UPDATE campaign SET runner = ?, runner_name = ? WHERE id = ?",
                    arguments: [origin.id, origin.operator, id]
                )
            }
            guard resuming else { return }
            _ = try CampaignTable.move(
                id,
                from: [Campaign.State.paused.rawValue],
                to: .running,
                by: origin.operator,
                why: nil,
                at: now,
                db
            )
        }
        guard let campaign = try await campaign(id) else { throw CampaignError.unknown(id) }
        return campaign
    }

    public func halt(_ id: Campaign.ID, why: String, at now: Timestamp) async throws {
        try await leave(id, why: why, keepsWhy: true, at: now)
    }

    public func letGo(_ id: Campaign.ID, why: String, at now: Timestamp) async throws {
        try await leave(id, why: why, keepsWhy: false, at: now)
    }

    /// - Parameter keepsWhy: whether it is told also of one that is paused already.
    private func leave(_ id: Campaign.ID, why: String, keepsWhy: Bool, at now: Timestamp) async throws {
        let origin = origin
        // A task of its own: whoever is ending says so all the same.
        let writing = Task {
            try await self.write { db in
                let isOurs = try Bool.fetchOne(
                    db,
                    sql: "SELECT EXISTS (SELECT 1 FROM campaign WHERE id = ? AND runner = ?)",
                    arguments: [id, origin.id]
                )
                guard isOurs == true else { return }
                let standing = try CampaignTable.standing(id, of: origin.account, for: origin.id, db)
                // Where all of it was rung there is nothing to go on with.
                let isDone = standing?.hasRowsLeft == false
                _ = try CampaignTable.move(
                    id,
                    from: [Campaign.State.running.rawValue]
                        + (keepsWhy || isDone ? [Campaign.State.paused.rawValue] : []),
                    to: isDone ? .done : .paused,
                    by: origin.operator,
                    why: isDone ? nil : why,
                    at: now,
                    db
                )
                try db.execute(
                    sql: "UPDATE campaign SET runner = NULL, runner_name = NULL WHERE id = ?",
                    arguments: [id]
                )
            }
        }
        try await writing.value
    }

    public func finish(_ id: Campaign.ID, at now: Timestamp) async throws -> Bool {
        let origin = origin
        return try await write { db in
            guard let standing = try CampaignTable.standing(id, of: origin.account, for: origin.id, db),
                !standing.hasRowsLeft
            else {
                return false
            }
            return try CampaignTable.move(
                id,
                from: [Campaign.State.running.rawValue],
                to: .done,
                by: origin.operator,
                why: nil,
                at: now,
                db
            )
        }
    }

    public func waiting(_ id: Campaign.ID, limit: Int) async throws -> [CampaignRow] {
        let origin = origin
        let rows = try await read { db in try CampaignTable.waiting(id, limit: limit, db) }
        guard let bad = rows.first(where: { $0.row == nil }) else { return rows.compactMap(\.row) }
        let standing = try await read { db in
            try CampaignTable.standing(id, of: origin.account, for: origin.id, db)
        }
        throw CampaignError.badRow(standing?.name ?? "\(id)", bad.number)
    }

    /// Finds the numbers of a list that campaigns of any account have dialed, with account and name of each that did.
    public func rung(_ list: CampaignList) async throws -> [(number: String, account: String, name: String)] {
        let numbers = list.rows.map(\.call.toNumber.digits)
        return try await read { db in try CampaignTable.rung(numbers, since: nil, except: nil, db) }
    }

    /// Which of the numbers that are left of a campaign others have rung since it was made.
    public func rungMeanwhile(_ id: Campaign.ID) async throws -> [(number: String, account: String, name: String)] {
        let account = origin.account
        return try await read { db in
            guard let there = try CampaignTable.one(id, of: account, db) else { throw CampaignError.unknown(id) }
            let numbers = try CampaignTable.numbersLeft(of: id, db)
            return try CampaignTable.rung(numbers, since: there.campaign.createdAt, except: id, db)
        }
    }

    // MARK: Other tokens

    /// Campaigns of the same list in other accounts, the newest first.
    public func campaigns(of list: CampaignList) async throws -> [(account: String, campaign: Campaign)] {
        let account = origin.account
        let held = try await read { db in try CampaignTable.others(list.digest, not: account, db) }
        return held.filter { !$0.isLoading }.map { ($0.account, withRunner($0)) }
    }

    /// Campaigns of a name in other accounts, the newest first.
    public func campaigns(named name: String) async throws -> [(account: String, campaign: Campaign)] {
        let account = origin.account
        let held = try await read { db in try CampaignTable.others(named: name, not: account, db) }
        return held.filter { !$0.isLoading }.map { ($0.account, withRunner($0)) }
    }

    /// Makes a campaign of another account one of this account, with all that was rung of it.
    /// - Throws: ``CallBoard/CampaignError`` where a process rings it, or this account has one of its name.
    public func takeOver(_ id: Campaign.ID, at now: Timestamp) async throws {
        let origin = origin
        let directory = Self.presences(path)
        try await write { db in
            guard
                let account = try String.fetchOne(
                    db,
                    sql: "SELECT account FROM campaign WHERE id = ?",
                    arguments: [id]
                ),
                let there = try CampaignTable.one(id, of: account, db), !there.isLoading
            else {
                throw CampaignError.unknown(id)
            }
            let name = there.campaign.name
            if let runner = there.runner, Presence.isAlive(runner, in: directory) {
                throw CampaignError.rungBy(name, there.runnerName ?? "another process")
            }
            if let ours = try CampaignTable.one(named: name, of: origin.account, db) {
                throw CampaignError.nameTaken(name, isSameList: ours.digest == there.digest)
            }
            try db.execute(sql: "UPDATE campaign SET account = ? WHERE id = ?", arguments: [origin.account, id])
            try CampaignTable.tell(id, "taken over with another token", by: origin.operator, at: now, db)
        }
    }

    public func openCalls(of id: Campaign.ID) async throws -> [(ref: CallRef, begunAt: Timestamp)] {
        try await read { db in try CampaignTable.open(id, db) }
    }
}
