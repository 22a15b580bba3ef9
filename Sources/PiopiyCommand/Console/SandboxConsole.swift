import CallBoard
import Console
import Journal
import Piopiy
import Sandbox
import Station
import Webhooks

/// The console with the platform's stand-in inside: listener, sandbox, client, board, each on a port that is free, so
/// that several run side by side.
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
        var wire = RestClient.Configuration(
            baseURL: addresses.rest,
            accountURL: addresses.account,
            messagingURL: addresses.messaging,
            timeouts: context.settings.timeouts
        )
        wire.logger = log.logger("piopiy.client")
        wire.connections = Station.connections
        let client = try RestClient(token: Token(validating: token), wire)
        // An account of its own: the calls of a sandbox that is no more are history, not calls that are up.
        let account = "sandbox#" + String(UInt64.random(in: 0...(.max)), radix: 16)
        let demoFolder = try isDemo ? DemoFolder(environment: context.environment) : nil
        defer { demoFolder?.remove() }
        let place = JournalPlace(context: context, isSandbox: true, folder: demoFolder?.path)
        let journal = try place.open(account: account, as: .console)
        var configuration = Station.Configuration(
            account: account,
            operator: JournalPlace.person(context.environment),
            store: .journal(journal, folder: try demoFolder?.path ?? context.places.makeState()),
            source: .sandbox(inbox),
            logger: { [log] in log.logger($0) }
        )
        configuration.numberPlan = context.settings.numberPlan
        configuration.notPlacedDelay = .zero
        configuration.history = context.settings.history
        if let metrics {
            let logger = log.logger("piopiy.metrics")
            configuration.beside.append { await metrics.serve($0.board, $0.journal, logger: logger) }
        }
        if isDemo {
            configuration.beside.append { [speed] station in
                guard let campaigns = station.campaigns else { return }
                await DemoRun(on: EmbeddedSandbox(board: station.board, campaigns: campaigns), speed: speed).run()
            }
        }
        var console = console
        console.services.ask(client)
        let tour = await FirstTour(context.places, journal)
        if var screen = console as? ConsoleRun {
            // The demo's calls have the room; the keys are shown when the operator comes to place calls.
            screen.settings.showsTour = tour.isDue && !isDemo
            console = screen
        }
        // The calls end with the sandbox, so nobody has to wait for their answers.
        let session = ConsoleSession(patience: .zero, isSandbox: true)
        let exit = await withStation(configuration, platform: client) { [console] in
            await session.run(console, at: $0)
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
