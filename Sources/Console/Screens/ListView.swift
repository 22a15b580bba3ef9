import Terminal

/// What a key does to the line that narrows a list.
enum ListFilterKey {
    case keep, clear, edited, nothing
    case effect(ConsoleEffect)

    /// - Parameter field: what is typed; it is changed by editing keys.
    init(_ key: Key, _ field: inout TextField) {
        switch key {
        case .enter: self = .keep
        case .escape, .control("c"): self = .clear
        case .control("l"): self = .effect(.redraw)
        case .control("z"): self = .effect(.suspend)
        case .character(let character):
            field.insert(String(character))
            self = .edited
        case .paste(let text):
            // Line ends of a paste never act as Enter.
            field.insert(text.split(whereSeparator: \.isNewline).joined(separator: " "))
            self = .edited
        default: self = field.edit(key) ? .edited : .nothing
        }
    }
}

/// What is around a list that fills the screen.
struct ListFrame {
    let title: String
    let filter: String
    /// The filter's line while it is being typed.
    let field: TextField?
    /// Whether the filter has a mistake in it.
    let isWrong: Bool
    /// On the right of the title's line.
    let note: String?
}

/// Lists that fill the screen: history, agents, presets.
extension ConsoleModel {
    /// Rows that fit: header, title and column heads above; rule, status and footer below.
    var listHeight: Int { max(1, size.height - 6) }

    var ellipsis: String { settings.ascii ? "..." : "…" }

    /// Draws title, filter and rules.
    /// - Returns: where the cursor stands while the filter is being typed.
    func draw(_ frame: ListFrame, _ canvas: inout Canvas) -> Point? {
        let theme = settings.theme
        canvas.horizontalLine(x: 1, y: 1, width: size.width - 2, style: theme[.border])
        canvas.horizontalLine(x: 1, y: size.height - 3, width: size.width - 2, style: theme[.border])
        var x = 3 + canvas.write(" \(frame.title) ", x: 3, y: 1, style: theme[.title], width: size.width - 6) + 1
        var cursor: Point?
        let text = frame.field?.text ?? frame.filter
        if frame.field != nil || !text.isEmpty {
            let role: Role = frame.isWrong ? .fieldError : frame.field == nil ? .accent : .fieldFocus
            let width = max(4, size.width - x - 3)
            if let field = frame.field {
                let before = SafeText.width(String(field.characters.prefix(field.cursor)))
                cursor = Point(x: min(size.width - 2, x + 2 + before), y: 1)
            }
            x += canvas.write(" /\(text) ", x: x, y: 1, style: theme[role], width: width) + 1
        }
        if let note = frame.note {
            let noteX = size.width - 5 - SafeText.width(note)
            if noteX > x { canvas.write(" \(note) ", x: noteX, y: 1, style: theme[.dim]) }
        }
        return cursor
    }

    func drawSelection(y: Int, _ canvas: inout Canvas) {
        canvas.write(settings.ascii ? ">" : "›", x: 1, y: y, style: settings.theme[.accent])
        let selected = settings.theme[.selection]
        canvas.restyle(Rect(x: 0, y: y, width: size.width, height: 1)) { style in
            Style(
                foreground: selected.foreground,
                background: selected.background,
                attributes: style.attributes.union(selected.attributes).subtracting(.dim)
            )
        }
    }

    /// How many rows are beyond the edges, on the rule below the list.
    /// - Parameter more: whether there are others that are not loaded.
    func drawBeyond(top: Int, count: Int, more: Bool = false, _ canvas: inout Canvas) {
        let below = count - top - listHeight
        var words: [String] = []
        if top > 0 { words.append("\(top) above") }
        if below > 0 || more { words.append("\(max(0, below))\(more ? "+" : "") below") }
        guard !words.isEmpty else { return }
        let text = " \(words.joined(separator: ", ")) "
        canvas.write(text, x: size.width - 4 - text.count, y: size.height - 3, style: settings.theme[.dim])
    }

    /// A sentence in the place of the rows.
    func drawListText(_ text: String, _ canvas: inout Canvas) {
        let lines = DetailText.wrapped(text, width: max(10, size.width - 6))
        for (index, line) in lines.prefix(max(1, listHeight - 1)).enumerated() {
            canvas.write(
                line,
                x: 3,
                y: min(4, size.height - 4) + index,
                style: settings.theme[.dim],
                width: size.width - 4
            )
        }
    }
}
