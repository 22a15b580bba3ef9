import CallBoard
import Journal
import Logging
import Piopiy
import Webhooks

/// One account on one host while a process works for it: a board on a journal, what tells the board of calls, and what
/// keeps the journal in order.
///
/// ```swift
/// let exit = await withStation(configuration, platform: client) { station in
///     await screen.run(station.board)
/// }
/// ```
package struct Station: Sendable {
    package let board: CallBoard
    /// `nil` where it cannot be opened: then nothing is placed.
    package let journal: SQLiteJournal?
    /// The campaigns; `nil` without a journal.
    package let campaigns: CampaignDesk?

    let configuration: Configuration
    let session: JournalSession?
    let feeder: BoardFeeder?
    let poller: CallPoller
    let drafts: DraftKeeper

    /// What a process works for, and by which means.
    package struct Configuration: Sendable {
        /// What becomes of the account's calls is told by this.
        package enum Source: Sendable {
            /// Webhooks, where there is a secret to listen with, and the platform, which is asked.
            case platform(listener: WebhookListener.Configuration?, appID: String?)
            /// The webhooks of a sandbox in this process. Its calls end with it.
            case sandbox(BoardInbox)
        }

        /// Where lines are written.
        package enum Store: Sendable {
            /// - folder: where the locks of the host's duties are.
            case journal(SQLiteJournal, folder: String)
            /// It cannot be opened. What is in the file can perhaps be read.
            case none(path: String?, why: String)
        }

        package var account: String
        /// Such as `anna@host pts/3`: as the audit has it.
        package var `operator`: String
        package var store: Store
        package var source: Source
        package var numberPlan = NumberPlan.international
        package var notPlacedDelay = Settlement.notPlacedDelay
        package var isReadOnly = false
        /// How long ended calls are kept.
        package var history = Duration.seconds(90 * 86_400)
        package var logger: @Sendable (_ label: String) -> Logger
        /// What else runs beside the board, until the station closes: figures that are served, a demo.
        package var beside: [@Sendable (Station) async -> Void] = []

        package init(
            account: String,
            operator: String,
            store: Store,
            source: Source,
            logger: @escaping @Sendable (_ label: String) -> Logger
        ) {
            self.account = account
            self.operator = `operator`
            self.store = store
            self.source = source
            self.logger = logger
        }

        var isSandbox: Bool {
            if case .sandbox = source { true } else { false }
        }
    }

    /// The most placements of a board at once. Campaigns have fewer, so that an operator's call need not wait for them;
    /// the platform's client has more connections, so that a hang-up always finds one.
    package static let placementsAtOnce = CallBoard.campaignPlacementsAtOnce + 8
    /// How many connections the platform's client of a station needs.
    package static let connections = 2 * placementsAtOnce

    init(_ configuration: Configuration, platform: RestClient) {
        self.configuration = configuration
        let callJournal: any CallJournal
        switch configuration.store {
        case .journal(let journal, _):
            self.journal = journal
            callJournal = journal
        case .none(_, let why):
            journal = nil
            callJournal = BrokenJournal(why: why)
        }
        board = CallBoard(
            platform: platform,
            journal: callJournal,
            operator: configuration.operator,
            numberPlan: configuration.numberPlan,
            atOnce: Self.placementsAtOnce,
            notPlacedDelay: configuration.notPlacedDelay,
            steady: { .steady },
            logger: configuration.logger("piopiy.board")
        )
        var appID: String?
        if case .platform(_, let id) = configuration.source { appID = id }
        poller = CallPoller(
            board: board,
            platform: PolledClient(client: platform, appID: appID),
            hasRecords: appID != nil,
            hasLookups: platform.lookups.isAvailable
        )
        guard case .journal(let journal, let folder) = configuration.store else {
            session = nil
            feeder = nil
            campaigns = nil
            drafts = DraftKeeper(nil)
            return
        }
        let session = JournalSession(
            journal: journal,
            board: board,
            isReadOnly: configuration.isReadOnly,
            logger: configuration.logger("piopiy.journal")
        )
        self.session = session
        drafts = DraftKeeper(session)
        campaigns = CampaignDesk(
            journal: journal,
            board: board,
            logger: configuration.logger("piopiy.campaigns")
        )
        guard case .platform(let listener, _) = configuration.source else {
            feeder = nil
            return
        }
        feeder = BoardFeeder(
            board: board,
            session: session,
            poller: poller,
            listener: listener,
            account: configuration.account,
            folder: folder,
            upkeep: JournalUpkeep(
                journal: journal,
                history: configuration.history,
                logger: configuration.logger("piopiy.journal")
            ),
            logger: configuration.logger("piopiy.webhooks")
        )
    }

    // MARK: For who works at it

    /// The form that the last console was left with.
    package func draft() async -> String? { await session?.draft() }

    /// Keeps what is in the form, or that nothing is. It returns at once.
    package func keepDraft(_ text: String?) { drafts.keep(text) }

    /// Stops the process by calling what it is given, with its duties laid down and the journal at rest: others would
    /// wait for it for as long as it stays stopped. It blocks the thread, which must not be one of the tasks' own.
    package func aroundStop(_ stop: () -> Void) {
        feeder?.standby.goDown(patience: .seconds(2))
        let hold = journal?.hold()
        stop()
        withExtendedLifetime(hold) {}
        feeder?.standby.comeUp()
    }

    /// Waits while the board is as said, such as for answers to requests that are under way.
    /// - Parameter patience: for how long at most.
    package func wait(patience: Duration, while isOpen: @escaping @Sendable (BoardSnapshot) -> Bool) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await snapshot in await board.snapshots() where !isOpen(snapshot) { return } }
            group.addTask { try? await Task.sleep(for: patience) }
            await group.next()
            group.cancelAll()
        }
    }

    // MARK: Running

    /// Puts on the board what is there already, so that nothing is placed in ignorance of it.
    /// - Returns: the position from where to follow.
    func restore() async -> Int64 {
        if configuration.isSandbox { await endEarlierSandboxes() }
        guard let session else {
            guard case .none(let path?, _) = configuration.store else { return 0 }
            await BrokenJournal.show(path, of: configuration.account, on: board)
            return 0
        }
        do {
            return try await session.restore(at: .now)
        } catch {
            await board.note(.error, "earlier calls could not be read: \(error)")
            return 0
        }
    }

    /// The calls of a sandbox that is no more are history, not calls that are up.
    private func endEarlierSandboxes() async {
        do {
            let why = "the sandbox ended, and its calls with it"
            try await journal?.endAbandoned(accountsWith: "sandbox#", why: why, at: .now)
        } catch {
            configuration.logger("piopiy.journal").warning(
                "calls of earlier sandboxes could not be ended",
                metadata: ["error": "\(error)"]
            )
        }
    }

    /// Tells the board what has happened and what happens, until the task is cancelled.
    /// - Parameter position: from where the journal is followed.
    func tellBoard(from position: Int64) async {
        await session?.restoreEnded(at: .now)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await feed() }
            guard let session else { return }
            group.addTask { await session.follow(from: position) }
            group.addTask { await session.watchOverOthers() }
        }
    }

    /// Has webhooks and the platform tell the board of calls until the task is cancelled.
    private func feed() async {
        switch configuration.source {
        case .sandbox:
            await board.feed(by: .webhooks)
            guard let journal else { return }
            let logger = configuration.logger("piopiy.journal")
            await JournalUpkeep(journal: journal, history: configuration.history, logger: logger).keepSums()
        case .platform(let listener, _):
            if let feeder { return await feeder.run() }
            await board.feed(by: .polling)
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await poller.run() }
                if let listener { group.addTask { await hearWithoutJournal(listener) } }
            }
        }
    }

    private func hearWithoutJournal(_ listener: WebhookListener.Configuration) async {
        guard case .none(_, let why) = configuration.store else { return }
        let journal = BrokenJournal(why: why)
        do {
            try await WebhookListener(
                configuration: listener,
                logger: configuration.logger("piopiy.webhooks"),
                onRunning: { _ in await board.feed(by: .webhooks) },
                sink: { try await journal.take($0, on: board) }
            ).run()
        } catch {
            await board.feed(by: .polling)
            await board.note(.warning, "no webhooks are received: \(error)")
        }
    }
}

/// Opens a station, runs `body` beside it, and closes it: campaigns that were rung from here are paused, what is under
/// way still is given up, and its outcome is in journal and log.
package func withStation<Value: Sendable>(
    _ configuration: Station.Configuration,
    platform: RestClient,
    _ body: (Station) async -> Value
) async -> Value {
    let station = Station(configuration, platform: platform)
    if case .sandbox(let inbox) = configuration.source, let session = station.session { await inbox.connect(session) }
    let keeping = Task { await station.drafts.run() }
    let position = await station.restore()
    let value = await withTaskGroup(of: Void.self) { group in
        group.addTask { await station.board.run() }
        group.addTask { await station.tellBoard(from: position) }
        for work in configuration.beside { group.addTask { await work(station) } }
        let value = await body(station)
        await station.campaigns?.stopRinging()
        // Their answers say who is being rung, and the board is told of them, so it must still run. On a sandbox nobody
        // is.
        if !configuration.isSandbox { await station.campaigns?.windDown() }
        group.cancelAll()
        return value
    }
    station.drafts.finish()
    await keeping.value
    return value
}
