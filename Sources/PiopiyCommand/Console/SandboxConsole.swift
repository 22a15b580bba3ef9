import CallBoard
import Console
import Piopiy
import Sandbox
import Webhooks

/// The console with the platform's stand-in inside: listener, sandbox, client, board, each on a port that is free, so that
/// several run side by side.
struct SandboxConsole {
    let log: LogFile
    let timeouts: Timeouts

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
        var configuration = RestClient.Configuration(baseURL: base, timeouts: timeouts)
        configuration.logger = log.logger("piopiy.client")
        let client = try RestClient(token: Token(validating: token), configuration)
        let board = CallBoard(platform: client, logger: log.logger("piopiy.board"))
        await inbox.connect(board)
        var console = console
        console.settings.hearsWebhooks = true
        // The calls end with the sandbox, so nobody has to wait for their answers.
        let exit = await BoardSession(board: board, patience: .zero, isSandbox: true).run(console)
        await client.shutdown()
        return exit
    }
}
