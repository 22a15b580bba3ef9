import AsyncAlgorithms
import CallBoard
import Campaigns
import Piopiy
import Station
import Synchronization
import Terminal

/// A campaign that is rung without a screen: how far it is, on standard output, until it has an end.
struct CampaignProgress: Sendable {
    enum Work: Sendable {
        case new(CampaignList)
        case goOn(Campaign.ID)
    }

    /// What came of it.
    struct Run: Sendable {
        var id: Campaign.ID?
        /// `nil` while it goes on elsewhere, or where the program was told to end.
        var ending: CampaignRunner.Ending?
        /// Why it was not begun.
        var failure: (any Error)?
        /// Nobody reads any more how far it is.
        var isOutputLost = false
    }

    private let work: Work
    private let format: OutputFormat
    /// How wide a terminal standard output is, on which one line is written over and over; `nil` where it is none.
    private let columns: Int?

    init(_ work: Work, format: OutputFormat, columns: Int?) {
        self.work = work
        self.format = format
        self.columns = columns
    }

    /// What ends the waiting.
    private enum Event: Sendable {
        case begun(Campaign)
        case notBegun(any Error)
        case news(Result<CampaignDesk.Standing, StationError>)
        /// What is not about one call alone.
        case said([String])
        case ended(CampaignRunner.Ending?)
        case signal
        /// Ctrl-Z.
        case stop
    }

    /// What the board says to everybody. What is about a single call is in the journal.
    private struct Messages {
        var new: [String] = []
        private var last = 0

        mutating func take(_ snapshot: BoardSnapshot) {
            new = snapshot.messages.filter { $0.id > last && $0.call == nil && $0.level != .info }.map(\.text)
            last = max(last, snapshot.messages.last?.id ?? 0)
        }
    }

    func run(at station: Station) async -> Run {
        guard let desk = station.campaigns else { return Run(failure: StationError("there is no journal")) }
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
                    case .new(let list): try await desk.start(list)
                    case .goOn(let id): try await desk.order(.resume, id)
                    }
                sender.yield(.begun(campaign))
                let ending = await desk.ending(of: campaign.id)
                sender.yield(.ended(ending))
                return Run(id: campaign.id, ending: ending)
            } catch {
                sender.yield(.notBegun(error))
                return Run(failure: error)
            }
        }
        defer { sender.finish() }
        let news = desk.changes().map { Event.news($0) }
        let said = await station.board.snapshots()
            .reductions(into: Messages()) { messages, snapshot in messages.take(snapshot) }
            .map { Event.said($0.new) }
        var run = Run()
        var printer = ProgressPrinter(format: format, columns: columns)
        for await event in merge(events, news, said) {
            switch event {
            case .begun(let begun): run.id = begun.id
            case .notBegun, .ended: return await beginning.value
            case .news(.success(let standing)):
                guard let now = standing.all.first(where: { $0.id == run.id }) else { continue }
                if !printer.print(now) {
                    Streams.error("Progress can no longer be written; the campaign is paused.")
                    run.isOutputLost = true
                    sender.finish()
                    stops?.cancel()
                    return await wind(down: desk, beginning, run)
                }
            case .news(.failure(let why)):
                printer.finish()
                Streams.error("Its progress cannot be read: \(why)")
            case .said(let texts):
                if !texts.isEmpty { printer.finish() }
                for text in texts { Streams.error(text) }
            case .stop:
                printer.finish()
                Streams.error("Suspended: nobody is dialed until it continues (fg).")
                // Not in the middle of writing: others would wait for it for as long as it stays stopped.
                await withTerminalThread { station.aroundStop { ConsoleSignals.stop() } }
            case .signal:
                printer.finish()
                Streams.error("No more numbers are dialed; waiting for outstanding answers (Ctrl-C gives up) …")
                // The next signal ends the process.
                sender.finish()
                stops?.cancel()
                return await wind(down: desk, beginning, run)
            }
        }
        return run
    }

    /// Begins no more calls, and waits for the answers to those that are under way.
    private func wind(down desk: CampaignDesk, _ beginning: Task<Run, Never>, _ run: Run) async -> Run {
        // A long list is not written to its end for nothing.
        beginning.cancel()
        await desk.windDown()
        let begun = await beginning.value
        return Run(id: begun.id ?? run.id, ending: begun.ending, isOutputLost: run.isOutputLost)
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
            // What went over the edge could not be written over. To the line's end, as the one before may have been
            // longer.
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
