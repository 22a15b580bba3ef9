import CallBoard
import Piopiy
import Terminal

/// The console as a value: keys and snapshots in, effects and frames out. It has no terminal, no clock and no tasks.
public struct ConsoleModel: Sendable {
    /// What lies over the board.
    enum Layer: Hashable, Sendable {
        case form
        case details(CallKey)
        case transfer(CallKey)
        case settle(CallKey)
        case history
        /// A call of the history that is no longer on the board.
        case pastCall
        case agents
        case presets
        case hangUpWith
        case hangUpReport
        case themes
        case messages
        case help
    }

    /// A question on the status line; only its answer is taken.
    enum Question: Hashable, Sendable {
        case hangUp(CallKey)
        case hangUpMarked([CallKey])
        /// Calls that a command named.
        case hangUpNamed([CallKey], cause: String?, reason: String?)
        case placeAgain(CallKey)
        case replaceForm(FormReplacement)
        case deletePreset(String)
        /// A call that a command described, to a number that is up or was just rung.
        case ringAgain(AICall)
        case quit

        /// Whether only a y is a yes: one that rings somebody a second time, or throws something away, must not be an Enter
        /// that was meant for something else.
        var takesOnlyY: Bool {
            switch self {
            case .placeAgain, .ringAgain, .replaceForm, .deletePreset: true
            case .hangUp, .hangUpMarked, .hangUpNamed, .quit: false
            }
        }
    }

    /// What the operator has set; a theme may be changed while the console runs.
    var settings: Settings
    private let makeRef: @Sendable (Timestamp) -> CallRef

    public private(set) var snapshot = BoardSnapshot()
    public private(set) var size: Size
    public private(set) var now: Timestamp

    var selection: CallKey?
    /// The rows as they are shown.
    var rows: [CallKey] = []
    var order = CallOrder()
    var filter = CallFilter()
    /// As it was typed.
    var filterText = ""
    /// What is wrong with it.
    var filterMistake: String?
    /// The filter's line while it is being typed.
    var filterField: TextField?
    /// Calls that a hang-up is for, in place of the selected one.
    var marked: Set<CallKey> = []
    /// The dialog that hangs up with a cause, while it is open.
    var hangUpForm: HangUpForm?
    /// What came of the last hang-up of several calls.
    var hangUpReport: HangUpReport?
    var themePicker: ThemePicker?
    /// The screen is hidden while there is one.
    var lock: ConsoleLock?
    var lastKeyAt: Timestamp
    /// Index, in the rows as they are shown, of the first visible one.
    var firstRow = 0
    /// The innermost is last and gets the keys.
    var layers: [Layer] = []
    /// First visible line of the pager on top.
    var pagerTop = 0
    var form = CallForm()
    /// What the form is completed from, and what agents are called.
    var book: AddressBook { didSet { form.book = book } }
    var history = HistoryList()
    var agentList = AgentList()
    var presets = PresetList()
    /// The name that the form is to be saved under, while it is being typed.
    var naming: PresetNaming?
    /// What was typed for the call that is, or was, to be handed over.
    var transfer: TransferForm?
    var question: Question?
    /// What the console itself has to say; the board's messages are in the snapshot.
    var notice: Notice?
    /// The line for commands, while it is open.
    var palette: Palette?
    /// The themes that there are, once it was asked for them.
    var themeNames: [String]?
    /// Commands that were run from it, the latest last.
    var formerCommands: [String] = []
    /// Numbers by which calls can be named, where they are shown with numbers.
    var callNumbers: [Int: CallKey] = [:]
    /// Whether calls are shown with numbers.
    var hasCallNumbers = false
    /// Messages up to this id have been waved away with Esc.
    var dismissed = 0
    /// Whether the five keys that a newcomer needs are shown; any key takes them away, and does what it does.
    var showsTour: Bool

    struct Notice: Hashable, Sendable {
        let text: String
        let level: BoardMessage.Level
        let at: Timestamp
    }

    /// - Parameter makeRef: makes the id of a new call.
    public init(
        settings: Settings,
        size: Size,
        now: Timestamp,
        makeRef: @escaping @Sendable (Timestamp) -> CallRef
    ) {
        self.settings = settings
        self.size = size
        self.now = now
        self.lastKeyAt = now
        self.makeRef = makeRef
        showsTour = settings.showsTour
        book = AddressBook()
        book.contacts = settings.contacts
        book.agents = AgentBook(platform: [], configured: settings.agents)
        form.book = book
    }

    /// What the console wants to know once it is up.
    public func start() -> [ConsoleEffect] { [.run(.agents), .run(.usedValues)] }

    // MARK: What happens

    public mutating func advance(to now: Timestamp) {
        let isNextSecond = now.milliseconds / 1000 != self.now.milliseconds / 1000
        self.now = now
        // Where time decides what is shown, or in what order.
        if isNextSecond, !filter.isEmpty || order.column == .time { refreshRows() }
        lockIfIdle()
    }

    public mutating func resize(to size: Size) { self.size = size }

    /// Takes the newest state of the board.
    @discardableResult
    public mutating func receive(_ snapshot: BoardSnapshot) -> [ConsoleEffect] {
        let old = self.snapshot
        self.snapshot = snapshot
        refreshRows()
        if case .hangUp(let key) = question {
            let call = snapshot.call(key)
            if call?.isEnded ?? true {
                question = nil
                say("the call to \(call?.to ?? "?") has ended by itself", .info)
            }
        }
        closeQuestionOfCommand()
        closeTransferOfEndedCall()
        closeSettleOfKnownCall()
        countAgents()
        closeHangUpOfEndedCalls()
        tellHangUpReport()
        return alert(since: old).map { [.alert($0)] } ?? []
    }

    /// Takes what came of an errand, or what the console is told from outside.
    @discardableResult
    public mutating func receive(_ news: ConsoleNews) -> [ConsoleEffect] {
        switch news {
        case .theme(let name, let theme):
            settings.themeName = name
            settings.theme = theme
        case .themes(let choices):
            themeNames = choices.map(\.name)
            receiveThemes(choices)
        case .themeChanged(let name, let theme):
            // Another may have been chosen since.
            if name == settings.themeName { settings.theme = theme }
        case .note(let text, let level): say(text, level)
        case .history(let ask, let page): return receive(page, of: ask)
        case .agents(let agents): receive(agents: agents)
        case .usedValues(let used): book.used = used
        case .presets(let all): receive(presets: all)
        case .presetFound(let name, let exists): return receive(preset: name, exists: exists)
        case .presetKept(let name, let isThere, let all):
            receive(presets: all)
            // What is saved whole would not be missed.
            if isThere, all.contains(where: { $0.text == form.kept(withDestination: true) }) { form.begin() }
            say(isThere ? "the preset “\(name)” is saved" : "the preset “\(name)” is deleted", .info)
        case .failed(let errand, let why): failed(errand, why)
        }
        return []
    }

    private mutating func failed(_ errand: ConsoleErrand, _ why: String) {
        switch errand {
        case .history(let ask): history.fail(why, of: ask)
        case .agents: failedToLoadAgents(why)
        case .usedValues: say("what was used before could not be read: \(why)", .warning)
        case .presets:
            presets.state = .failed(why)
            say("the presets could not be read: \(why)", .error)
        case .findPreset, .keepPreset: say("the preset could not be saved: \(why)", .error)
        case .dropPreset: say("the preset could not be deleted: \(why)", .error)
        case .theme, .themes: say(why, .error)
        }
    }

    /// Takes a key.
    public mutating func press(_ key: Key) -> [ConsoleEffect] {
        lastKeyAt = now
        let effects = lock == nil ? pressUnlocked(key) : pressLocked(key)
        guard settings.isReadOnly else { return effects }
        // Each screen says so in its own words; that nothing gets past one that forgot to is made sure of here.
        return effects.filter { if case .send = $0 { false } else { true } }
    }

    private mutating func pressUnlocked(_ key: Key) -> [ConsoleEffect] {
        notice = nil
        if isTooSmall { return pressTooSmall(key) }
        showsTour = false
        if question != nil { return answer(key) }
        if naming != nil { return pressNaming(key) }
        if filterField != nil { return pressFilter(key) }
        if palette != nil { return pressPalette(key) }
        switch layers.last {
        case nil: return pressBoard(key)
        case .form: return pressForm(key)
        case .transfer: return pressTransfer(key)
        case .settle: return pressSettle(key)
        case .hangUpWith: return pressHangUpWith(key)
        case .themes: return pressThemes(key)
        case .history: return pressHistory(key)
        case .agents: return pressAgents(key)
        case .presets: return pressPresets(key)
        case .details, .pastCall, .messages, .help, .hangUpReport: return pressPager(key)
        }
    }

    var isFormOpen: Bool { layers.contains(.form) }

    /// Whether something on the screen changes with every second.
    public var ticks: Bool {
        let counts = snapshot.counts
        return counts.placing + counts.up + counts.unknown > 0
    }

    /// Whether a message is shown that goes away by itself.
    public var hasPassingMessage: Bool { statusMessage.map { $0.level == .info } ?? false }

    // MARK: Board

    private mutating func pressBoard(_ key: Key) -> [ConsoleEffect] {
        guard let action = settings.keymap.action(for: key, in: .board) else {
            switch key {
            case .escape:
                dismissed = snapshot.messages.last?.id ?? 0
                if !filterText.isEmpty { setFilter("") }
            case .paste:
                say(
                    "pasted text does nothing here" + hint(.newCall) { "; \($0) opens the form for a new call" },
                    .warning
                )
            default:
                say("\(key.name) does nothing here" + hint(.help) { "; \($0) shows the keys" }, .warning)
            }
            return []
        }
        return perform(action)
    }

    /// Does what a key of the board or a command without a word more does.
    mutating func perform(_ action: Action) -> [ConsoleEffect] {
        switch action {
        case .newCall: showForm()
        case .hangUp: return askHangUp()
        case .hangUpWith: openHangUpWith()
        case .callAgain: callAgain()
        case .history: return openHistory()
        case .agents: return openAgents()
        case .presets: return openPresets()
        case .transfer: openTransfer()
        case .settle: openSettle()
        case .mark: toggleMark()
        case .markAll: markShown()
        case .unmark: unmark()
        case .filter: openFilter()
        case .sort, .reverse: changeOrder(action)
        case .details:
            guard let selection else {
                sayNothingSelected()
                return []
            }
            open(.details(selection))
        case .up: moveSelection(by: -1)
        case .down: moveSelection(by: 1)
        case .pageUp: moveSelection(by: -pageHeight)
        case .pageDown: moveSelection(by: pageHeight)
        case .top: selectRow(0)
        case .bottom: selectRow(rows.count - 1)
        default: return common(action)
        }
        return []
    }

    /// What means the same on every screen.
    mutating func common(_ action: Action) -> [ConsoleEffect] {
        switch action {
        case .messages: open(.messages)
        case .help: if layers.last != .help { open(.help) }
        case .themes: if layers.last != .themes { return openThemes() }
        case .lock: lockScreen()
        case .command: palette = Palette()
        case .redraw: return [.redraw]
        case .suspend: return [.suspend]
        case .quit: return askQuit()
        default: break
        }
        return []
    }

    mutating func open(_ layer: Layer) {
        layers.append(layer)
        pagerTop = 0
    }

    mutating func moveSelection(by step: Int) {
        guard let current = selection.flatMap({ rows.firstIndex(of: $0) }) else {
            // Nothing is selected: the first press chooses what is on top of the screen, wherever the list is scrolled to.
            selectRow(min(firstRow, rows.count - 1))
            return
        }
        selectRow(min(max(current + step, 0), rows.count - 1))
    }

    private mutating func selectRow(_ index: Int) {
        guard rows.indices.contains(index) else { return }
        selection = rows[index]
        scrollToSelection()
    }

    mutating func scrollToSelection() {
        guard let index = selection.flatMap({ rows.firstIndex(of: $0) }) else { return }
        firstRow = min(max(firstRow, index - pageHeight + 1), index)
    }

    private mutating func askQuit() -> [ConsoleEffect] {
        let counts = snapshot.counts
        if counts.placing + counts.up + counts.unknown + snapshot.underWay > 0 {
            question = .quit
            return []
        }
        return [.quit]
    }

    private mutating func answer(_ key: Key) -> [ConsoleEffect] {
        guard let asked = question else { return [] }
        switch key {
        // A number that may have rung is not rung again by an Enter that was meant for something else.
        case .enter where asked.takesOnlyY: break
        case .character("y"), .character("Y"), .enter:
            question = nil
            switch asked {
            case .hangUp(let call): return [.send(.hangUp(call, cause: nil, reason: nil))]
            case .hangUpMarked(let calls): return hangUp(calls, cause: nil, reason: nil)
            case .hangUpNamed(let calls, let cause, let reason): return hangUp(calls, cause: cause, reason: reason)
            case .placeAgain(let call): return placeAgain(call)
            case .replaceForm(let replacement): takeForm(replacement)
            case .deletePreset(let name): return deletePreset(name)
            case .ringAgain(let call): return send(call, allowRepeat: true)
            case .quit: return [.quit]
            }
        case .character("n"), .character("N"), .escape, .control("c"), .character("q"):
            question = nil
        default:
            // Any other key, a paste above all, is no answer.
            break
        }
        return []
    }

    // MARK: Form

    private mutating func pressForm(_ key: Key) -> [ConsoleEffect] {
        if let asked = form.question {
            switch key {
            case .character("y"), .character("Y"):
                form.question = nil
                return place(asked.call, allowRepeat: true)
            case .character("n"), .character("N"), .escape, .control("c"):
                form.question = nil
            default: break
            }
            return []
        }
        let action = settings.keymap.action(for: key, in: .form)
        if form.showsPreview {
            switch action {
            case .close, .preview: form.showsPreview = false
            case .place, .help, .redraw, .suspend, .savePreset, .presets: break
            // The fields are out of sight: a key must not change what cannot be seen.
            default:
                form.scrollPreview(key, page: size.height - 5)
                return []
            }
            if action == .close || action == .preview { return [] }
        }
        if !form.showsPreview, pressSuggestions(key, action) { return [] }
        switch action {
        case .close: layers.removeLast()
        case .place: return submit()
        case .savePreset: namePreset()
        case .presets: return openPresets()
        case .nextField: form.move(by: 1)
        case .previousField: form.move(by: -1)
        case .preview: form.showPreview()
        case .removeVariable: form.removeVariable()
        case .some(let action): return common(action)
        case nil:
            if form.take(key) { return submit() }
        }
        return []
    }

    mutating func submit() -> [ConsoleEffect] {
        // What is wrong, and the question that may come, stand on the form.
        form.showsPreview = false
        guard let call = form.validated() else { return [] }
        if let other = snapshot.conflicts(ringing: call.toNumber.digits, now: now).first {
            let state = other.isEnded ? "was called less than a minute ago" : "is on the board already"
            form.question = CallForm.Question(text: "\(call.toNumber) \(state). Ring it again? y/n", call: call)
            return []
        }
        return place(call, allowRepeat: false)
    }

    private mutating func place(_ call: AICall, allowRepeat: Bool) -> [ConsoleEffect] {
        let ref = newRef()
        form = form.forNextCall()
        book.note(call)
        // Wherever the form was opened from: what matters now is the new call.
        layers = []
        selection = CallKey(ref)
        firstRow = 0
        return [.send(.place(ref, call, allowRepeat: allowRepeat))]
    }

    func newRef() -> CallRef { makeRef(now) }

    // MARK: Pagers

    private mutating func pressPager(_ key: Key) -> [ConsoleEffect] {
        guard let action = settings.keymap.action(for: key, in: .pager) else { return [] }
        let limit = max(0, pagerLines.count - pagerHeight)
        switch action {
        case .close:
            layers.removeLast()
            pagerTop = 0
        case .up: pagerTop = max(0, min(pagerTop, limit) - 1)
        case .down: pagerTop = min(limit, pagerTop + 1)
        case .pageUp: pagerTop = max(0, min(pagerTop, limit) - pagerHeight)
        case .pageDown: pagerTop = min(limit, pagerTop + pagerHeight)
        case .top: pagerTop = 0
        case .bottom: pagerTop = limit
        case .copy: return layers.last == .pastCall ? copyPastCallID(history.opened) : copyCallID()
        case .callAgain:
            switch layers.last {
            case .details, .pastCall: callAgain()
            default: break
            }
        case .transfer, .settle, .hangUp, .hangUpWith:
            guard case .details = layers.last else { break }
            switch action {
            case .transfer: openTransfer()
            case .settle: openSettle()
            case .hangUp: return askHangUp()
            default: openHangUpWith()
            }
        default: return common(action)
        }
        return []
    }

    private mutating func copyCallID() -> [ConsoleEffect] {
        guard case .details(let key) = layers.last else { return [] }
        guard let id = snapshot.call(key)?.callID else {
            say("the call id is not known yet", .warning)
            return []
        }
        say("the call id was sent to the clipboard", .info)
        return [.copy(id.text)]
    }

    // MARK: Small things

    private mutating func pressTooSmall(_ key: Key) -> [ConsoleEffect] {
        // What lies over the board cannot be seen, and only Ctrl-C leads out of it.
        let isBare = layers.isEmpty && question == nil && palette == nil && filterField == nil && naming == nil
        return switch settings.keymap.action(for: key, in: .board) {
        case .quit where isBare || key == .control("c"): [.quit]
        case .redraw: [.redraw]
        case .suspend: [.suspend]
        default: []
        }
    }

    mutating func sayNothingSelected() {
        if hasCallNumbers, !rows.isEmpty {
            say("no call is named", .warning)
        } else if rows.isEmpty {
            say("there is no call" + hint(.newCall) { "; \($0) places one" }, .warning)
        } else {
            let choose = hint(.down) { $0 == Key.down.name ? "; the arrows choose one" : "; \($0) chooses one" }
            say("no call is selected" + choose, .warning)
        }
    }

    /// Words with the name of an action's key in them, or of its command where commands are typed; nothing where the
    /// operator took its keys away.
    func hint(_ action: Action, in context: KeyContext = .board, _ words: (String) -> String) -> String {
        let name = hasCallNumbers ? CommandBook.name(of: action) : settings.keymap.name(of: action, in: context)
        return name.map(words) ?? ""
    }

    mutating func say(_ text: String, _ level: BoardMessage.Level) {
        notice = Notice(text: text, level: level, at: now)
    }

    /// What the status line says now: the console's own word first, then the board's newest message. What is only
    /// information goes away after a while; a warning or an error stays until something newer comes or Esc is pressed.
    var statusMessage: Notice? {
        let passing = Duration.seconds(10)
        let message = snapshot.messages.last.flatMap { $0.id > dismissed ? $0 : nil }
        if let notice, notice.level != .info || now - notice.at < passing {
            // What came in the background must not hide that a call went wrong since.
            guard let message, message.level != .info, message.at > notice.at else { return notice }
        }
        guard let message else { return nil }
        if message.level == .info, now - message.at >= passing { return nil }
        return Notice(text: message.text, level: message.level, at: message.at)
    }
}
