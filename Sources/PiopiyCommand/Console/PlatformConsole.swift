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
    let secret: WebhookSecret
    /// How long to wait at the end for answers.
    let patience: Duration

    func run(_ console: ConsoleRun) async throws -> ConsoleExit {
        do throws(CommandFailure) {
            let journal = try JournalPlace(context: context).open(account: account)
            return await run(console, on: journal)
        } catch {
            return await runWithoutJournal(console, because: error.message)
        }
    }

    private var listener: WebhookListener.Configuration { .init(port: context.settings.webhookPort, secret: secret) }

    private func run(_ console: ConsoleRun, on journal: SQLiteJournal) async -> ConsoleExit {
        let board = CallBoard(platform: platform, journal: journal, logger: log.logger("piopiy.board"))
        let session = JournalSession(journal: journal, board: board, logger: log.logger("piopiy.journal"))
        let appID = context.settings.appID
        let feeder = BoardFeeder(
            board: board,
            session: session,
            poller: CallPoller(
                board: board,
                platform: PolledClient(client: platform, appID: appID),
                hasRecords: appID != nil
            ),
            listener: listener,
            account: account,
            places: context.places,
            history: context.settings.history,
            logger: log.logger("piopiy.webhooks")
        )
        let run = BoardSession(board: board, patience: patience, isSandbox: false)
        return await run.run(console, beside: session) { await feeder.run() }
    }

    /// Nothing is placed, as nobody would remember it; but what is up can be seen and hung up.
    private func runWithoutJournal(_ console: ConsoleRun, because why: String) async -> ConsoleExit {
        var console = console
        console.warnings.append("no call is placed, for want of a journal: \(why)")
        let board = CallBoard(platform: platform, journal: BrokenJournal(why: why), logger: log.logger("piopiy.board"))
        let run = BoardSession(board: board, patience: patience, isSandbox: false)
        return await run.run(console, beside: nil) {
            do {
                try await WebhookListener(
                    configuration: listener,
                    logger: log.logger("piopiy.webhooks"),
                    onRunning: { _ in await board.feed(by: .webhooks) },
                    sink: { await board.receive($0.payload) }
                ).run()
            } catch {
                await board.note(.warning, "no webhooks are heard: \(error)")
            }
        }
    }
}
