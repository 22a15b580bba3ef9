import CallBoard
import Terminal

/// Forms that are saved under a name.
extension ConsoleModel {
    mutating func openPresets() -> [ConsoleEffect] {
        layers.append(.presets)
        presets.filter.text = ""
        presets.isTyping = false
        presets.cursor = ListCursor()
        keepPresetSelection()
        presets.state = .loading
        return [.run(.presets)]
    }

    mutating func receive(presets all: [Preset]) {
        presets.state = .loaded
        presets.all = all
        keepPresetSelection()
        if let name = presets.wanted { openPreset(named: name) }
    }

    /// Not over what the operator has turned to since the command was typed: any key takes the wish back.
    private mutating func openPreset(named name: String) {
        presets.wanted = nil
        if let preset = presets.all.first(where: { $0.name.lowercased() == name.lowercased() }) { return open(preset) }
        let meant = Spelling.nearest(to: name, among: presets.all.map(\.name)).map { "; did you mean “\($0)”?" }
        say("there is no preset “\(name)”" + (meant ?? "; presets lists them"), .error)
    }

    private mutating func keepPresetSelection() {
        presets.cursor.keep(in: presets.shown.map(\.name), height: listHeight)
    }

    mutating func pressPresets(_ key: Key) -> [ConsoleEffect] {
        let shown = presets.shown
        if case .character(let character) = key { return type(character, shown) }
        guard let action = settings.keymap.action(for: key, in: .presets) else {
            if presets.filter.edit(key) { keepPresetSelection() }
            return []
        }
        if presets.cursor.take(action, in: shown.map(\.name), height: listHeight) { return [] }
        switch action {
        case .close:
            if presets.filter.isEmpty, !presets.isTyping {
                layers.removeLast()
            } else {
                presets.filter.text = ""
                presets.isTyping = false
                keepPresetSelection()
            }
        case .openPreset: if let preset = presets.selected { open(preset) }
        case .deletePreset: if let preset = presets.selected { question = .deletePreset(preset.name) }
        default: return common(action)
        }
        return []
    }

    /// Digits open as long as nothing was typed; everything else narrows.
    private mutating func type(_ character: Character, _ shown: [Preset]) -> [ConsoleEffect] {
        if !presets.isTyping, let digit = character.wholeNumberValue, (1...9).contains(digit) {
            guard shown.indices.contains(digit - 1) else {
                say("there is no preset \(digit)", .warning)
                return []
            }
            open(shown[digit - 1])
            return []
        }
        if !presets.isTyping, character == "?" { return common(.help) }
        let isFirst = !presets.isTyping
        presets.isTyping = true
        if !isFirst || character != "/" { presets.filter.insert(String(character)) }
        keepPresetSelection()
        return []
    }

    private mutating func open(_ preset: Preset) {
        var form = CallForm(draft: preset.text)
        form.book = book
        form.begin()
        replaceForm(with: FormReplacement(form: form, said: "preset “\(preset.name)” opened"))
    }

    mutating func deletePreset(_ name: String) -> [ConsoleEffect] { [.run(.dropPreset(name))] }

    // MARK: Saving

    mutating func namePreset() {
        guard form.kept(withDestination: true) != nil else {
            say("the form is empty; there is nothing to save", .warning)
            return
        }
        form.closeSuggestions()
        naming = PresetNaming()
    }

    mutating func pressNaming(_ key: Key) -> [ConsoleEffect] {
        guard var naming else { return [] }
        switch key {
        case .tab:
            if !form.destination.isEmpty { naming.withDestination.toggle() }
            self.naming = naming
        default:
            switch ListFilterKey(key, &naming.field) {
            case .clear: self.naming = nil
            case .effect(let effect): return [effect]
            case .edited: self.naming = naming
            case .nothing: break
            case .keep:
                let name = naming.name
                if name.isEmpty { return [] }
                // Whether it is there already, only the journal knows: others may have saved it.
                self.naming = naming
                return [.run(.findPreset(name))]
            }
        }
        return []
    }

    /// The journal says whether there is one of the name.
    mutating func receive(preset name: String, exists: Bool) -> [ConsoleEffect] {
        // It is the answer for the name that stands there, or it comes too late.
        guard let naming, question == nil, naming.name == name else { return [] }
        if !exists { return savePreset(name, naming) }
        question = .replacePreset(name)
        return []
    }

    /// The yes to saving the form in the place of another preset.
    mutating func replacePreset(_ name: String) -> [ConsoleEffect] {
        guard let naming, naming.name == name else { return [] }
        return savePreset(name, naming)
    }

    private mutating func savePreset(_ name: String, _ naming: PresetNaming) -> [ConsoleEffect] {
        self.naming = nil
        guard let text = form.kept(withDestination: naming.withDestination) else {
            say("the form is empty; there is nothing to save", .warning)
            return []
        }
        return [.run(.keepPreset(Preset(name: name, text: text)))]
    }

    // MARK: Drawing

    /// - Returns: where the cursor stands.
    func drawPresets(_ canvas: inout Canvas) -> Point? {
        let theme = settings.theme
        let shown = presets.shown
        let all = presets.all.count
        let frame = ListFrame(
            title: presets.filter.isEmpty ? "Presets \(all)" : "Presets \(shown.count) of \(all)",
            filter: presets.filter.text,
            field: presets.isTyping ? presets.filter : nil,
            isWrong: false,
            note: presets.state == .loading ? "loading\(ellipsis)" : nil
        )
        let cursor = draw(frame, &canvas)
        if shown.isEmpty {
            drawNoPresets(&canvas)
            return cursor
        }
        let nameWidth = size.width >= 80 ? 24 : 18
        let wordsX = 6 + nameWidth + 1
        canvas.write("NAME", x: 6, y: 2, style: theme[.dim])
        canvas.write("VALUES", x: wordsX, y: 2, style: theme[.dim])
        let top = presets.cursor.top(in: shown.map(\.name), height: listHeight)
        for (line, preset) in shown.dropFirst(top).prefix(listHeight).enumerated() {
            let y = 3 + line
            let number = top + line + 1
            if number <= 9, !presets.isTyping { canvas.write("\(number)", x: 3, y: y, style: theme[.accent]) }
            canvas.write(preset.name, x: 6, y: y, style: theme[.text], width: nameWidth)
            canvas.write(words(preset), x: wordsX, y: y, style: theme[.dim], width: size.width - wordsX - 1)
            if preset.name == presets.cursor.selection { drawSelection(y: y, &canvas) }
        }
        drawBeyond(top: top, count: shown.count, &canvas)
        return cursor
    }

    /// What is in it, in short. A number that would be rung comes first.
    func words(_ preset: Preset) -> String {
        let form = CallForm(draft: preset.text)
        var parts: [String] = []
        if !form.destination.isEmpty { parts.append("to \(form.destination.text)") }
        if let agent = book.agents.shown(form.agent.text), !agent.isEmpty { parts.append(agent) }
        if !form.caller.isEmpty { parts.append("from \(form.caller.text)") }
        let count = form.variables.count { !$0.isEmpty }
        if count > 0 { parts.append("\(count) variable\(count == 1 ? "" : "s")") }
        return parts.joined(separator: ", ")
    }

    private func drawNoPresets(_ canvas: inout Canvas) {
        let text: String =
            switch presets.state {
            case .loading where presets.all.isEmpty: "Loading\(ellipsis)"
            case .failed(let why): "The presets could not be read. \(why)"
            default:
                presets.all.isEmpty
                    ? "There are no presets yet"
                        + hint(.savePreset, in: .form) { ": \($0) in the form for a new call saves it under a name" }
                        + "."
                    : "No preset matches." + hint(.close, in: .presets) { " \($0) shows all." }
            }
        drawListText(text, &canvas)
    }

    /// - Returns: where the cursor stands.
    func drawNaming(_ naming: PresetNaming, _ canvas: inout Canvas) -> Point {
        let y = size.height - 2
        let theme = settings.theme
        canvas.fill(Rect(x: 0, y: y, width: size.width, height: 1), style: theme[.text])
        let label = "Save as:"
        let x = 3 + canvas.write(label, x: 3, y: y, style: theme[.accent]) + 1
        let words =
            naming.withDestination
            ? "with \(form.destination.text)  (Tab: without)" : "without \(form.destination.text)  (Tab: with)"
        let wordsWidth = form.destination.isEmpty ? 0 : words.count + 1
        let room = size.width - x - 2
        let width = max(4, min(PresetNaming.limit + 1, max(min(20, room), room - wordsWidth)))
        canvas.fill(Rect(x: x, y: y, width: width, height: 1), style: theme[.fieldFocus])
        let window = naming.field.window(width: width)
        canvas.write(window.text, x: x, y: y, style: theme[.fieldFocus], width: width, ellipsis: false)
        if !form.destination.isEmpty {
            canvas.write(words, x: x + width + 1, y: y, style: theme[.dim], width: max(0, size.width - x - width - 2))
        }
        return Point(x: min(x + window.cursorColumn, size.width - 1), y: y)
    }
}
