import CallBoard
import Piopiy
import Terminal

extension ConsoleModel {
    /// - Returns: where the cursor stands.
    func drawHistory(_ canvas: inout Canvas) -> Point? {
        let frame = ListFrame(
            title: historyTitle,
            filter: history.filterText,
            field: history.field,
            isWrong: history.mistake != nil,
            note: historyNote
        )
        let cursor = draw(frame, &canvas)
        let columns = HistoryColumns(width: size.width)
        columns.drawHeads(&canvas, y: 2, style: settings.theme[.dim])
        if history.rows.isEmpty {
            drawListText(emptyHistory, &canvas)
            return cursor
        }
        let top = history.cursor.top(in: history.keys, height: listHeight)
        for (line, stored) in history.rows.dropFirst(top).prefix(listHeight).enumerated() {
            drawPastCall(stored, columns, y: 3 + line, &canvas)
            if stored.call.key == history.cursor.selection { drawSelection(y: 3 + line, &canvas) }
        }
        drawBeyond(top: top, count: history.rows.count, more: history.hasMore, &canvas)
        drawHistoryState(&canvas)
        return cursor
    }

    private var historyTitle: String {
        let count = history.rows.count
        return count == 0 ? "History" : "History \(count)\(history.hasMore || history.isCut ? "+" : "")"
    }

    private var historyNote: String? {
        settings.isSandbox ? "this sandbox since its start" : nil
    }

    private var emptyHistory: String {
        switch history.state {
        case .loading: history.filterText.isEmpty ? "Loading\(ellipsis)" : "Searching\(ellipsis)"
        case .failed(let why):
            "The journal could not be read. \(why)" + hint(.refresh, in: .history) { " \($0) tries again." }
        case .loaded where history.hasPaused: searchedBack
        case .loaded:
            history.filter.isEmpty
                ? "The journal has no calls yet." : "No call in the journal matches. Esc shows all."
        }
    }

    private var searchedBack: String {
        guard let next = history.next else { return "" }
        let moment = ClockText.moment(next.at, utcOffset: settings.utcOffset)
        return "searched back to \(moment)" + hint(.bottom, in: .history) { "; \($0) searches further" }
    }

    /// What is to be said of rows that are there, on the rule below them.
    private func drawHistoryState(_ canvas: inout Canvas) {
        let text: String
        var role = Role.dim
        switch history.state {
        case .loading: text = "\(history.filter.isEmpty ? "loading" : "searching")\(ellipsis)"
        case .failed(let why):
            text = "no more could be read: \(why)"
            role = .error
        case .loaded where history.hasPaused: text = searchedBack
        case .loaded where history.isCut: text = "narrow the list (/) to find older calls"
        case .loaded:
            guard let warning = history.warning else { return }
            text = warning
            role = .warning
        }
        let room = size.width - 28
        guard room > 8 else { return }
        canvas.write(" \(text) ", x: 3, y: size.height - 3, style: settings.theme[role], width: room)
    }

    private func drawPastCall(_ stored: StoredCall, _ columns: HistoryColumns, y: Int, _ canvas: inout Canvas) {
        let theme = settings.theme
        let call = current(stored)
        let base = theme[.text]
        let when = ClockText.when(call.startedAt, now: now, utcOffset: settings.utcOffset)
        canvas.write(when, x: columns.when, y: y, style: theme[.dim], width: HistoryColumns.whenWidth)
        let end =
            call.isEndKnown
            ? (call.isEnded ? Words.flags(call, ascii: settings.ascii) : Words.stage(call)) : "no record"
        canvas.write(
            "\(Words.glyph(call, ascii: settings.ascii)) \(end)",
            x: columns.end,
            y: y,
            style: theme[call.callerWasLost ? .warning : Role(call.stage)],
            width: columns.endWidth
        )
        canvas.write(call.to ?? "?", x: columns.to, y: y, style: base, width: columns.toWidth)
        func write(_ text: String?, _ column: HistoryColumns.Column?) {
            guard let column else { return }
            canvas.write(text ?? "", x: column.x, y: y, style: base, width: column.width)
        }
        write(call.from ?? "?", columns.from)
        write(book.agents.shown(call.agentID), columns.agent)
        write(stored.call.operator ?? call.operator, columns.operator)
        write(call.callID?.text ?? call.ref?.text, columns.id)
        if let talk = columns.talk {
            let text = call.duration(at: now).map { ClockText.length($0) } ?? (settings.ascii ? "-" : "—")
            canvas.write(text, x: talk.x + max(0, talk.width - SafeText.width(text)), y: y, style: base)
        }
    }
}

/// The columns of the history for a width.
struct HistoryColumns: Hashable, Sendable {
    struct Column: Hashable, Sendable {
        let x: Int
        let width: Int
    }

    static let whenWidth = 11

    let when = 3
    let end = 15
    let endWidth: Int
    let to: Int
    let toWidth: Int
    var from: Column?
    var agent: Column?
    var talk: Column?
    var `operator`: Column?
    var id: Column?

    /// From 40 columns on: when, end, to; from 56 the talk time, from 72 the caller, from 80 the agent, from 120 who
    /// placed it, from 160 the call's id.
    init(width: Int) {
        // Where there is little room the number is whole, and the end's word is cut.
        endWidth = width >= 48 ? 13 : 8
        to = end + endWidth + 1
        toWidth = max(8, min(16, width - to - 1))
        var x = to + toWidth + 1
        func column(_ width: Int) -> Column {
            defer { x += width + 1 }
            return Column(x: x, width: width)
        }
        if width >= 72 { from = column(width >= 100 ? 16 : 13) }
        let rest = (width >= 120 ? 21 : 0) + (width >= 160 ? 37 : 0)
        if width >= 80 { agent = column(min(36, max(10, width - x - 10 - rest))) }
        if width >= 56 { talk = column(8) }
        x += 1
        if width >= 120 { self.operator = column(19) }
        if width >= 160 { id = column(min(36, width - x - 1)) }
    }

    func drawHeads(_ canvas: inout Canvas, y: Int, style: Style) {
        canvas.write("WHEN", x: when, y: y, style: style)
        canvas.write("END", x: end, y: y, style: style)
        canvas.write("TO", x: to, y: y, style: style)
        if let from { canvas.write("FROM", x: from.x, y: y, style: style) }
        if let agent { canvas.write("AGENT", x: agent.x, y: y, style: style, width: agent.width) }
        if let talk { canvas.write("TALK", x: talk.x + talk.width - 4, y: y, style: style) }
        if let `operator` { canvas.write("OPERATOR", x: `operator`.x, y: y, style: style) }
        if let id { canvas.write("CALL", x: id.x, y: y, style: style) }
    }
}
