import CallBoard
import Piopiy
import Terminal

extension ConsoleModel {
    func drawBoard(_ canvas: inout Canvas) {
        let theme = settings.theme
        let rows = rows
        canvas.horizontalLine(x: 1, y: 1, width: size.width - 2, style: theme[.border])
        let used = canvas.write(" \(boardTitle) ", x: 3, y: 1, style: theme[.title])
        drawFilter(x: 3 + used + 1, &canvas)

        let columns = Columns(width: size.width)
        columns.drawHeads(&canvas, y: 2, style: theme[.dim])
        if rows.isEmpty, !snapshot.order.isEmpty {
            canvas.write("No call is like that. Esc shows all.", x: 3, y: 4, style: theme[.dim], width: size.width - 4)
        } else if rows.isEmpty {
            drawEmpty(&canvas)
        } else {
            for (line, key) in visibleRows.enumerated() {
                guard let call = snapshot.call(key) else { continue }
                drawRow(call, columns, y: ShownRows.top + line, isSelected: key == selection, &canvas)
            }
        }
        canvas.horizontalLine(x: 1, y: size.height - 3, width: size.width - 2, style: theme[.border])
        if sideHeight > 0 { drawSide(&canvas) }
        drawMore(rows.count, &canvas)
    }

    private var boardTitle: String {
        let all = snapshot.order.count
        if all == 0 { return "Calls" }
        let marks = marked.isEmpty ? "" : ", \(marked.count) marked"
        return (filterText.isEmpty ? "Calls \(all)" : "Calls \(rows.count) of \(all)") + marks
    }

    /// The filter, or where there is none the order, on the title's line.
    private func drawFilter(x: Int, _ canvas: inout Canvas) {
        let theme = settings.theme
        let order = " \(self.order.words) "
        let orderX = size.width - 4 - order.count
        let text = filterField?.text ?? filterText
        if filterField == nil, text.isEmpty {
            if size.width >= 60, orderX > x { canvas.write(order, x: orderX, y: 1, style: theme[.dim]) }
            return
        }
        let room = max(4, size.width - x - 3)
        let style = theme[filterMistake != nil ? .fieldError : filterField == nil ? .accent : .fieldFocus]
        canvas.write(" /\(text) ", x: x, y: 1, style: style, width: room)
    }

    /// Where the cursor stands while the filter is being typed.
    var filterCursor: Point? {
        guard let field = filterField else { return nil }
        let before = SafeText.width(String(field.characters.prefix(field.cursor)))
        return Point(x: min(size.width - 2, 3 + SafeText.width(" \(boardTitle) ") + 1 + 2 + before), y: 1)
    }

    /// The rows that are on the screen, from above.
    var visibleRows: ArraySlice<CallKey> { rows.dropFirst(firstShown(of: rows.count)).prefix(pageHeight) }

    /// The first visible row holds for as long as it can: a list that shrank is shown from its end.
    private func firstShown(of count: Int) -> Int { min(firstRow, max(0, count - pageHeight)) }

    private func drawRow(_ call: Call, _ columns: Columns, y: Int, isSelected: Bool, _ canvas: inout Canvas) {
        let theme = settings.theme
        let isEnded = call.isEnded
        let base = theme[isEnded ? .dim : .text]
        let state = theme[Role(call.stage)]
        let duration = call.duration(at: now).map { ClockText.length($0) } ?? (settings.ascii ? "-" : "—")
        canvas.write(
            "\(Words.glyph(call, ascii: settings.ascii)) \(Words.stage(call))",
            x: columns.state,
            y: y,
            style: state
        )
        canvas.write(call.to ?? "?", x: columns.to, y: y, style: base, width: columns.numberWidth)
        if let from = columns.from {
            canvas.write(call.from ?? "?", x: from, y: y, style: base, width: columns.numberWidth)
        }
        if let agent = columns.agent {
            canvas.write(call.agentID ?? "", x: agent, y: y, style: base, width: columns.agentWidth)
        }
        let timeX = columns.time + max(0, Columns.timeWidth - SafeText.width(duration))
        canvas.write(duration, x: timeX, y: y, style: base)
        canvas.write(
            Words.flags(call, ascii: settings.ascii),
            x: columns.flags,
            y: y,
            style: call.isInDoubt ? theme[.unknown] : base,
            width: columns.flagsWidth
        )
        if marked.contains(call.key) {
            canvas.write(settings.ascii ? "+" : "▪", x: 2, y: y, style: theme[.marked])
            canvas.restyle(Rect(x: columns.to, y: y, width: columns.numberWidth, height: 1)) { style in
                Style(
                    foreground: theme[.marked].foreground,
                    background: style.background,
                    attributes: style.attributes.union(theme[.marked].attributes)
                )
            }
        }
        if isSelected {
            canvas.write(settings.ascii ? ">" : "›", x: 1, y: y, style: theme[.accent])
            // What a key acts on: the call, by its state and number. A bar over the whole row, or one of several looks, would be
            // more than twice as much to send for every step over a slow link.
            let selected = theme[.selection]
            canvas.restyle(Rect(x: 0, y: y, width: columns.to + columns.numberWidth, height: 1)) { _ in selected }
        }
    }

    /// How many rows are beyond the edges, on the line below the list.
    private func drawMore(_ count: Int, _ canvas: inout Canvas) {
        let first = firstShown(of: count)
        let below = count - first - pageHeight
        var words: [String] = []
        if first > 0 { words.append("\(first) above") }
        if below > 0 { words.append("\(below) below") }
        guard !words.isEmpty else { return }
        let text = " \(words.joined(separator: ", ")) "
        canvas.write(text, x: size.width - 4 - text.count, y: size.height - 3 - sideHeight, style: settings.theme[.dim])
    }

    private func drawEmpty(_ canvas: inout Canvas) {
        var lines = ["No calls. Press n to place one, ? for help."]
        if settings.isSandbox {
            lines += [
                "",
                "This is the sandbox: nobody is really rung. For example:",
                "  caller       919999999999",
                "  destination  918888888888",
                "  agent        bdd32bcb-767c-40a5-be4a-5f45eeb348a6",
                "",
                "A destination that ends in 0001 is busy, 0002 never answers,",
                "0005 is refused, and with 0006 the answer is lost.",
            ]
        }
        for (index, line) in lines.prefix(pageHeight - 1).enumerated() {
            canvas.write(
                line,
                x: 3,
                y: 4 + index,
                style: settings.theme[index == 0 ? .text : .dim],
                width: size.width - 4
            )
        }
    }

    /// The selected call's details under the list.
    private func drawSide(_ canvas: inout Canvas) {
        let top = size.height - 3 - sideHeight
        canvas.horizontalLine(x: 1, y: top, width: size.width - 2, style: settings.theme[.border])
        guard let selection, let call = snapshot.call(selection) else { return }
        canvas.write(" \(call.to ?? "?") ", x: 3, y: top, style: settings.theme[.title], width: size.width / 2)
        let room = sideHeight - 1
        let lines = detailLines(call)
        // The head of the details, and the newest of the timeline in what is left.
        let facts = lines.prefix { $0.label != DetailText.timelineLabel }
        let timeline = lines.dropFirst(facts.count)
        let wide = size.width >= 120
        let factsShown = facts.prefix(wide ? room : max(3, room / 2))
        let timelineShown = timeline.suffix(wide ? room : room - factsShown.count)
        for (index, line) in factsShown.enumerated() {
            draw(line, x: 3, y: top + 1 + index, width: wide ? size.width / 2 - 4 : size.width - 4, &canvas)
        }
        for (index, line) in timelineShown.enumerated() {
            let x = wide ? size.width / 2 + 1 : 3
            let y = top + 1 + index + (wide ? 0 : factsShown.count)
            draw(line, x: x, y: y, width: size.width - x - 1, &canvas)
        }
    }
}

/// The columns of the board for a width.
struct Columns: Hashable, Sendable {
    static let timeWidth = 8

    let state = 3
    let to = 13
    let numberWidth = 16
    var from: Int?
    var agent: Int?
    var agentWidth = 0
    let time: Int
    let flags: Int
    let flagsWidth: Int

    /// From 40 columns on: state, to, time; from 56 flags of use, from 72 the caller, from 80 the agent.
    init(width: Int) {
        var x = to + numberWidth + 1
        if width >= 72 {
            from = x
            x += numberWidth + 1
        }
        if width >= 80 {
            agent = x
            // A whole agent id has 36 characters; the flags get what is left.
            agentWidth = min(36, max(8, width - x - Self.timeWidth - 17))
            x += agentWidth + 1
        }
        time = x
        flags = x + Self.timeWidth + 2
        flagsWidth = max(0, width - flags - 1)
    }

    func drawHeads(_ canvas: inout Canvas, y: Int, style: Style) {
        canvas.write("STATE", x: state, y: y, style: style)
        canvas.write("TO", x: to, y: y, style: style)
        if let from { canvas.write("FROM", x: from, y: y, style: style) }
        if let agent { canvas.write("AGENT", x: agent, y: y, style: style, width: agentWidth) }
        canvas.write("TIME", x: time + Self.timeWidth - 4, y: y, style: style)
        if flagsWidth >= 5 { canvas.write("FLAGS", x: flags, y: y, style: style) }
    }
}
