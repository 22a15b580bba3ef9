import CallBoard
import Console
import Journal
import Piopiy
import Sandbox
import Webhooks

/// The console with the platform's stand-in inside: listener, sandbox, client, board, each on a port that is free, so that
/// several run side by side.
struct SandboxConsole {
    let context: CommandContext
    let log: LogFile
    /// What decides the talk times; any where there is none.
    let seed: UInt64?
    /// How much faster than the world the sandbox runs.
    let speed: Double
    /// Whether the demo's calls are placed on it.
    var isDemo = false
    /// `nil` where no figures are to be served.
    let metrics: MetricsService?

    func run(_ console: any FrontEnd) async throws -> ConsoleExit {
        var random = SystemRandomNumberGenerator()
        let listener = WebhookListener.Configuration(port: 0, secret: .make(using: &random))
        let inbox = BoardInbox()
        let seed = seed ?? random.next()
        // Nobody needs to know it: it only has to be the same on both sides.
        let token = WebhookSecret.make(using: &random).text
        do {
            return try await withWebhookListener(
                listener,
                logger: log.logger("piopiy.webhooks"),
                sink: { try await inbox.take($0) },
                { webhookURL in
                    try await withSandbox(
                        .init(token: token, webhookURL: webhookURL, seed: seed, speed: speed),
                        logger: log.logger("piopiy.sandbox")
                    ) { base in
                        try await play(console, base: base, token: token, inbox: inbox)
                    }
                }
            )
        } catch let error as WebhookListenerError {
            throw CommandFailure(status: .badConfiguration, message: "\(error)")
        } catch let error as SandboxError {
            throw CommandFailure(status: .badConfiguration, message: "\(error)")
        }
    }

    private func play(_ console: any FrontEnd, base: String, token: String, inbox: BoardInbox) async throws
        -> ConsoleExit
    {
        // The sandbox has all of the platform at one place; whatever is set for the real one is not for it.
        let addresses = Addresses(try SettingValues(flags: [.apiURL: [base]]))
        var configuration = RestClient.Configuration(
            baseURL: addresses.rest,
            accountURL: addresses.account,
            messagingURL: addresses.messaging,
            timeouts: context.settings.timeouts
        )
        configuration.logger = log.logger("piopiy.client")
        let client = try RestClient(token: Token(validating: token), configuration)
        // An account of its own: the calls of a sandbox that is no more are history, not calls that are up.
        let account = "sandbox#" + String(UInt64.random(in: 0...(.max)), radix: 16)
        let demoFolder = try isDemo ? DemoFolder(environment: context.environment) : nil
        defer { demoFolder?.remove() }
        let place = JournalPlace(context: context, isSandbox: true, folder: demoFolder?.path)
        let journal = try place.open(account: account, as: .console)
        do {
            let why = "the sandbox ended, and its calls with it"
            try await journal.endAbandoned(accountsWith: "sandbox#", why: why, at: .now)
        } catch {
            log.logger("piopiy.journal").warning(
                "calls of earlier sandboxes could not be ended",
                metadata: ["error": "\(error)"]
            )
        }
        let board = CallBoard(
            platform: client,
            journal: journal,
            operator: JournalPlace.person(context.environment),
            numberPlan: context.settings.numberPlan,
            notPlacedDelay: .zero,
            steady: { .steady },
            logger: log.logger("piopiy.board")
        )
        let session = JournalSession(journal: journal, board: board, logger: log.logger("piopiy.journal"))
        await inbox.connect(session)
        await board.feed(by: .webhooks)
        // The calls end with the sandbox, so nobody has to wait for their answers.
        var console = console
        console.services.ask(client)
        let desk = CampaignDesk(
            journal: journal,
            platform: client,
            board: board,
            logger: log.logger("piopiy.campaigns")
        )
        var run = BoardSession(board: board, patience: .zero, isSandbox: true, campaigns: desk)
        run.metrics = metrics.map { ($0, log.logger("piopiy.metrics")) }
        let tour = await FirstTour(context.places, journal)
        if var screen = console as? ConsoleRun {
            // The demo's calls have the room; the keys are shown when the operator comes to place calls.
            screen.settings.showsTour = tour.isDue && !isDemo
            console = screen
        }
        let demo = isDemo ? DemoRun(on: EmbeddedSandbox(board: board, campaigns: desk), speed: speed) : nil
        let exit = await run.run(console, beside: session) {
            await withDiscardingTaskGroup { group in
                if let demo { group.addTask { await demo.run() } }
                await session.keepSums(history: context.settings.history)
            }
        }
        await client.shutdown()
        if exit == .quit, !isDemo, console is ConsoleRun { tour.wasSeen() }
        return exit
    }
}

/// The sandbox inside this process, by the board and the campaign service that are wired to it.
///
/// Only ``SandboxConsole`` makes one, so code that takes one cannot place a call on a real platform or write into the
/// journal of one.
struct EmbeddedSandbox: Sendable {
    let board: CallBoard
    let campaigns: CampaignDesk

    fileprivate init(board: CallBoard, campaigns: CampaignDesk) {
        self.board = board
        self.campaigns = campaigns
    }
}
