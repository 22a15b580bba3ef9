import CallBoard
import Campaigns
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
        case campaigns
        case campaign(Campaign.ID)
        /// What is about to be rung; a question lies over it.
        case campaignPlan
        /// The rows of a list that keep it from being rung.
        case campaignProblems
        case themes
        case messages
        case help
    }

    /// What the operator has set; a theme may be changed while the console runs.
    var settings: Settings
    private let makeRef: @Sendable (Timestamp) -> CallRef

    public private(set) var snapshot = BoardSnapshot()
    public private(set) var size: Size
    public private(set) var now: Timestamp
    /// What lengths of time are measured by: a clock that is never set, as the board's.
    private(set) var steady: Timestamp

    var selection: CallKey?
    /// The rows as they are shown.
    var rows: [CallKey] = []
    /// Where the selection was found last among the rows, so that it need not be searched for among ten thousand.
    var selectionHint = 0
    /// What the filter said of calls.
    var judged: [CallKey: Judgement] = [:]
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
    /// What the mouse points at; `nil` until something was shown.
    var shownRows: ShownRows?
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
    var campaigns = CampaignScreen()
    /// The name that the form is to be saved under, while it is being typed.
    var naming: PresetNaming?
    /// The calls that a call in doubt may be, by the digits that choose them while the dialog is open.
    var settleChoices: [CallID] = []
    /// What was typed for the call that is, or was, to be handed over.
    var transfer: TransferForm?
    var question: Question? { didSet { if question != oldValue { askedOn = frameNumber } } }
    /// The newest frame that was made before the question was asked as it is: no key that was typed on it is an answer.
    private(set) var askedOn = 0
    /// What the console itself has to say; the board's messages are in the snapshot.
    var notice: Notice?
    /// What it has said before, the newest last: a status line is short, and gone with the next key.
    var said: [Notice] = []
    private static let mostSaid = 200
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
    /// Where the board's columns stand: they change with the width and with the operator's choice alone.
    var columns: Columns
    /// What the next frame can take over from the latest one.
    var upkeep = FrameUpkeep()
    /// The number of the latest frame that ``nextFrame()`` made, from 1; 0 before the first.
    public internal(set) var frameNumber = 0
    /// The keys that the key being pressed came with; `nil` for one that was pressed alone on the newest screen.
    var burst: KeyBurst?
    /// Whether the rest of a burst was thrown away, and with it what may still come of it.
    var throwsAway = false

    struct Notice: Hashable, Sendable {
        let text: String
        let level: BoardMessage.Level
        let at: Timestamp
    }

    /// - Parameters:
    ///   - steady: as in ``advance(to:steady:)``.
    ///   - makeRef: makes the id of a new call.
    public init(
        settings: Settings,
        size: Size,
        now: Timestamp,
        steady: Timestamp? = nil,
        makeRef: @escaping @Sendable (Timestamp) -> CallRef
    ) {
        self.settings = settings
        self.size = size
        self.now = now
        self.steady = steady ?? now
        self.lastKeyAt = steady ?? now
        self.makeRef = makeRef
        showsTour = settings.showsTour
        columns = Columns(width: size.width, chosen: settings.columns)
        book = AddressBook()
        book.plan = settings.numberPlan
        book.contacts = settings.contacts
        book.agents = AgentBook(platform: [], configured: settings.agents)
        form.book = book
    }

    /// What the console wants to know once it is up.
    public func start() -> [ConsoleEffect] { [.run(.agents), .run(.usedValues)] }

    // MARK: What happens

    /// Lets time go on.
    /// - Parameters:
    ///   - now: the time of day.
    ///   - steady: the board's ``Piopiy/Timestamp/steady``; `nil` where `now` does for both.
    public mutating func advance(to now: Timestamp, steady: Timestamp? = nil) {
        let isNextSecond = now.milliseconds / 1000 != self.now.milliseconds / 1000
        self.now = now
        self.steady = steady ?? now
        // Where time decides what is shown, or in what order.
        if isNextSecond, !filter.isEmpty || order.column == .time { refreshRows() }
        lockIfIdle()
        if isNextSecond || lock != nil { upkeep.note(.anything) }
    }

    public mutating func resize(to size: Size) {
        self.size = size
        columns = Columns(width: size.width, chosen: settings.columns)
        upkeep.note(.anything)
    }

    /// Takes the newest state of the board.
    @discardableResult
    public mutating func receive(_ snapshot: BoardSnapshot) -> [ConsoleEffect] {
        upkeep.note(.anything)
        let old = self.snapshot
        // Two arrays that share their storage are equal at once, and a board's order mostly stays as it is.
        let isSameList = filter.isEmpty && order.column == .newest && snapshot.order == self.snapshot.order
        self.snapshot = snapshot
        if isSameList { dropMarks() } else { refreshRows() }
        if case .hangUp(let key) = question {
            let call = snapshot.call(key)
            if call?.isEnded ?? true {
                question = nil
                say("the call to \(call?.to ?? "?") has ended meanwhile", .info)
            }
        }
        closeQuestionOfCommand()
        closeTransferOfEndedCall()
        closeSettleOfKnownCall()
        addSettleChoices()
        countAgents()
        closeHangUpOfEndedCalls()
        tellHangUpReport()
        return alert(since: old).map { [.alert($0)] } ?? []
    }

    /// Takes what came of an errand, or what the console is told from outside.
    @discardableResult
    public mutating func receive(_ news: ConsoleNews) -> [ConsoleEffect] {
        upkeep.note(.anything)
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
        case .campaign(let news): return receive(news)
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
        case .usedValues: say("earlier values could not be read: \(why)", .warning)
        case .presets:
            presets.state = .failed(why)
            presets.wanted = nil
            say("the presets could not be read: \(why)", .error)
        case .findPreset, .keepPreset: say("the preset could not be saved: \(why)", .error)
        case .dropPreset: say("the preset could not be deleted: \(why)", .error)
        case .campaign(let errand): failed(errand, why)
        case .theme, .themes: say(why, .error)
        }
    }

    /// Takes a key.
    public mutating func press(_ key: Key) -> [ConsoleEffect] {
        lastKeyAt = steady
        let start = stepStart
        let unopened = presets.wanted
        presets.wanted = nil
        let unrung = campaigns.wanted
        campaigns.wanted = nil
        campaigns.begun = nil
        let effects = lock == nil ? pressUnlocked(key) : pressLocked(key)
        if let unopened, notice == nil {
            say("the preset “\(unopened)” was not opened: a key was pressed first", .info)
        }
        if let unrung, campaigns.wanted == nil, notice == nil {
            say("nobody on \(unrung.file) is dialed: a key was pressed first", .info)
        }
        upkeep.note(change(since: start, key))
        guard settings.isReadOnly else { return effects }
        // Each screen says so in its own words; that nothing gets past one that forgot to is made sure of here.
        return effects.filter { !$0.actsOnCalls }
    }

    private mutating func pressUnlocked(_ key: Key) -> [ConsoleEffect] {
        let hadMessage = statusMessage.map { $0.level != .info } ?? false
        notice = nil
        if key == .escape, hadMessage, layers.isEmpty, question == nil, filterField == nil, palette == nil, !isTooSmall
        {
            // It takes away what is in front: the message first, what narrows the list with the next one.
            showsTour = false
            dismissed = snapshot.messages.last?.id ?? 0
            return []
        }
        if case .mouse(let mouse) = key {
            point(mouse)
            return []
        }
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
        case .campaigns: return pressCampaigns(key)
        case .details, .pastCall, .messages, .help, .hangUpReport, .campaign, .campaignPlan, .campaignProblems:
            return pressPager(key)
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

    func newRef() -> CallRef { makeRef(now) }

    // MARK: Small things

    private mutating func pressTooSmall(_ key: Key) -> [ConsoleEffect] {
        if let asked = question {
            if asked == .quit, showsSmallPrompt { return answer(key) }
            // What is not on the screen can only be closed.
            decline()
            return []
        }
        // What lies over the board cannot be seen, and only Ctrl-C leads out of it.
        let isBare = layers.isEmpty && question == nil && palette == nil && filterField == nil && naming == nil
        return switch settings.keymap.action(for: key, in: .board) {
        case .quit where isBare || key == .control("c"): askQuit()
        case .redraw: [.redraw]
        case .suspend: [.suspend]
        default: []
        }
    }

    mutating func sayNothingSelected() {
        if hasCallNumbers, !rows.isEmpty {
            say("name a call", .warning)
        } else if rows.isEmpty {
            let place = settings.isReadOnly ? "" : hint(.newCall) { "; \($0) places one" }
            say("there is no call" + place, .warning)
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
        let said = Notice(text: text, level: level, at: now)
        notice = said
        if said != self.said.last { self.said.append(said) }
        if self.said.count > Self.mostSaid { self.said.removeFirst() }
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
