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

        drawHeads(columns, &canvas)
        if rows.isEmpty, let mistake = filterMistake {
            canvas.write(mistake, x: 3, y: 4, style: theme[.warning], width: size.width - 4)
        } else if rows.isEmpty, !snapshot.order.isEmpty {
            canvas.write("No call matches. Esc shows all.", x: 3, y: 4, style: theme[.dim], width: size.width - 4)
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

    func drawRow(_ call: Call, _ columns: Columns, y: Int, isSelected: Bool, _ canvas: inout Canvas) {
        let theme = settings.theme
        let base = theme[call.isEnded ? .dim : .text]
        for place in columns.places {
            let text = Words.value(place.column, call, now: steady, names: book.agents, ascii: settings.ascii)
            let style =
                switch place.column {
                case .state: theme[Role(call.stage)]
                case .flags where call.isInDoubt: theme[.unknown]
                case .flags where call.callerWasLost: theme[.warning]
                default: base
                }
            let indent = place.column.isRightAligned ? max(0, place.width - SafeText.width(text)) : 0
            canvas.write(text, x: place.x + indent, y: y, style: style, width: place.width - indent)
        }
        if marked.contains(call.key) {
            canvas.write(settings.ascii ? "+" : "▪", x: 2, y: y, style: theme[.marked])
            let number = columns[.to] ?? columns.places.first
            let width = number.map {
                min(
                    $0.width,
                    SafeText.width(Words.value($0.column, call, now: steady, names: book.agents, ascii: true))
                )
            }
            let area = Rect(x: number?.x ?? 0, y: y, width: width ?? size.width, height: 1)
            canvas.restyle(area) { style in
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
            let last = columns[.to] ?? columns.places.last
            let width = last.map { $0.x + $0.width } ?? size.width
            canvas.restyle(Rect(x: 0, y: y, width: width, height: 1)) { _ in selected }
        }
    }

    private func drawHeads(_ columns: Columns, _ canvas: inout Canvas) {
        for place in columns.places {
            let head = place.column.head
            let indent = place.column.isRightAligned ? max(0, place.width - SafeText.width(head)) : 0
            let style = settings.theme[.dim]
            canvas.write(head, x: place.x + indent, y: 2, style: style, width: place.width - indent)
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
        var first = "No calls." + (settings.isReadOnly ? "" : hint(.newCall) { " Press \($0) to place one" })
        first += hint(.help) { first.hasSuffix(".") ? " \($0) shows the keys" : ", \($0) for help" }
        var lines = [first.hasSuffix(".") ? first : first + "."]
        if settings.isSandbox {
            lines += [
                "",
                "This is the sandbox: nobody is really called. For example:",
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
        let wide = size.width >= 120
        let width = wide ? size.width / 2 - 4 : size.width - 4
        let facts = wrapped(lines.prefix { $0.label != DetailText.timelineLabel }, width: width)
        let timeline = wrapped(lines.filter { $0.label == DetailText.timelineLabel }, width: width)
        let factsShown = facts.prefix(wide ? room : max(3, room / 2))
        let timelineShown = timeline.suffix(wide ? room : room - factsShown.count)
        for (index, line) in factsShown.enumerated() {
            draw(line, x: 3, y: top + 1 + index, width: width, &canvas)
        }
        for (index, line) in timelineShown.enumerated() {
            let x = wide ? size.width / 2 + 1 : 3
            let y = top + 1 + index + (wide ? 0 : factsShown.count)
            draw(line, x: x, y: y, width: size.width - x - 1, &canvas)
        }
    }
}
