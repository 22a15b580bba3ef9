import CallBoard
import Logging
import Piopiy
import Webhooks

/// Sees to it that something tells the board of calls: hears the webhooks, and asks the platform, each when no other
/// process on this host does; else follows what the other one writes.
struct BoardFeeder: Sendable {
    let board: CallBoard
    let session: JournalSession
    let poller: CallPoller
    /// `nil` where there is no secret to listen with.
    let listener: WebhookListener.Configuration?
    let account: String
    /// Where the locks of the host's duties are.
    let folder: String
    /// Done by who hears the webhooks, for everybody.
    let upkeep: JournalUpkeep
    let logger: Logger
    /// What lays the duties down while the process is stopped.
    var standby = Standby()

    /// How often a process that is being stopped looks whether it goes on; and the shortest time between two reports of
    /// when the platform answered.
    private static let patience = Duration.milliseconds(100)

    /// Feeds the board until the task is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await hear() }
            group.addTask { await ask() }
        }
    }

    /// Has a duty until the task is cancelled or it is to be laid down.
    /// - Returns: `false` at once when another process has it.
    private func attend(
        _ duty: HostLock.Duty,
        _ work: @escaping @Sendable (HostLock) async -> Void
    ) async throws(StationError) -> Bool {
        while !standby.begin() {
            guard (try? await Task.sleep(for: Self.patience)) != nil else { return true }
        }
        defer { standby.end() }
        return try await hold(duty, work)
    }

    private func hold(
        _ duty: HostLock.Duty,
        _ work: @escaping @Sendable (HostLock) async -> Void
    ) async throws(StationError) -> Bool {
        guard let lock = try HostLock(duty, account: account, folder: folder) else { return false }
        session.journal.tell { $0.duties.insert(duty.ofMember) }
        defer { session.journal.tell { $0.duties.remove(duty.ofMember) } }
        await standby.whileUp { await work(lock) }
        // Held until here, so that no two ever lead.
        withExtendedLifetime(lock) {}
        return true
    }

    // MARK: Asking

    private func ask() async {
        for await _ in HostLock.looks(at: .poller, account: account, folder: folder) {
            do throws(StationError) {
                let hasAsked = try await attend(.poller) { lock in
                    await withTaskGroup(of: Void.self) { group in
                        group.addTask { await poller.run() }
                        group.addTask { await tellOthers(lock) }
                    }
                }
                if !hasAsked, let at = HostLock.polledAt(account: account, folder: folder) {
                    await board.polled(at: at)
                }
            } catch {
                // Where no lock can be made nobody else has it either.
                await standby.whileUp { await poller.run() }
            }
        }
    }

    /// Says when the platform last answered: answers that bring no news are in no line of the journal.
    private func tellOthers(_ lock: HostLock) async {
        var told: Timestamp?
        for await snapshot in await board.snapshots() {
            guard let at = snapshot.lastPoll, at != told else { continue }
            lock.tell(polledAt: at)
            told = at
            try? await Task.sleep(for: Self.patience)
        }
    }

    // MARK: Hearing

    private func hear() async {
        var told: String?
        for await _ in HostLock.looks(at: .listener, account: account, folder: folder) {
            do throws(StationError) {
                var hasHeard = false
                if let listener {
                    hasHeard = try await attend(.listener) { lock in
                        await withTaskGroup(of: Void.self) { group in
                            group.addTask { await upkeep.keepSums() }
                            group.addTask { await listen(listener, lock) }
                        }
                    }
                }
                if !hasHeard {
                    let isListening = HostLock.isListening(account: account, folder: folder)
                    await board.feed(by: isListening ? .journal : .polling)
                }
            } catch {
                if told != error.description {
                    await board.note(.error, "no webhooks are received: \(error.description)")
                }
                told = error.description
                await board.feed(by: .polling)
            }
        }
    }

    /// Listens, until the task is cancelled; where the port cannot be had, it is tried again.
    private func listen(_ configuration: WebhookListener.Configuration, _ lock: HostLock) async {
        // A port is free again some moments after its process has died, and is not worth a word until then.
        var attempts = 0
        var pause = Duration.milliseconds(200)
        var told: String?
        while !Task.isCancelled {
            let wasTold = told != nil
            do {
                try await WebhookListener(
                    configuration: configuration,
                    logger: logger,
                    onRunning: { _ in
                        lock.tell(isListening: true)
                        await board.feed(by: .webhooks)
                        if wasTold { await board.note(.info, "webhooks are received now") }
                    },
                    sink: { try await session.take($0) }
                ).run()
                attempts = 0
                pause = .milliseconds(200)
                told = nil
            } catch {
                attempts += 1
                logger.error("the webhook listener failed", metadata: ["error": "\(error)"])
                if attempts > 3 {
                    lock.tell(isListening: false)
                    await board.feed(by: .polling)
                    if told != "\(error)" { await board.note(.warning, "no webhooks are received: \(error)") }
                    told = "\(error)"
                }
            }
            try? await Task.sleep(for: pause)
            pause = min(.seconds(5), pause * 2)
        }
    }
}
