import CallBoard
import Journal
import Logging
import Piopiy
import Station
import Synchronization
import Webhooks

/// `piopiy call --wait`: places a call with the ears open, and follows it.
struct FollowedCall: Sendable {
    let call: AICall
    let ref: CallRef?
    /// Places it, and keeps that in the journal.
    let place: @Sendable () async -> Outcome<Acceptance>
    /// Makes a webhook durable, whosever call it is about.
    let keep: @Sendable (WebhookDelivery) async throws -> Void
    /// Where others write what they hear; `nil` when it cannot be opened.
    let journal: SQLiteJournal?
    let platform: RestClient
    let goal: WaitGoal
    let timeout: Duration
    let port: Int
    let format: OutputFormat

    /// Whether something that a person is told here could not be written.
    private final class Told: Sendable {
        let isLost = Mutex(false)

        func note(_ isWritten: Bool) { if !isWritten { isLost.withLock { $0 = true } } }
    }

    private let told = Told()

    private typealias Ending = (line: ResultLine, status: ExitStatus)

    /// What was said when the call was accepted, for going on should the ears fail.
    private final class Progress: Sendable {
        let ending = Mutex<Ending?>(nil)
    }

    func run(_ context: CommandContext) async -> (ResultLine, ExitStatus) {
        let ending = await follow(context)
        return told.isLost.withLock(\.self) ? (ending.line, .outputLost) : ending
    }

    private func follow(_ context: CommandContext) async -> Ending {
        let board = CallBoard(platform: platform)
        let news = CallNews(board: board, ref: ref)
        let progress = Progress()
        do {
            let listener = WebhookListener.Configuration(
                port: port,
                secret: try WebhookSecretFile.secret(context.places)
            )
            let log = try? LogFile(context.places, format: context.settings.logFormat)
            let logger = log?.logger("piopiy.webhooks") ?? Self.silent
            let sink: @Sendable (WebhookDelivery) async throws -> Void = { delivery in
                await news.hear(delivery.payload)
                try await keep(delivery)
            }
            let folder = try context.places.makeState()
            guard let journal, let lock = try HostLock(.listener, account: journal.origin.account, folder: folder)
            else {
                return await followed(board, news, folder) { lock in
                    let ears = WebhookListener(
                        configuration: listener,
                        logger: logger,
                        onRunning: { _ in lock.tell(isListening: true) },
                        sink: sink
                    )
                    do { try await ears.run() } catch {
                        logger.error(
                            "webhooks cannot be received",
                            metadata: ["error": "\(error)"]
                        )
                    }
                }
            }
            journal.tell { $0.duties.insert(.listener) }
            // Listening first: what happens at once must not be missed.
            return try await withWebhookListener(listener, logger: logger, sink: sink) { _ in
                lock.tell(isListening: true)
                let ending = await place(board, news, hearsWebhooks: true)
                progress.ending.withLock { $0 = ending }
                return ending
            }
        } catch {
            // The call may have been placed before the listener failed; it is never placed again.
            if let ending = progress.ending.withLock({ $0 }) { return ending }
            let why = (error as? CommandFailure)?.message ?? "\(error)"
            if !Task.isCancelled { Streams.error("\(why) The call is followed by polling only.") }
            return await place(board, news, hearsWebhooks: false)
        }
    }

    /// Follows the call by what another process of this host hears and writes into the journal, and hears itself from
    /// when that one ends.
    /// - Parameter hear: hears until the task is cancelled.
    private func followed(
        _ board: CallBoard,
        _ news: CallNews,
        _ folder: String,
        hear: @escaping @Sendable (HostLock) async -> Void
    ) async -> Ending {
        guard let journal else { return await place(board, news, hearsWebhooks: false) }
        let account = journal.origin.account
        let others = JournalNews(journal: journal, news: news)
        // From here on, before the call is placed: what happens at once must not be missed.
        guard let start = try? await journal.position() else { return await place(board, news, hearsWebhooks: false) }
        async let _ = others.read(from: start)
        async let _ = takeOver(account, folder, hear)
        // One that has only just begun needs a moment to open its ears.
        var looks = 0
        while !HostLock.isListening(account: account, folder: folder), looks < 20 {
            looks += 1
            guard (try? await Task.sleep(for: .milliseconds(50))) != nil else { break }
        }
        return await place(board, news, hearsWebhooks: HostLock.isListening(account: account, folder: folder))
    }

    private func takeOver(
        _ account: String,
        _ folder: String,
        _ hear: @Sendable (HostLock) async -> Void
    ) async {
        for await _ in HostLock.looks(at: .listener, account: account, folder: folder) {
            guard let lock = try? HostLock(.listener, account: account, folder: folder) else { continue }
            journal?.tell { $0.duties.insert(.listener) }
            await hear(lock)
            journal?.tell { $0.duties.remove(.listener) }
            // Held until here, so that no two ever hear.
            withExtendedLifetime(lock) {}
            // The port is somebody else's; another may have more luck.
            try? await Task.sleep(for: .seconds(2))
        }
    }

    private static let silent = Logger(label: "piopiy.webhooks") { _ in SwiftLogNoOpLogHandler() }

    private func place(_ board: CallBoard, _ news: CallNews, hearsWebhooks: Bool) async -> Ending {
        let outcome = await place()
        let line = ResultLine(placement: outcome, ref: ref)
        guard case .accepted(let acceptance) = outcome else { return (line, ExitStatus(outcome)) }
        if format == .text { told.note(ResultText.print(line, about: call.toNumber.digits)) }
        await news.placed(acceptance, at: .now)
        let canLookUp = platform.lookups.isAvailable && acceptance.requestID != nil
        guard hearsWebhooks || acceptance.callID != nil || canLookUp else {
            Streams.error(
                "No webhooks are received and the platform returned no call id, so the call cannot be followed. It "
                    + "goes on."
            )
            return (await told(line, news), .unknown)
        }
        let watch = CallWatch(
            platform: platform,
            board: board,
            news: news,
            goal: goal,
            timeout: timeout,
            hearsWebhooks: hearsWebhooks,
            onSilence: { unreadable in
                if unreadable > 0 {
                    return Streams.error(
                        "No webhook could be read (\(unreadable) came): they are in the journal "
                            + "as they came. The call goes on; still waiting."
                    )
                }
                Streams.error(
                    "No webhook has come since the call was accepted. Is the URL registered with the platform? See "
                        + "piopiy webhooks register. The call goes on; still waiting."
                )
            },
            onMilestone: { [format, told] milestone, call in
                // The end is told with how it ended.
                if format == .text, milestone != "ended" { told.note(Streams.out(Self.words(milestone, call))) }
            }
        )
        let result = await watch.run()
        var last = await told(line, news)
        switch result {
        case .settled(let call):
            if format == .text, call.isEnded { told.note(Streams.out(Self.words("ended", call, last))) }
            if goal == .answered, call.answeredAt == nil, last.end != Call.End.completed.rawValue {
                return (last, .notAnswered)
            }
            return (last, .done)
        case .timedOut:
            Streams.error("The time is up and the call is not \(goal.rawValue) yet. It goes on.")
        case .interrupted:
            Streams.error("Stopped waiting. The call goes on.")
        }
        last.state = last.state ?? "queued"
        return (last, .unknown)
    }

    /// The result with what is known of the call now.
    private func told(_ line: ResultLine, _ news: CallNews) async -> ResultLine {
        var line = line
        line.state = "queued"
        guard let call = await news.call() else { return line }
        line.callID = call.callID ?? line.callID
        switch call.stage {
        case .placing, .queued, .unknown: break
        case .ringing: line.state = "ringing"
        case .talking: line.state = "talking"
        case .ended(let end):
            line.state = "ended"
            // A poll that no longer finds the call does not say how it ended.
            if await news.heardEnd || call.answeredAt != nil { line.end = end.rawValue }
            if end == .completed, let talked = call.duration(at: .now) {
                line.talkSeconds = Int(talked.components.seconds)
            }
        }
        return line
    }

    private static func words(_ milestone: String, _ call: Call, _ line: ResultLine? = nil) -> String {
        var words = [milestone]
        if let end = line?.end { words.append(end) }
        if let number = call.to { words.append(number) }
        if let id = call.callID { words.append("call \(id)") }
        if let seconds = line?.talkSeconds { words.append("talked \(seconds) s") }
        return ResultText.safe(words.joined(separator: "  "))
    }
}
