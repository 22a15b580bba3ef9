import CallBoard
import Campaigns
import Journal
import Logging
import Piopiy

/// The campaigns of an account as one process has to do with them: it looks at them, gives orders, and rings those that
/// are begun or taken up here.
package actor CampaignDesk {
    private let journal: SQLiteJournal
    private let board: CallBoard
    private let logger: Logger

    private var runs: [Campaign.ID: Run] = [:]
    /// Those that are being taken on, and have no run yet.
    private var begun: Set<Campaign.ID> = []
    private var endings: [Campaign.ID: CampaignRunner.Ending] = [:]
    private var isWindingDown = false

    private struct Run {
        let runner: CampaignRunner
        let task: Task<CampaignRunner.Ending, Never>
    }

    /// The shortest time between two looks whether a campaign has changed.
    private static let glance = Duration.seconds(1)

    init(journal: SQLiteJournal, board: CallBoard, logger: Logger) {
        self.journal = journal
        self.board = board
        self.logger = logger
    }

    // MARK: Looking

    /// The campaigns, the newest first, with what became of their calls up to now.
    package func campaigns() async throws -> [Campaign] {
        try await journal.addUp()
        return try await known()
    }

    /// The campaigns with what became of their calls up to when that was last added up.
    private func known() async throws -> [Campaign] {
        // Asked before and after the reading: a run may begin or end meanwhile.
        var ours = begun.union(runs.keys)
        let all = try await journal.campaigns()
        ours.formUnion(begun.union(runs.keys))
        return all.map { campaign in
            // One that this process had taken on and rings no more is nobody's.
            guard campaign.runnerID == journal.origin.id, !ours.contains(campaign.id) else { return campaign }
            var campaign = campaign
            campaign.tell(runner: nil)
            return campaign
        }
    }

    /// One campaign, with what became of its calls up to now.
    package func campaign(_ id: Campaign.ID) async throws -> Campaign? {
        try await campaigns().first { $0.id == id }
    }

    package func events(of id: Campaign.ID) async throws -> [CampaignEvent] { try await journal.events(of: id) }

    /// The campaigns whenever something of them has changed, until it is no longer listened to.
    package nonisolated func changes() -> AsyncStream<Result<Standing, StationError>> {
        AsyncStream { continuation in
            let watching = Task {
                var last: Standing?
                var failure: String?
                for await _ in FileWatch.shared.looks(at: .journal(journal.path), .members(journal.path)) {
                    do {
                        // What is at rest is not added up for: whoever keeps the sums does that.
                        let isMoving = last?.all.contains { $0.state == .running || $0.counts.up > 0 } ?? true
                        let all = isMoving ? try await campaigns() : try await known()
                        let now = Standing(all: all, rungHere: await self.rungHere)
                        failure = nil
                        if now != last { continuation.yield(.success(now)) }
                        // At the beginning only what wants to be looked at is news.
                        let before = last?.all ?? all.map(Self.asIfRung)
                        await self.tell(all, since: before)
                        last = now
                    } catch is CancellationError {
                        break
                    } catch {
                        // Told once: a journal that cannot be read is looked at again and again.
                        if failure != "\(error)" {
                            continuation.yield(.failure(StationError("\(error)")))
                        }
                        failure = "\(error)"
                    }
                    try? await Task.sleep(for: Self.glance)
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in watching.cancel() }
        }
    }

    /// The campaigns as they are.
    package struct Standing: Equatable, Sendable {
        /// The newest first.
        package let all: [Campaign]
        package let rungHere: Set<Campaign.ID>
    }

    private var rungHere: Set<Campaign.ID> { Set(runs.keys) }

    private static func asIfRung(_ campaign: Campaign) -> Campaign {
        var campaign = campaign
        campaign.tell(runner: campaign.operator)
        return campaign
    }

    /// Says on the board what has happened to campaigns, whoever rings them.
    private func tell(_ now: [Campaign], since last: [Campaign]) async {
        for campaign in now {
            let old = last.first { $0.id == campaign.id }
            guard let news = campaign.news(since: old) else { continue }
            await board.note(news.level, news.text)
        }
    }

    /// The campaign that a list is of.
    /// - Throws: where its name is another list's, or the list was rung with another token.
    package func find(_ list: CampaignList) async throws -> Campaign? {
        try await CampaignAccounts.adopt(list, journal)
        if let there = try await journal.campaign(of: list) { return there }
        try await CampaignAccounts.check(list, journal)
        return nil
    }

    /// How many numbers of a list campaigns have rung before, and which campaigns.
    package func rungBefore(_ list: CampaignList) async throws -> RungBefore? {
        let (numbers, names) = try await CampaignAccounts.rungBefore(list, journal)
        return numbers.isEmpty ? nil : RungBefore(count: numbers.count, by: names)
    }

    /// - Throws: when going on with a campaign would ring numbers that others have rung since it was made.
    package func checkMeanwhile(_ id: Campaign.ID) async throws {
        guard let campaign = try await journal.campaign(id) else { throw CampaignError.unknown(id) }
        do {
            try await CampaignAccounts.checkMeanwhile(campaign, journal)
        } catch let error as CampaignError {
            throw StationError("\(error); piopiy campaign resume '\(campaign.name)' --ring-again dials them again")
        }
    }

    // MARK: Orders

    /// Keeps a new campaign and begins to ring it.
    package func start(_ list: CampaignList) async throws -> Campaign {
        try await CampaignAccounts.check(list, journal)
        let made = try await journal.create(list, at: .now)
        return try await resume(made.id)
    }

    package func order(_ order: CampaignOrder, _ id: Campaign.ID) async throws -> Campaign {
        order == .resume ? try await resume(id) : try await journal.order(order, id, why: nil, at: .now)
    }

    package func change(_ pace: Campaign.Pace, of id: Campaign.ID) async throws -> Campaign {
        try await journal.change(pace, of: id, at: .now)
    }

    /// Lets a campaign go on: by whoever rings it, or from here when nobody does.
    private func resume(_ id: Campaign.ID) async throws -> Campaign {
        // One that has paused by itself is put away first.
        if let run = runs[id], await run.runner.isHalting { _ = await run.task.value }
        guard !isWindingDown else { throw Self.ending }
        begun.insert(id)
        defer { begun.remove(id) }
        let campaign = try await journal.takeOn(id, resuming: true, at: .now)
        guard campaign.runnerID == journal.origin.id, runs[id] == nil else { return campaign }
        guard !isWindingDown else {
            try await journal.letGo(id, why: "\(Self.ending)", at: .now)
            throw Self.ending
        }
        endings[id] = nil
        let runner = CampaignRunner(
            store: journal,
            board: board,
            tell: { [board, logger] level, text in
                logger.notice("\(text)")
                await board.note(level, text)
            }
        )
        let task = Task { await self.ring(campaign, runner) }
        runs[id] = Run(runner: runner, task: task)
        return campaign
    }

    private static let ending = StationError("the program is ending; the campaign is paused")

    private func ring(_ campaign: Campaign, _ runner: CampaignRunner) async -> CampaignRunner.Ending {
        let id = campaign.id
        journal.tell { $0.campaigns.append(campaign.name) }
        let ending = await runner.run(id)
        journal.tell { member in member.campaigns.removeAll { $0 == campaign.name } }
        runs[id] = nil
        endings[id] = ending
        if case .failed(let why) = ending { await board.note(.error, why) }
        return ending
    }

    /// Waits until a campaign is rung from here no more; `nil` for one that never was.
    package func ending(of id: Campaign.ID) async -> CampaignRunner.Ending? {
        if let run = runs[id] { return await run.task.value }
        return endings[id]
    }

    // MARK: Ending

    /// Requests of campaigns that have left and are not answered.
    package var underWay: Int {
        get async {
            var count = 0
            for run in runs.values { count += await run.runner.underWay }
            return count
        }
    }

    /// Begins no more calls. Campaigns that are rung from here are paused.
    /// - Returns: how many that are.
    @discardableResult
    package func stopRinging() -> Int {
        isWindingDown = true
        for run in runs.values { run.task.cancel() }
        return runs.count
    }

    /// Waits until everything that was rung from here is answered and written.
    package func windDown() async {
        stopRinging()
        for run in runs.values { _ = await run.task.value }
    }
}
