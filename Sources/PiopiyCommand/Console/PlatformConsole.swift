import CallBoard
import Console
import Logging
import Piopiy
import Webhooks

/// The console on the platform itself.
struct PlatformConsole {
    let platform: RestClient
    let log: LogFile
    let webhookPort: Int
    let secret: WebhookSecret
    /// How long to wait at the end for answers.
    let patience: Duration

    func run(_ console: ConsoleRun) async throws -> ConsoleExit {
        let inbox = BoardInbox()
        let board = CallBoard(platform: platform, logger: log.logger("piopiy.board"))
        await inbox.connect(board)
        let session = BoardSession(board: board, patience: patience, isSandbox: false)
        do {
            return try await withWebhookListener(
                WebhookListener.Configuration(port: webhookPort, secret: secret),
                logger: log.logger("piopiy.webhooks"),
                sink: { try await inbox.take($0) },
                { _ in
                    var console = console
                    console.settings.hearsWebhooks = true
                    return await session.run(console)
                }
            )
        } catch let error as WebhookListenerError {
            // Calls can be placed and hung up without; what becomes of them is then not seen, and the header says so.
            log.logger("piopiy.webhooks").error("no webhooks", metadata: ["error": "\(error)"])
            var console = console
            console.warnings.append("no webhooks are heard: \(error)")
            return await session.run(console)
        }
    }
}
