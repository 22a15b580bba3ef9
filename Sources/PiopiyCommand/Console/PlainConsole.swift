import CallBoard
import Console
import Piopiy
import Synchronization
import Terminal

/// The console as lines: what is typed on standard input, or written there by a script, and what happens on standard output.
struct PlainConsole: FrontEnd {
    var settings: ConsoleModel.Settings
    var warnings: [String]
    var draft: String?
    /// A form that is asked field by field is nobody's draft.
    var keepDraft: @Sendable (String?) -> Void = { _ in }
    var aroundStop: @Sendable (_ stop: () -> Void) -> Void = { stop in stop() }
    var services: ConsoleServices

    init(settings: ConsoleModel.Settings, warnings: [String], services: ConsoleServices) {
        self.settings = settings
        self.warnings = warnings
        self.services = services
    }

    /// What the loop waits for.
    private enum Input: Sendable {
        /// There is a newer snapshot.
        case board
        case typed(TypedLines.Line)
        case news(ConsoleNews)
        case signal(Int32)
        /// Ctrl-Z.
        case stop
        /// The agents' names and the campaigns were waited for long enough.
        case waited
    }

    /// How long the first line waits for the agents' names and the campaigns, so that a script may use them in it.
    private static let patience = Duration.seconds(3)

    /// How long a console that is told to end waits for a reader that takes nothing.
    private static let grace = Duration.milliseconds(500)

    /// The newest snapshot that was not looked at: nothing queues up behind a reader who does not read.
    private final class Newest: Sendable {
        private let held = Mutex<BoardSnapshot?>(nil)

        /// - Returns: whether there was none.
        func put(_ snapshot: BoardSnapshot) -> Bool {
            held.withLock { held in
                defer { held = snapshot }
                return held == nil
            }
        }

        func take() -> BoardSnapshot? {
            held.withLock { held in
                defer { held = nil }
                return held
            }
        }
    }

    func run(_ board: CallBoard) async -> ConsoleExit {
        for warning in warnings { await board.note(.warning, warning) }
        let errands = ErrandRunner(services)
        let exit = await talk(board, errands)
        await errands.finish()
        return exit
    }

    private func talk(_ board: CallBoard, _ errands: ErrandRunner) async -> ConsoleExit {
        let source: ByteSource
        do throws(ByteSource.Failure) {
            source = try ByteSource(path: "-")
        } catch {
            return .terminalLost(error.message)
        }
        let lines = TypedLines(source)
        let output = LineOutput(hasPrompt: LineOutput.isTerminal)
        let (inputs, sender) = AsyncStream.makeStream(of: Input.self)
        await ConsoleSignals.watchEndings { number in
            Task {
                // A reader that reads is done with the line by then.
                try? await Task.sleep(for: Self.grace)
                await output.abandon(by: number)
            }
            return if case .terminated = sender.yield(.signal(number)) { false } else { true }
        }
        let stops = ConsoleSignals.watchStop { sender.yield(.stop) }
        defer { stops?.cancel() }

        var model = PlainModel(settings: settings, now: .now)
        var first = model.begin(draft: draft)
        first.lines += model.receive(await board.snapshot, at: .now, steady: .steady).lines
        guard await output.print(first.lines) else { return await whyLost(output) }

        let newest = Newest()
        let pump = Task {
            for await snapshot in await board.snapshots() where newest.put(snapshot) { sender.yield(.board) }
        }
        let campaigns = Task { [services] in
            for await news in services.campaigns.watch() { sender.yield(.news(.campaign(news))) }
        }
        defer {
            pump.cancel()
            campaigns.cancel()
            source.stop()
            sender.finish()
        }
        @Sendable func readNext() { Task { sender.yield(.typed(await lines.next())) } }
        // A line that comes behind one which needs an answer of the journal's is read when that has come: it may be the answer
        // to what is asked then.
        var isReading = false
        var awaitsPresets = false
        var awaitsList = false
        var knowsAgents = false
        var knowsCampaigns = false
        func beginReading() {
            guard !isReading else { return }
            isReading = true
            readNext()
        }
        let patience = Task {
            try? await Task.sleep(for: Self.patience)
            sender.yield(.waited)
        }
        defer { patience.cancel() }
        for effect in first.effects { carryOut(effect, board, errands, sender) }

        for await input in inputs {
            var step = PlainStep()
            var exit: ConsoleExit?
            switch input {
            case .board: if let snapshot = newest.take() { step = model.receive(snapshot, at: .now, steady: .steady) }
            case .news(let news):
                step = model.receive(news, at: .now, steady: .steady)
                knowsAgents = knowsAgents || news.isAboutAgents
                knowsCampaigns = knowsCampaigns || news.isAboutAllCampaigns
                if knowsAgents, knowsCampaigns { beginReading() }
                if awaitsList, news.isAboutList {
                    awaitsList = false
                    readNext()
                }
                if awaitsPresets, news.isAboutPresets {
                    awaitsPresets = false
                    readNext()
                }
            case .waited: beginReading()
            case .signal(let number): exit = .signal(number)
            case .stop:
                await withTerminalThread { [aroundStop] in aroundStop { ConsoleSignals.stop() } }
                // The shell has written where the prompt was.
                await output.typed()
            case .typed(.line(let line)):
                await output.typed()
                step = model.take(line, at: .now, steady: .steady)
            case .typed(.tooLong):
                await output.typed()
                step.lines = ["error: the line is longer than \(TypedLines.limit) bytes; nothing was done"]
            case .typed(.cutOff):
                step.lines = ["error: the input ended in the middle of a line, which was not run"] + model.end().lines
                exit = .inputEnded
            case .typed(.end):
                step.lines = model.end().lines
                exit = .inputEnded
            case .typed(.failed(let why)):
                Streams.error("The input ended: \(why).")
                exit = .terminalLost(why)
            }
            let isLast = exit != nil || step.effects.contains { if case .quit = $0 { true } else { false } }
            let isWritten = isLast ? await output.end(step.lines) : await output.print(step.lines)
            for effect in step.effects where isWritten || effect.isHangUp { carryOut(effect, board, errands, sender) }
            if !isWritten { return await whyLost(output) }
            if isLast { return exit ?? .quit }
            if case .typed = input {
                awaitsPresets = step.effects.contains { if case .run(.presets) = $0 { true } else { false } }
                awaitsList = step.effects.contains { $0.readsList }
                if !awaitsPresets, !awaitsList { readNext() }
            }
        }
        return .quit
    }

    private func whyLost(_ output: LineOutput) async -> ConsoleExit {
        if let number = await output.abandonedBy { return .signal(number) }
        return .terminalLost("the output can no longer be written")
    }

    private func carryOut(
        _ effect: ConsoleEffect,
        _ board: CallBoard,
        _ errands: ErrandRunner,
        _ sender: AsyncStream<Input>.Continuation
    ) {
        switch effect {
        case .send(let command): board.send(command)
        case .run(let errand): errands.run(errand) { sender.yield(.news($0)) }
        case .copy, .alert, .redraw, .suspend, .quit: break
        }
    }
}

extension ConsoleNews {
    fileprivate var isAboutAgents: Bool {
        switch self {
        case .agents, .failed(.agents, _): true
        default: false
        }
    }

    fileprivate var isAboutAllCampaigns: Bool {
        switch self {
        case .campaign(.all), .campaign(.unreadable): true
        default: false
        }
    }

    /// Whether a campaign's list was read, or could not be.
    fileprivate var isAboutList: Bool {
        switch self {
        case .campaign(.read), .failed(.campaign(.read), _): true
        default: false
        }
    }

    fileprivate var isAboutPresets: Bool {
        switch self {
        case .presets, .failed(.presets, _): true
        default: false
        }
    }
}

extension ConsoleEffect {
    fileprivate var readsList: Bool {
        if case .run(.campaign(.read)) = self { true } else { false }
    }

    /// What was asked to end is ended even when nobody can be told of it any more.
    fileprivate var isHangUp: Bool {
        if case .send(.hangUp) = self { true } else { false }
    }
}
