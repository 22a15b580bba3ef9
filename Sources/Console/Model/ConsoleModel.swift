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
        case messages
        case help
    }

    /// A question on the status line; only its answer is taken.
    enum Question: Hashable, Sendable {
        case hangUp(CallKey)
        case hangUpMarked([CallKey])
        case placeAgain(CallKey)
        case quit

        /// Whether a yes rings somebody a second time.
        var isRepeat: Bool { if case .placeAgain = self { true } else { false } }
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
    /// Index, in the rows as they are shown, of the first visible one.
    var firstRow = 0
    /// What the mouse points at; `nil` until something was shown.
    var shownRows: ShownRows?
    /// The innermost is last and gets the keys.
    var layers: [Layer] = []
    /// First visible line of the pager on top.
    var pagerTop = 0
    var form = CallForm()
    /// What was typed for the call that is, or was, to be handed over.
    var transfer: TransferForm?
    var question: Question?
    /// What the console itself has to say; the board's messages are in the snapshot.
    var notice: Notice?
    /// Messages up to this id have been waved away with Esc.
    var dismissed = 0

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
        self.makeRef = makeRef
    }

    // MARK: What happens

    public mutating func advance(to now: Timestamp) {
        let isNextSecond = now.milliseconds / 1000 != self.now.milliseconds / 1000
        self.now = now
        // Where time decides what is shown, or in what order.
        if isNextSecond, !filter.isEmpty || order.column == .time { refreshRows() }
    }

    public mutating func resize(to size: Size) { self.size = size }

    /// Takes the newest state of the board.
    @discardableResult
    public mutating func receive(_ snapshot: BoardSnapshot) -> [ConsoleEffect] {
        // Two arrays that share their storage are equal at once, and a board's order mostly stays as it is.
        let isSameList = filter.isEmpty && order.column == .newest && snapshot.order == self.snapshot.order
        self.snapshot = snapshot
        if isSameList { dropMarks() } else { refreshRows() }
        if case .hangUp(let key) = question {
            let call = snapshot.call(key)
            if call?.isEnded ?? true {
                question = nil
                say("the call to \(call?.to ?? "?") has ended by itself", .info)
            }
        }
        closeTransferOfEndedCall()
        closeSettleOfKnownCall()
        return []
    }

    /// Takes what came of an errand, or what the console is told from outside.
    @discardableResult
    public mutating func receive(_ news: ConsoleNews) -> [ConsoleEffect] {
        switch news {
        case .theme(let theme): settings.theme = theme
        case .note(let text, let level): say(text, level)
        case .failed(_, let why): say(why, .error)
        }
        return []
    }

    /// Takes a key.
    public mutating func press(_ key: Key) -> [ConsoleEffect] {
        notice = nil
        if case .mouse(let mouse) = key {
            point(mouse)
            return []
        }
        if isTooSmall { return pressTooSmall(key) }
        if question != nil { return answer(key) }
        if filterField != nil { return pressFilter(key) }
        switch layers.last {
        case nil: return pressBoard(key)
        case .form: return pressForm(key)
        case .transfer: return pressTransfer(key)
        case .settle: return pressSettle(key)
        case .details, .messages, .help: return pressPager(key)
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
                say("pasted text does nothing here; n opens the form for a new call", .warning)
            default:
                say("\(key.name) does nothing here; ? shows the keys", .warning)
            }
            return []
        }
        switch action {
        case .newCall:
            layers.append(.form)
        case .hangUp: askHangUp()
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
        guard let current = rowOfSelection() else {
            // Nothing is selected: the first press chooses what is on top of the screen, wherever the list is scrolled to.
            selectRow(min(firstRow, rows.count - 1))
            return
        }
        selectRow(min(max(current + step, 0), rows.count - 1))
    }

    mutating func selectRow(_ index: Int) {
        guard rows.indices.contains(index) else { return }
        selection = rows[index]
        selectionHint = index
        scrollToSelection()
    }

    mutating func scrollToSelection() {
        guard let index = rowOfSelection() else { return }
        firstRow = min(max(firstRow, index - pageHeight + 1), index)
    }

    private mutating func askHangUp() {
        if !marked.isEmpty {
            question = .hangUpMarked(rows.filter { marked.contains($0) } + marked.subtracting(rows).sorted())
            return
        }
        guard let selection, let call = snapshot.call(selection) else {
            sayNothingSelected()
            return
        }
        if call.isEnded {
            say("the call to \(call.to ?? "?") has ended already", .info)
            return
        }
        switch call.hangUp {
        case .waiting: say("the hang-up of \(call.to ?? "?") waits for its call id", .info)
        case .sending, .accepted: say("the hang-up of \(call.to ?? "?") is on its way already", .info)
        case .none, .failed: question = .hangUp(selection)
        }
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
        case .enter where asked.isRepeat: break
        case .character("y"), .character("Y"), .enter:
            question = nil
            switch asked {
            case .hangUp(let call): return [.send(.hangUp(call, cause: nil, reason: nil))]
            case .hangUpMarked(let calls):
                marked = []
                return calls.map { .send(.hangUp($0, cause: nil, reason: nil)) }
            case .placeAgain(let call): return placeAgain(call)
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
            case .place, .help, .redraw, .suspend: break
            // The fields are out of sight: a key must not change what cannot be seen.
            default:
                form.scrollPreview(key, page: size.height - 5)
                return []
            }
            if action == .close || action == .preview { return [] }
        }
        switch action {
        case .close: layers.removeLast()
        case .place: return submit()
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

    private mutating func submit() -> [ConsoleEffect] {
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
        layers.removeAll { $0 == .form }
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
        case .copy: return copyCallID()
        case .transfer, .settle:
            guard case .details = layers.last else { break }
            if action == .transfer { openTransfer() } else { openSettle() }
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
        switch key {
        case .character("q") where layers.isEmpty && question == nil, .control("c"): [.quit]
        case .control("l"): [.redraw]
        case .control("z"): [.suspend]
        default: []
        }
    }

    mutating func sayNothingSelected() {
        say(rows.isEmpty ? "there is no call; n places one" : "no call is selected; the arrows choose one", .warning)
    }

    mutating func say(_ text: String, _ level: BoardMessage.Level) {
        notice = Notice(text: text, level: level, at: now)
    }

    /// What the status line says now: the console's own word first, then the board's newest message. What is only
    /// information goes away after a while; a warning or an error stays until something newer comes or Esc is pressed.
    var statusMessage: Notice? {
        let passing = Duration.seconds(10)
        if let notice, notice.level != .info || now - notice.at < passing { return notice }
        guard let message = snapshot.messages.last, message.id > dismissed else { return nil }
        if message.level == .info, now - message.at >= passing { return nil }
        return Notice(text: message.text, level: message.level, at: message.at)
    }
}
