import CallBoard
import Campaigns
import Piopiy
import Terminal

/// Where things are on the screen. All of it follows from the size.
extension ConsoleModel {
    /// Below this, the console says what it needs and shows nothing else.
    static let smallest = Size(width: 40, height: 10)

    var isTooSmall: Bool { size.width < Self.smallest.width || size.height < Self.smallest.height }

    /// From 30 rows on the selected call's details are under the list.
    var sideHeight: Int { size.height >= 30 ? min(16, size.height / 3) : 0 }

    /// Rows of calls that fit: header, title line, column heads above; rule, status and footer below.
    var pageHeight: Int { max(1, size.height - 6 - sideHeight) }

    /// Lines of a pager that fit: header and title above, status and footer below.
    var pagerHeight: Int { max(1, size.height - 5) }
}

/// A line of a pager.
struct PagerLine: Hashable, Sendable {
    var label: String = ""
    var text: String
    var role: Role = .text
}

extension ConsoleModel {
    /// The screen as it is now.
    public func frame() -> Frame {
        var canvas = Canvas(size: size, style: settings.theme[.text])
        canvas.ascii = settings.ascii
        canvas.masksNumbers = settings.masksNumbers
        if lock != nil {
            let cursor = drawLock(&canvas)
            return Frame(canvas: canvas, cursor: cursor)
        }
        if isTooSmall {
            drawTooSmall(&canvas)
            return Frame(canvas: canvas)
        }
        drawHeader(&canvas)
        var cursor: Point?
        switch layers.last {
        case nil:
            drawBoard(&canvas)
            if showsTour { drawTour(&canvas) }
            cursor = filterCursor
        case .form: cursor = drawForm(&canvas)
        case .transfer: cursor = drawTransfer(&canvas)
        case .history: cursor = drawHistory(&canvas)
        case .agents: cursor = drawAgents(&canvas)
        case .presets: cursor = drawPresets(&canvas)
        case .campaigns: drawCampaigns(&canvas)
        case .hangUpWith: cursor = drawHangUpWith(&canvas)
        case .themes:
            drawBoard(&canvas)
            drawThemes(&canvas)
        case .hangUpReport:
            drawPager(&canvas)
            drawHangUpProgress(&canvas)
        case .settle, .details, .pastCall, .messages, .help, .campaign, .campaignPlan, .campaignProblems:
            drawPager(&canvas)
        }
        drawStatus(&canvas)
        drawFooter(&canvas)
        if let naming { cursor = drawNaming(naming, &canvas) }
        if let palette { cursor = drawPalette(palette, &canvas) }
        if let question { cursor = drawPrompt(prompt(question), &canvas) }
        return Frame(canvas: canvas, cursor: cursor)
    }

    private func drawTooSmall(_ canvas: inout Canvas) {
        let need = "piopiy needs \(Self.smallest.width)x\(Self.smallest.height)"
        let have = "this is \(size.width)x\(size.height)"
        canvas.write(need, x: 0, y: 0, style: settings.theme[.warning])
        canvas.write(have, x: 0, y: 1, style: settings.theme[.text])
        guard question == .quit, showsSmallPrompt else { return }
        let prompt = prompt(.quit)
        let answers = prompt.answers.split(separator: " ").joined(separator: " ")
        canvas.write("Quit? \(answers)  \(goingOn)", x: 0, y: 2, style: settings.theme[.warning], width: size.width)
    }

    /// Whether there is room for a question, and its answers, on a screen that is too small for all else.
    var showsSmallPrompt: Bool { size.width >= 20 && size.height >= 3 }

    private func drawHeader(_ canvas: inout Canvas) {
        let theme = settings.theme
        var x = 1
        x += canvas.write("piopiy", x: x, y: 0, style: theme[.title]) + 2
        x += canvas.write(settings.place, x: x, y: 0, style: theme[.accent], width: max(8, size.width / 3)) + 2
        if settings.isReadOnly { x += canvas.write("read-only", x: x, y: 0, style: theme[.warning]) + 2 }

        let counts = snapshot.counts
        var parts: [(String, Role)] = [("\(counts.up) up", counts.up > 0 ? .talking : .dim)]
        if counts.lost > 0 { parts.append(("\(counts.lost) lost", .warning)) }
        if counts.unknown > 0 { parts.append(("\(counts.unknown) unknown", .unknown)) }
        if counts.ringing > 0 { parts.append(("\(counts.ringing) ringing", .ringing)) }
        if counts.placing > 0 { parts.append(("\(counts.placing) placing", .queued)) }
        let countsWidth = parts.reduce(0) { $0 + $1.0.count + 2 }
        // Where there is no room for everything, how many calls are up matters more than when the last news came.
        var news = news(withTime: true)
        if x + countsWidth + SafeText.width(news.text) > size.width - 1 { news = self.news(withTime: false) }
        let newsX = size.width - 1 - SafeText.width(news.text)
        var right = size.width - 1
        if newsX > x {
            canvas.write(news.text, x: newsX, y: 0, style: theme[news.role])
            right = newsX - 2
        }
        // Counts stand right of the middle, as far as there is room; what matters most is written first.
        var column = max(x, min(size.width / 2 - 8, right - countsWidth))
        for (text, role) in parts where column + text.count <= right {
            column += canvas.write(text, x: column, y: 0, style: theme[role]) + 2
        }
    }

    /// What feeds the board, and when it last did.
    private func news(withTime: Bool) -> (text: String, role: Role) {
        func at(_ moment: Timestamp?) -> String {
            withTime ? moment.map { " " + ClockText.time($0, utcOffset: settings.utcOffset) } ?? "" : ""
        }
        return switch snapshot.feed {
        case .nothing: ("no hooks", .warning)
        case .webhooks, .journal: hooks(at, isShort: !withTime)
        case .polling: ("polling\(at(snapshot.lastPoll))", .warning)
        }
    }

    /// What webhooks have told: that somebody listens for them says nothing of whether any come.
    private func hooks(_ at: (Timestamp?) -> String, isShort: Bool) -> (text: String, role: Role) {
        if let bad = snapshot.unreadableWebhooks.last, snapshot.lastWebhook.map({ bad >= $0 }) ?? true {
            return (isShort ? "hooks bad" : "hooks unreadable", .warning)
        }
        let isSilent = snapshot.unheardCall(at: now) != nil
        guard let last = snapshot.lastWebhook else {
            return (isShort ? "hooks ?" : "hooks none yet", isSilent ? .warning : .dim)
        }
        if isSilent { return ("hooks silent\(at(last))", .warning) }
        return ("hooks \(settings.ascii ? "ok" : "✓")\(at(last))", .dim)
    }

    func drawStatus(_ canvas: inout Canvas) {
        let isBoards = layers.isEmpty && filterField != nil
        if isBoards || layers.last == .history && history.field != nil, notice == nil {
            let mistake = isBoards ? filterMistake : history.mistake
            let words =
                mistake
                ?? "Enter keeps the filter, Esc clears it, Tab completes: \(CallFilter.keys.joined(separator: " "))"
            let style = settings.theme[mistake == nil ? .dim : .warning]
            canvas.write(words, x: 3, y: size.height - 2, style: style, width: size.width - 4)
            return
        }
        guard let message = statusMessage else { return }
        let role: Role =
            switch message.level {
            case .info: .text
            case .warning: .warning
            case .error: .error
            }
        canvas.write(message.text, x: 3, y: size.height - 2, style: settings.theme[role], width: size.width - 4)
    }

    func drawFooter(_ canvas: inout Canvas) {
        let y = size.height - 1
        if isTypingFilter {
            var x = 1
            for (key, word) in [("Enter", "keep"), ("Esc", "clear"), ("Tab", "complete")] {
                x += canvas.write(key, x: x, y: y, style: settings.theme[.accent]) + 1
                x += canvas.write(word, x: x, y: y, style: settings.theme[.dim]) + 2
            }
            return
        }
        let subject = subject.flatMap { snapshot.call($0) }
        let hints = settings.keymap.hints(in: context).filter { isOffered($0.action, for: subject) }
        var room = size.width - 1
        for hint in hints where hint.isAlwaysThere { room -= hint.width }
        var x = 1
        func write(_ hint: KeyHint) {
            guard x + hint.width - 2 < size.width else { return }
            x += canvas.write(hint.key, x: x, y: y, style: settings.theme[.accent]) + 1
            x += canvas.write(hint.word, x: x, y: y, style: settings.theme[.dim]) + 2
        }
        for hint in hints where !hint.isAlwaysThere && hint.width <= room {
            room -= hint.width
            write(hint)
        }
        for hint in hints where hint.isAlwaysThere { write(hint) }
    }

    /// Whether keys are letters of a filter now.
    private var isTypingFilter: Bool {
        question == nil && (layers.isEmpty ? filterField != nil : layers.last == .history && history.field != nil)
    }

    /// Where a key that is pressed now has its meaning from.
    var context: KeyContext {
        switch layers.last {
        case nil: .board
        case .form: .form
        case .transfer: .transfer
        case .settle: .settle
        case .history: .history
        case .agents: .agents
        case .presets: .presets
        case .campaigns: .campaigns
        case .hangUpWith: .hangUp
        case .themes: .themes
        case .details, .pastCall, .messages, .help, .hangUpReport, .campaign, .campaignPlan, .campaignProblems: .pager
        }
    }

    /// Whether the footer offers an action: where it can be done.
    private func isOffered(_ action: Action, for subject: Call?) -> Bool {
        if settings.isReadOnly, action.actsOnCalls { return false }
        return switch (action, layers.last) {
        case (.copy, .details), (.copy, .pastCall), (.copy, .history), (.copy, .agents): true
        case (.copy, _): false
        case (.callAgain, nil), (.callAgain, .details): subject != nil
        case (.callAgain, .pastCall), (.callAgain, .history): true
        case (.callAgain, _): false
        case (.nextSuggestion, _): !form.suggestions.isEmpty
        case (.transfer, .details), (.transfer, nil): subject?.stage == .talking
        case (.settle, .details), (.settle, nil): subject.map { isForSettling($0) || canTakeBack($0) } ?? false
        case (.wasPlaced, .settle(let key)), (.wasNotPlaced, .settle(let key)), (.placeAgain, .settle(let key)):
            snapshot.call(key)?.isInDoubt ?? false
        case (.takeBack, .settle(let key)): snapshot.call(key).map { canTakeBack($0) } ?? false
        case (.hangUp, .details), (.hangUpWith, .details): !(subject?.isEnded ?? true)
        case (.transfer, .some), (.settle, .some), (.hangUp, .some), (.hangUpWith, .some): false
        case (.removeVariable, _): form.focus.variableRow != nil
        case (.help, .help): false
        default: true
        }
    }

    /// A call whose id is on its way does not need a word yet.
    private func isForSettling(_ call: Call) -> Bool {
        call.isInDoubt || (call.needsWord && now - (call.placedAt ?? call.seenAt) > .seconds(30))
    }

    /// What quitting leaves behind, in words.
    var goingOn: String {
        let counts = snapshot.counts
        var parts: [String] = []
        let up = counts.up + counts.unknown
        if up > 0 {
            // The sandbox ends with the console, the platform does not.
            parts.append(
                settings.isSandbox
                    ? "\(up) \(up == 1 ? "call ends" : "calls end") with the sandbox."
                    : "\(up) \(up == 1 ? "call goes" : "calls go") on."
            )
        }
        if counts.placing > 0 { parts.append("\(counts.placing) being placed.") }
        let waiting = snapshot.waitingHangUps
        if waiting > 0 { parts.append("\(waiting) hang-up\(waiting == 1 ? "" : "s") will not be sent.") }
        // A campaign of the sandbox is not there to be gone on with: its account ends with the sandbox.
        let rung = settings.isSandbox ? [] : campaignsHere
        if rung.count == 1 { parts.append("Campaign \(rung[0].name) will be paused.") }
        if rung.count > 1 { parts.append("\(rung.count) campaigns will be paused.") }
        return parts.joined(separator: " ")
    }
}
