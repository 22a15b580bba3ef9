import CallBoard
import Campaigns
import Console
import Piopiy
import Synchronization
import Terminal

/// A campaign that is rung without a screen: how far it is, on standard output, until it has an end.
struct CampaignProgress: FrontEnd {
    enum Work: Sendable {
        case new(CampaignList)
        case goOn(Campaign.ID)
    }

    let work: Work
    let format: OutputFormat
    /// How wide a terminal standard output is, on which one line is written over and over; `nil` where it is none.
    let columns: Int?

    var warnings: [String] = []
    var draft: String?
    var keepDraft: @Sendable (String?) -> Void = { _ in }
    var aroundStop: @Sendable (_ stop: () -> Void) -> Void = { stop in stop() }
    var services: ConsoleServices
    var isTalkative: Bool { false }

    /// What came of it.
    let result = Result()

    final class Result: Sendable {
        private let held = Mutex<(id: Campaign.ID?, ending: CampaignRunner.Ending?, failure: (any Error)?)>(
            (nil, nil, nil)
        )

        var id: Campaign.ID? { held.withLock { $0.id } }
        var ending: CampaignRunner.Ending? { held.withLock { $0.ending } }
        /// Why it was not begun.
        var failure: (any Error)? { held.withLock { $0.failure } }

        fileprivate func set(id: Campaign.ID) { held.withLock { $0.id = id } }
        fileprivate func set(ending: CampaignRunner.Ending?) { held.withLock { $0.ending = ending } }
        fileprivate func set(failure: any Error) { held.withLock { $0.failure = failure } }
    }

    init(_ work: Work, format: OutputFormat, columns: Int?, services: ConsoleServices) {
        self.work = work
        self.format = format
        self.columns = columns
        self.services = services
    }

    /// What ends the waiting.
    private enum Event: Sendable {
        case begun(Campaign)
        case notBegun
        case news(CampaignNews)
        /// Something that is not about one call alone.
        case said(String)
        case ended
        case signal
        /// Ctrl-Z.
        case stop
    }

    func run(_ board: CallBoard) async -> ConsoleExit {
        for warning in warnings { Streams.error(warning) }
        let (events, sender) = AsyncStream.makeStream(of: Event.self)
        await ConsoleSignals.watchEndings { _ in
            if case .terminated = sender.yield(.signal) { false } else { true }
        }
        let stops = ConsoleSignals.watchStop { sender.yield(.stop) }
        defer { stops?.cancel() }
        // A task of its own: while a long list is being written a Ctrl-C must be heard.
        let beginning = Task {
            do {
                let campaign =
                    switch work {
                    case .new(let list): try await services.campaigns.start(list)
                    case .goOn(let id): try await services.campaigns.order(.resume, id)
                    }
                result.set(id: campaign.id)
                sender.yield(.begun(campaign))
                result.set(ending: await services.campaigns.ending(campaign.id))
                sender.yield(.ended)
            } catch {
                result.set(failure: error)
                sender.yield(.notBegun)
            }
        }
        let watching = Task {
            for await news in services.campaigns.watch() { sender.yield(.news(news)) }
        }
        let listening = Task {
            var last = 0
            for await snapshot in await board.snapshots() {
                // What is about a single call is in the journal; what is about all of them wants to be heard.
                for message in snapshot.messages
                where message.id > last && message.call == nil && message.level != .info {
                    sender.yield(.said(message.text))
                }
                last = max(last, snapshot.messages.last?.id ?? 0)
            }
        }
        defer {
            listening.cancel()
            watching.cancel()
            sender.finish()
        }
        var campaign: Campaign.ID?
        var printer = ProgressPrinter(format: format, columns: columns)
        for await event in events {
            switch event {
            case .begun(let begun): campaign = begun.id
            case .notBegun: return .quit
            case .news(.all(let all, _)):
                guard let now = all.first(where: { $0.id == campaign }) else { continue }
                if !printer.print(now) {
                    Streams.error("Progress can no longer be written; the campaign is paused.")
                    return .terminalLost("the output can no longer be written")
                }
            case .news(.unreadable(let why)):
                printer.finish()
                Streams.error("Its progress cannot be read: \(why)")
            case .said(let text):
                printer.finish()
                Streams.error(text)
            case .news: break
            case .ended:
                await beginning.value
                return .quit
            case .stop:
                printer.finish()
                Streams.error("Suspended: nobody is dialed until it continues (fg).")
                // Not in the middle of writing: others would wait for it for as long as it stays stopped.
                await withTerminalThread { [aroundStop] in aroundStop { ConsoleSignals.stop() } }
            case .signal:
                printer.finish()
                Streams.error("No more numbers are dialed; waiting for outstanding answers (Ctrl-C gives up) …")
                return .quit
            }
        }
        return .quit
    }
}

/// Prints how far a campaign is: on a terminal one line over and over, elsewhere a line from time to time.
private struct ProgressPrinter {
    let format: OutputFormat
    let columns: Int?
    private var last: (text: String, at: ContinuousClock.Instant)?

    private static let pause = Duration.seconds(5)

    init(format: OutputFormat, columns: Int?) {
        self.format = format
        self.columns = columns
    }

    /// - Returns: whether it could be written.
    mutating func print(_ campaign: Campaign) -> Bool {
        let text = format == .json ? JSONLine.text(CampaignText.json(campaign)) : CampaignText.line(campaign)
        guard text != last?.text else { return true }
        let now = ContinuousClock.now
        if format == .text, let columns {
            last = (text, now)
            // What went over the edge could not be written over. To the line's end, as the one before may have been longer.
            return Streams.write("\r\(SafeText.printable(text, width: columns - 1))\u{1B}[K", to: 1)
        }
        // Scripts get each change, people who look into a file later do not want them all.
        if format == .text, let last, now - last.at < Self.pause { return true }
        last = (text, now)
        return Streams.out(text)
    }

    /// Leaves the line that was written over.
    mutating func finish() {
        if format == .text, columns != nil, last != nil { _ = Streams.out("") }
        last = nil
    }
}
