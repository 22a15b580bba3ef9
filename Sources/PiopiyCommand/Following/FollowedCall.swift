import CallBoard
import Logging
import Piopiy
import Synchronization
import Webhooks

/// `piopiy call --wait`: places a call with the ears open, and follows it.
struct FollowedCall: Sendable {
    let call: AICall
    let ref: CallRef?
    /// Places it, and keeps that in the journal.
    let place: @Sendable () async -> Outcome<Acceptance>
    let journal: ActionJournal
    let platform: RestClient
    let goal: WaitGoal
    let timeout: Duration
    let port: Int
    let format: OutputFormat

    private typealias Ending = (line: ResultLine, status: ExitStatus)

    /// What was said when the call was accepted, for going on should the ears fail.
    private final class Progress: Sendable {
        let ending = Mutex<Ending?>(nil)
    }

    func run(_ context: CommandContext) async -> (ResultLine, ExitStatus) {
        let board = CallBoard(platform: platform)
        let news = CallNews(board: board, ref: ref)
        let progress = Progress()
        do {
            let account = journal.account
            let lock = try account.map { account throws(CommandFailure) in
                try HostLock(.listener, account: account, places: context.places)
            }
            if case .some(nil) = lock, let result = await followOthers(board, news, context) { return result }
            defer { withExtendedLifetime(lock) {} }
            let listener = WebhookListener.Configuration(
                port: port,
                secret: try WebhookSecretFile.secret(context.places)
            )
            // Listening first: what happens at once must not be missed.
            return try await withWebhookListener(
                listener,
                logger: (try? LogFile(context.places))?.logger("piopiy.webhooks") ?? Self.silent,
                sink: { delivery in
                    await news.hear(delivery.payload)
                    try await journal.keep(delivery)
                },
                { _ in
                    // The consoles of this host follow what is kept, until one of them listens again.
                    lock??.tell(isListening: true)
                    let ending = await place(board, news, hearsWebhooks: true)
                    progress.ending.withLock { $0 = ending }
                    return ending
                }
            )
        } catch {
            // The call may have been placed before the listener failed; it is never placed again.
            if let ending = progress.ending.withLock({ $0 }) { return ending }
            let why = (error as? CommandFailure)?.message ?? "\(error)"
            if !Task.isCancelled { Streams.error("\(why) The call is followed by asking alone.") }
            return await place(board, news, hearsWebhooks: false)
        }
    }

    /// Follows the call by what another process of this host hears and writes into the journal.
    /// - Returns: `nil` when the other one does not hear webhooks either.
    private func followOthers(
        _ board: CallBoard,
        _ news: CallNews,
        _ context: CommandContext
    ) async -> (ResultLine, ExitStatus)? {
        guard let heard = await journal.heardByOthers(context.places) else { return nil }
        return await withTaskGroup(of: Ending?.self) { group in
            group.addTask {
                await heard { await news.hear($0) }
                return nil
            }
            group.addTask { await place(board, news, hearsWebhooks: true) }
            defer { group.cancelAll() }
            for await ending in group {
                if let ending { return ending }
            }
            return nil
        }
    }

    private static let silent = Logger(label: "piopiy.webhooks") { _ in SwiftLogNoOpLogHandler() }

    private func place(_ board: CallBoard, _ news: CallNews, hearsWebhooks: Bool) async -> Ending {
        let outcome = await place()
        let line = ResultLine(placement: outcome, ref: ref)
        guard case .accepted(let acceptance) = outcome else { return (line, ExitStatus(outcome)) }
        if format == .text { ResultText.print(line, about: call.toNumber.digits) }
        await news.placed(acceptance, at: .now)
        guard hearsWebhooks || acceptance.callID != nil else {
            Streams.error(
                "No webhooks are heard and the platform told no call id: it cannot be followed. The call goes on."
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
            onMilestone: { [format] milestone, call in
                // The end is told with how it ended.
                if format == .text, milestone != "ended" { Streams.out(Self.words(milestone, call)) }
            }
        )
        let result = await watch.run()
        var last = await told(line, news)
        switch result {
        case .settled(let call):
            if format == .text, call.isEnded { Streams.out(Self.words("ended", call, last)) }
            if goal == .answered, call.answeredAt == nil, last.end != Call.End.completed.rawValue {
                return (last, .notAnswered)
            }
            return (last, .done)
        case .timedOut:
            Streams.error("It is not \(goal.rawValue) yet, and the time is up. The call goes on.")
        case .interrupted:
            Streams.error("Stopped. The call goes on.")
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
