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

    func run(_ console: ConsoleRun) async throws -> ConsoleExit {
        var random = SystemRandomNumberGenerator()
        let listener = WebhookListener.Configuration(port: 0, secret: .make(using: &random))
        let inbox = BoardInbox()
        let seed = random.next()
        // Nobody needs to know it: it only has to be the same on both sides.
        let token = WebhookSecret.make(using: &random).text
        do {
            return try await withWebhookListener(
                listener,
                logger: log.logger("piopiy.webhooks"),
                sink: { try await inbox.take($0) },
                { webhookURL in
                    try await withSandbox(
                        .init(token: token, webhookURL: webhookURL, seed: seed),
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

    private func play(_ console: ConsoleRun, base: String, token: String, inbox: BoardInbox) async throws -> ConsoleExit
    {
        var configuration = RestClient.Configuration(baseURL: base, timeouts: context.settings.timeouts)
        configuration.logger = log.logger("piopiy.client")
        let client = try RestClient(token: Token(validating: token), configuration)
        // An account of its own: the calls of a sandbox that is no more are history, not calls that are up.
        let account = "sandbox#" + String(UInt64.random(in: 0...(.max)), radix: 16)
        let journal = try JournalPlace(context: context, isSandbox: true).open(account: account)
        let board = CallBoard(platform: client, journal: journal, logger: log.logger("piopiy.board"))
        let session = JournalSession(journal: journal, board: board, logger: log.logger("piopiy.journal"))
        await inbox.connect(session)
        await board.feed(by: .webhooks)
        // The calls end with the sandbox, so nobody has to wait for their answers.
        let run = BoardSession(board: board, patience: .zero, isSandbox: true)
        let tour = await FirstTour(context.places, journal)
        var console = console
        console.settings.showsTour = tour.isDue
        let exit = await run.run(console, beside: session) { await session.keepSums(history: context.settings.history) }
        await client.shutdown()
        if exit == .quit { tour.wasSeen() }
        return exit
    }
}
