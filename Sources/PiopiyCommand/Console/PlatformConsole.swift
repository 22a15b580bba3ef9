import CallBoard
import Console
import Journal
import Logging
import Piopiy
import Webhooks

/// The console on the platform itself.
struct PlatformConsole {
    let platform: RestClient
    let account: String
    let context: CommandContext
    let log: LogFile
    /// `nil` where it cannot be kept: then no webhooks are heard.
    let secret: WebhookSecret?
    /// How long to wait at the end for answers.
    let patience: Duration

    /// Why the platform is not asked for the account's agents by itself; `nil` when it is.
    let whyNoAgents: String?
    /// `nil` where no figures are to be served.
    let metrics: MetricsService?

    private var meter: (service: MetricsService, logger: Logger)? {
        metrics.map { ($0, log.logger("piopiy.metrics")) }
    }

    /// - Parameter opened: the account's journal where it is open already; a process opens it once.
    func run(_ console: any FrontEnd, on opened: SQLiteJournal? = nil) async throws -> ConsoleExit {
        var console = console
        console.services.ask(platform, unless: whyNoAgents)
        if let opened { return await run(console, with: opened) }
        do throws(CommandFailure) {
            let journal = try JournalPlace(context: context).open(account: account, as: .console)
            return await run(console, with: journal)
        } catch {
            return await runWithoutJournal(console, because: error.message)
        }
    }

    private var listener: WebhookListener.Configuration? {
        secret.map { .init(port: context.settings.webhookPort, secret: $0) }
    }

    private func poller(_ board: CallBoard) -> CallPoller {
        let appID = context.settings.appID
        return CallPoller(
            board: board,
            platform: PolledClient(client: platform, appID: appID),
            hasRecords: appID != nil,
            hasLookups: platform.lookups.isAvailable
        )
    }

    private func run(_ console: any FrontEnd, with journal: SQLiteJournal) async -> ConsoleExit {
        let board = CallBoard(
            platform: platform,
            journal: journal,
            operator: JournalPlace.person(context.environment),
            numberPlan: context.settings.numberPlan,
            notPlacedDelay: context.settings.notPlacedDelay,
            steady: { .steady },
            logger: log.logger("piopiy.board")
        )
        let session = JournalSession(
            journal: journal,
            board: board,
            isReadOnly: context.settings.isReadOnly,
            logger: log.logger("piopiy.journal")
        )
        let feeder = BoardFeeder(
            board: board,
            session: session,
            poller: poller(board),
            listener: listener,
            account: account,
            places: context.places,
            history: context.settings.history,
            logger: log.logger("piopiy.webhooks")
        )
        var console = console
        console.aroundStop = { stop in
            feeder.standby.goDown(patience: .seconds(2))
            let hold = journal.hold()
            stop()
            withExtendedLifetime(hold) {}
            feeder.standby.comeUp()
        }
        let desk = CampaignDesk(
            journal: journal,
            platform: platform,
            board: board,
            logger: log.logger("piopiy.campaigns")
        )
        var run = BoardSession(board: board, patience: patience, isSandbox: false, campaigns: desk)
        run.metrics = meter
        return await run.run(console, beside: session) { await feeder.run() }
    }

    /// Nothing is placed, as nobody would remember it; but what is up can be seen and hung up.
    private func runWithoutJournal(_ console: any FrontEnd, because why: String) async -> ConsoleExit {
        var console = console
        console.warnings.append("no call can be placed: \(why)")
        console.services.haveNoJournal(because: why)
        let journal = BrokenJournal(why: why)
        let board = CallBoard(
            platform: platform,
            journal: journal,
            operator: JournalPlace.person(context.environment),
            numberPlan: context.settings.numberPlan,
            notPlacedDelay: context.settings.notPlacedDelay,
            steady: { .steady },
            logger: log.logger("piopiy.board")
        )
        if let path = try? JournalPlace(context: context).path() {
            await BrokenJournal.show(path, of: account, on: board)
        }
        let poller = poller(board)
        var run = BoardSession(board: board, patience: patience, isSandbox: false)
        run.metrics = meter
        return await run.run(console, beside: nil) {
            await board.feed(by: .polling)
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await poller.run() }
                group.addTask { await listen(board, journal) }
            }
        }
    }

    private func listen(_ board: CallBoard, _ journal: BrokenJournal) async {
        guard let listener else { return }
        do {
            try await WebhookListener(
                configuration: listener,
                logger: log.logger("piopiy.webhooks"),
                onRunning: { _ in await board.feed(by: .webhooks) },
                sink: { try await journal.take($0, on: board) }
            ).run()
        } catch {
            await board.feed(by: .polling)
            await board.note(.warning, "no webhooks are received: \(error)")
        }
    }
}
