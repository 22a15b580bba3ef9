import CallBoard
import Logging
import Piopiy
import Webhooks

/// Sees to it that something tells the board of calls: hears the webhooks and asks the platform, when no other console on
/// this host does; else follows what the other one writes.
struct BoardFeeder: Sendable {
    let board: CallBoard
    let session: JournalSession
    let poller: CallPoller
    let listener: WebhookListener.Configuration
    let account: String
    let places: FilePlaces
    /// How long ended calls are kept.
    let history: Duration
    let logger: Logger

    /// How often one that does not listen looks whether it should.
    private static let patience = Duration.milliseconds(500)

    /// Feeds the board until the task is cancelled.
    func run() async {
        var told: String?
        while !Task.isCancelled {
            do throws(CommandFailure) {
                if let lock = try ListenerLock(account: account, places: places) {
                    await lead(lock)
                    // Held until here, so that no two ever lead.
                    withExtendedLifetime(lock) {}
                } else {
                    let isListening = try ListenerLock.isListening(account: account, places: places)
                    await board.feed(by: isListening ? .journal : .polling)
                }
            } catch {
                if told != error.message { await board.note(.error, "no webhooks are heard: \(error.message)") }
                told = error.message
                await board.feed(by: .nothing)
            }
            try? await Task.sleep(for: Self.patience)
        }
    }

    /// Listens and asks, until the task is cancelled.
    private func lead(_ lock: ListenerLock) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await poller.run() }
            group.addTask { await session.keepSums(history: history) }
            group.addTask { await listen(lock) }
        }
    }

    /// Listens; where the port cannot be had, it is tried again, and the platform is asked meanwhile.
    private func listen(_ lock: ListenerLock) async {
        var told: String?
        while !Task.isCancelled {
            do {
                try await WebhookListener(
                    configuration: listener,
                    logger: logger,
                    onRunning: { _ in
                        lock.tell(isListening: true)
                        await board.feed(by: .webhooks)
                    },
                    sink: { try await session.take($0) }
                ).run()
                return
            } catch {
                lock.tell(isListening: false)
                await board.feed(by: .polling)
                logger.error("no webhooks", metadata: ["error": "\(error)"])
                if told != "\(error)" { await board.note(.warning, "no webhooks are heard: \(error)") }
                told = "\(error)"
            }
            try? await Task.sleep(for: .seconds(5))
        }
    }
}
