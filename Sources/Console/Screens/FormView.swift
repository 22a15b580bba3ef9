import Piopiy
import Terminal

extension ConsoleModel {
    /// Draws the form.
    /// - Returns: where the cursor stands.
    func drawForm(_ canvas: inout Canvas) -> Point? {
        let theme = settings.theme
        canvas.horizontalLine(x: 1, y: 1, width: size.width - 2, style: theme[.border])
        canvas.write(" New call ", x: 3, y: 1, style: theme[.title])
        canvas.horizontalLine(x: 1, y: size.height - 3, width: size.width - 2, style: theme[.border])
        let room = size.height - 5
        if form.showsPreview {
            drawPreview(&canvas, room: room)
            return nil
        }
        // The lines of the whole form; those around the focus are shown.
        let lines = FormLines(
            form,
            problemWidth: max(10, size.width - FormLines.fieldColumn - 3),
            suggestionLimit: room - 1
        ).lines
        let focusLine = lines.firstIndex { $0.holds(form.focus) } ?? 0
        // The lines after the focus may hold its problem and its suggestions, so they come along.
        let problemLines = lines.dropFirst(focusLine + 1).prefix { $0.isBelowField }.count
        let top = max(0, min(focusLine + 1 + max(1, problemLines) - room, lines.count - room))
        var cursor: Point?
        for (index, line) in lines.dropFirst(top).prefix(room).enumerated() {
            if let point = draw(line, y: 2 + index, &canvas) { cursor = point }
        }
        return cursor
    }

    private func drawPreview(_ canvas: inout Canvas, room: Int) {
        let theme = settings.theme
        for (index, line) in form.previewLines.dropFirst(form.previewTop).prefix(room).enumerated() {
            let isRequestLine = index + form.previewTop == 0
            canvas.write(
                line,
                x: 3,
                y: 2 + index,
                style: theme[isRequestLine ? .accent : .text],
                width: size.width - 4
            )
        }
    }

    /// - Returns: where the cursor stands, when it is in this line.
    private func draw(_ line: FormLine, y: Int, _ canvas: inout Canvas) -> Point? {
        let theme = settings.theme
        let left = FormLines.fieldColumn
        switch line {
        case .blank: return nil
        case .problem(let text, let isFirst):
            if isFirst { canvas.write(settings.ascii ? "!" : "▲", x: left, y: y, style: theme[.fieldError]) }
            canvas.write(text, x: left + 2, y: y, style: theme[.fieldError], width: size.width - left - 3)
            return nil
        case .note(let text):
            canvas.write(text, x: left + 2, y: y, style: theme[.dim], width: size.width - left - 3)
            return nil
        case .suggestion(let suggestion, let isHighlighted):
            draw(suggestion, isHighlighted: isHighlighted, y: y, &canvas)
            return nil
        case .field(let field):
            label(field, y: y, &canvas)
            let width = min(
                field == .agent || field == .failoverAgent ? 38 : field.range != nil ? 8 : 22,
                size.width - left - 1
            )
            let point = box(field, x: left, y: y, width: width, &canvas)
            let hintX = left + width + 2
            canvas.write(
                form.hint(of: field),
                x: hintX,
                y: y,
                style: theme[.dim],
                width: max(0, size.width - hintX - 1)
            )
            return point
        case .choice(let field, let value):
            label(field, y: y, &canvas)
            let isFocused = form.focus == field
            let text = settings.ascii ? "< \(value) >" : "‹ \(value) ›"
            let used = canvas.write(text, x: left, y: y, style: theme[isFocused ? .fieldFocus : .field])
            canvas.write(
                field.hint,
                x: left + used + 2,
                y: y,
                style: theme[.dim],
                width: max(0, size.width - left - used - 3)
            )
            return isFocused ? Point(x: left, y: y) : nil
        case .variable(let row):
            if row == 0 { label(.variableKey(0), y: y, &canvas) }
            let keyWidth = max(8, min(20, (size.width - left - 14) / 3))
            let valueX = left + keyWidth + 11
            let keyPoint = box(.variableKey(row), x: left, y: y, width: keyWidth, &canvas)
            let kind = form.variables[row].isEmpty ? "" : form.variables[row].kind.rawValue
            let isFocused = form.focus == .variableType(row)
            let shown = kind.isEmpty && isFocused ? "type" : kind
            canvas.write(shown, x: left + keyWidth + 1, y: y, style: theme[isFocused ? .fieldFocus : .dim], width: 9)
            let valuePoint = box(
                .variableValue(row),
                x: valueX,
                y: y,
                width: max(4, size.width - valueX - 2),
                &canvas
            )
            return keyPoint ?? valuePoint ?? (isFocused ? Point(x: left + keyWidth + 1, y: y) : nil)
        case .button:
            let isFocused = form.focus == .place
            canvas.write("[ Place the call ]", x: left, y: y, style: theme[isFocused ? .fieldFocus : .accent])
            return isFocused ? Point(x: left + 2, y: y) : nil
        }
    }

    private func draw(_ suggestion: Suggestion, isHighlighted: Bool, y: Int, _ canvas: inout Canvas) {
        let theme = settings.theme
        let left = FormLines.fieldColumn
        let style = theme[isHighlighted ? .selection : .text]
        let width = size.width - left - 1
        if isHighlighted {
            canvas.write(settings.ascii ? ">" : "›", x: left - 2, y: y, style: theme[.accent])
            canvas.fill(Rect(x: left, y: y, width: width, height: 1), style: style)
        }
        // A number has 16 digits at most, an agent's id 36.
        let valueWidth = min(width, form.focus.isPhone ? 18 : size.width >= 80 ? 22 : 14)
        canvas.write(suggestion.value, x: left, y: y, style: style, width: max(1, valueWidth - 1))
        let rest = width - valueWidth
        guard rest > 0 else { return }
        canvas.write(
            suggestion.words,
            x: left + valueWidth,
            y: y,
            style: isHighlighted ? style : theme[.dim],
            width: rest
        )
    }

    private func label(_ field: FormField, y: Int, _ canvas: inout Canvas) {
        let isHere = form.focus == field || (field.variableRow != nil && form.focus.variableRow != nil)
        canvas.write(field.label, x: 3, y: y, style: settings.theme[isHere ? .accent : .text], width: 14)
    }

    /// A text field.
    /// - Returns: where the cursor stands, when the field has the focus.
    private func box(_ field: FormField, x: Int, y: Int, width: Int, _ canvas: inout Canvas) -> Point? {
        guard let text = form.text(of: field), width > 0 else { return nil }
        let theme = settings.theme
        let isFocused = form.focus == field
        let style = theme[isFocused ? .fieldFocus : .field]
        canvas.fill(Rect(x: x, y: y, width: width, height: 1), style: style)
        // Who types a number has to see it.
        let masks = canvas.masksNumbers
        if isFocused, form.typed.contains(field) { canvas.masksNumbers = false }
        defer { canvas.masksNumbers = masks }
        let window = text.window(width: isFocused ? width : Int.max / 2)
        canvas.write(window.text, x: x, y: y, style: style, width: width, ellipsis: !isFocused)
        if text.isEmpty, field.variableRow != nil, !isFocused {
            var hint = style
            hint.attributes.insert(.dim)
            canvas.write(field.hint, x: x, y: y, style: hint, width: width)
        }
        return isFocused ? Point(x: x + min(window.cursorColumn, width - 1), y: y) : nil
    }
}

/// One line of the form.
enum FormLine: Hashable, Sendable {
    case blank
    case field(FormField)
    case choice(FormField, String)
    case variable(Int)
    case problem(String, isFirst: Bool)
    case note(String)
    case suggestion(Suggestion, isHighlighted: Bool)
    case button

    /// Whether it belongs to the field above it.
    var isBelowField: Bool {
        switch self {
        case .problem, .note, .suggestion: true
        default: false
        }
    }

    func holds(_ focus: FormField) -> Bool {
        switch self {
        case .field(let field), .choice(let field, _): field == focus
        case .variable(let row): focus.variableRow == row
        case .button: focus == .place
        case .blank, .problem, .note, .suggestion: false
        }
    }
}

/// The form as lines, each problem under its field.
struct FormLines {
    /// Where fields begin.
    static let fieldColumn = 18

    var lines: [FormLine] = []
    private let problemWidth: Int
    private let suggestionLimit: Int

    /// - Parameters:
    ///   - problemWidth: columns for a problem's text; what is longer goes on in the next line.
    ///   - suggestionLimit: lines that there are under the field with the focus.
    init(_ form: CallForm, problemWidth: Int, suggestionLimit: Int) {
        self.problemWidth = problemWidth
        self.suggestionLimit = suggestionLimit
        lines.append(.blank)
        for field in [FormField.caller, .destination, .agent] { add(.field(field), [field], form) }
        lines.append(.blank)
        for field in [FormField.maxDuration, .ringTimeout] { add(.field(field), [field], form) }
        add(.choice(.record, form.record.rawValue), [.record], form)
        lines.append(.blank)
        for row in form.variables.indices {
            add(.variable(row), [.variableKey(row), .variableType(row), .variableValue(row)], form)
        }
        add(.choice(.more, form.showsMore ? "open" : "closed"), [.more], form)
        if form.showsMore {
            for field in [FormField.appID, .failoverAgent] { add(.field(field), [field], form) }
        }
        lines.append(.blank)
        add(.button, [.place], form)
    }

    private mutating func add(_ line: FormLine, _ fields: [FormField], _ form: CallForm) {
        lines.append(line)
        for field in fields {
            guard let problem = form.problems[field] else { continue }
            let name: String =
                switch field {
                case .variableKey: "the key "
                case .variableValue: "the value "
                case .place: ""
                default: "\(field.label.lowercased()) "
                }
            for (index, text) in DetailText.wrapped(name + problem, width: problemWidth).enumerated() {
                lines.append(.problem(text, isFirst: index == 0))
            }
        }
        for field in fields {
            if let note = form.note(of: field) { lines.append(.note(note)) }
            guard field == form.focus else { continue }
            let suggestions = form.suggestions
            // Where there is little room, those around the highlighted one.
            let room = max(0, suggestionLimit - lines.reversed().prefix { $0.isBelowField }.count)
            let place = form.highlighted.flatMap { suggestions.firstIndex(of: $0) } ?? 0
            let first = max(0, min(place - room + 1, suggestions.count - room))
            for suggestion in suggestions.dropFirst(first).prefix(room) {
                lines.append(.suggestion(suggestion, isHighlighted: suggestion == form.highlighted))
            }
        }
    }
}
