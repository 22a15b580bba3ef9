import CallBoard
import Piopiy
import Terminal

/// How the console ended.
public enum ConsoleExit: Sendable, Equatable {
    case quit
    /// What it was told came to its end, without a word that it should quit.
    case inputEnded
    /// It was told to end by this signal, and is to be raised again once everything is put away.
    case signal(Int32)
    /// The terminal's other end is closed.
    case terminalLost(String)
    /// No screen could be opened.
    case noScreen(TerminalError)
}

/// Runs the console on the process' terminal until it ends.
public struct ConsoleRun: Sendable {
    public var settings: ConsoleModel.Settings
    public var terminal: TerminalSession.Options
    /// Shown once the screen is up: a theme that could not be used, for instance.
    public var warnings: [String]
    /// The form that a console before this one was left with.
    public var draft: String?
    /// Told what is in the form, or `nil` when nothing is, from time to time while it is filled in and when it is closed.
    public var keepDraft: @Sendable (String?) -> Void = { _ in }
    /// Does what the console wants looked up or kept.
    public var services = ConsoleServices()
    private let makeRef: @Sendable (Timestamp) -> CallRef
    private let now: @Sendable () -> Timestamp
    private let steady: @Sendable () -> Timestamp

    public init(
        settings: ConsoleModel.Settings,
        terminal: TerminalSession.Options = TerminalSession.Options(),
        warnings: [String] = [],
        now: @escaping @Sendable () -> Timestamp = { .now },
        steady: @escaping @Sendable () -> Timestamp = { .steady },
        makeRef: @escaping @Sendable (Timestamp) -> CallRef = { at in
            var random = SystemRandomNumberGenerator()
            return CallRef(at: at, using: &random)
        }
    ) {
        self.settings = settings
        self.terminal = terminal
        self.warnings = warnings
        self.now = now
        self.steady = steady
        self.makeRef = makeRef
    }

    /// Shows the board until the operator quits or the terminal ends. The terminal is given back when it returns.
    public func run(_ board: CallBoard) async -> ConsoleExit {
        for warning in warnings { await board.note(.warning, warning) }
        let errands = ErrandRunner(services)
        // The first picture has the calls that are up: an empty board would say that there are none.
        let first = await board.snapshot
        let exit = await withTerminalThread { self.loop(board, first, errands) }
        await errands.finish()
        return exit
    }

    private func loop(_ board: CallBoard, _ first: BoardSnapshot, _ errands: ErrandRunner) -> ConsoleExit {
        let session: TerminalSession
        do throws(TerminalError) {
            session = try TerminalSession(terminal)
        } catch {
            return .noScreen(error)
        }
        defer { session.close() }

        // The newest snapshot that was not yet looked at: one place, so that nothing queues up behind a slow terminal.
        let inbox = ConsoleInbox(waker: session.waker)
        let pump = Task {
            for await snapshot in await board.snapshots() { inbox.put(snapshot) }
        }
        let campaigns = Task { [services] in
            for await news in services.campaigns.watch() { inbox.put(.campaign(news)) }
        }
        defer {
            pump.cancel()
            campaigns.cancel()
        }

        var settings = settings
        settings.ascii = settings.ascii || !session.isUTF8
        settings.takesMouse = terminal.mouse
        var model = ConsoleModel(settings: settings, size: session.size, now: now(), steady: steady(), makeRef: makeRef)
        model.receive(first)
        if let draft { model.restore(draft: draft) }
        var kept = (form: model.form, text: draft, at: steady())
        for effect in model.start() { _ = carryOut(effect, session, board, errands, inbox) }
        var watched = ""
        var watch: Task<Void, Never>?
        defer { watch?.cancel() }
        var news = NewsPace()
        while true {
            if model.settings.themeName != watched {
                watched = model.settings.themeName
                watch?.cancel()
                let changes = services.watchTheme(watched)
                watch = Task { for await news in changes { inbox.put(news) } }
            }
            let frame = model.nextFrame()
            session.draw(frame, as: model.frameNumber)
            news.done()
            let events = session.wait(timeout: [timeout(model), news.timeout].compactMap(\.self).min())
            if session.isUpToDate { model.noteShown() }
            model.advance(to: now(), steady: steady())
            // Keys first: they were pressed on the screen that was shown, not on the one that the news will make.
            for event in events {
                switch event {
                case .keys(let burst):
                    for effect in model.press(burst) {
                        if let exit = carryOut(effect, session, board, errands, inbox) { return exit }
                    }
                case .resized(let size): model.resize(to: size)
                case .resumed, .woken: break
                case .signal(let number): return .signal(number)
                case .lost(let why): return .terminalLost(why)
                }
            }
            if events.contains(.woken) { news.come() }
            if news.isDue() {
                let (snapshot, items) = inbox.take()
                var wanted = snapshot.map { model.receive($0) } ?? []
                for item in items { wanted += model.receive(item) }
                for effect in wanted {
                    if let exit = carryOut(effect, session, board, errands, inbox) { return exit }
                }
            }
            if model.form != kept.form, !model.isFormOpen || steady() - kept.at >= .seconds(1) {
                let text = model.form.draft
                if text != kept.text { keepDraft(text) }
                kept = (model.form, text, steady())
            }
        }
    }

    private func carryOut(
        _ effect: ConsoleEffect,
        _ session: TerminalSession,
        _ board: CallBoard,
        _ errands: ErrandRunner,
        _ inbox: ConsoleInbox
    ) -> ConsoleExit? {
        switch effect {
        case .send(let command): board.send(command)
        case .run(let errand):
            errands.run(errand) { inbox.put($0) }
        case .copy(let text): session.copy(text)
        case .alert(let text):
            switch settings.alerts.kind {
            case .bell: session.bell()
            case .osc9: session.notify(masked(text), by: .osc9)
            case .osc777: session.notify(masked(text), by: .osc777)
            }
        case .redraw: session.redraw()
        case .suspend: session.suspend()
        case .quit: return .quit
        }
        return nil
    }

    private func masked(_ text: String) -> String { settings.masksNumbers ? NumberMask.masked(text) : text }

    /// Until the next full second while something counts seconds, or until the console locks itself; for ever on a still
    /// board.
    private func timeout(_ model: ConsoleModel) -> Duration? {
        let now = now()
        var waits: [Duration] = []
        if model.ticks || model.hasPassingMessage { waits.append(.milliseconds(1000 - now.milliseconds % 1000)) }
        if let at = model.locksAt { waits.append(max(.zero, at - steady())) }
        return waits.min()
    }
}
