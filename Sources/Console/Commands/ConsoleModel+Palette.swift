import CallBoard
import Terminal

/// The line for commands: its keys, and how it is drawn.
extension ConsoleModel {
    private static let formerLimit = 100

    mutating func pressPalette(_ key: Key) -> [ConsoleEffect] {
        guard var line = palette else { return [] }
        switch key {
        case .enter: return runPalette()
        case .escape, .control("c"):
            palette = nil
            return []
        case .control("l"): return [.redraw]
        case .control("z"): return [.suspend]
        case .tab: complete(&line)
        case .up: move(&line, by: -1)
        case .down: move(&line, by: 1)
        case .character(let character):
            if line.mayEndWord, !character.isWhitespace, !goesOn(line, with: character) { line.field.insert(" ") }
            type(String(character), &line)
        // What is pasted is a text to look at and to send with Enter, however many lines it has.
        case .paste(let text): paste(text, &line)
        default:
            if line.field.edit(key) {
                (line.chosen, line.recalled, line.mistake, line.mayEndWord) = (nil, nil, nil, false)
            }
        }
        palette = line
        // Which themes there are has to be looked up, once somebody asks.
        if themeNames == nil, line.begun.hasPrefix("theme ") {
            themeNames = []
            return [.run(.themes)]
        }
        return []
    }

    /// Lines and cells that hold digits are numbers of several people, so that only one may be pasted.
    private func paste(_ text: String, _ line: inout Palette) {
        do throws(NumberPaste.Refusal) {
            _ = try NumberPaste.oneLine(text)
            type(text.split(whereSeparator: \.isNewline).joined(separator: " "), &line)
        } catch {
            line.mistake = "the line \(error.problem)"
        }
    }

    private func type(_ text: String, _ line: inout Palette) {
        let fitted = line.field.insert(text)
        (line.chosen, line.recalled, line.mistake, line.mayEndWord) = (nil, nil, nil, false)
        if !fitted { line.mistake = "the line is full; the rest was cut off" }
    }

    private mutating func runPalette() -> [ConsoleEffect] {
        guard var line = palette else { return [] }
        // What is chosen in the list is what is run.
        if let chosen = line.chosen {
            line.take(chosen, from: completion(line).start, isWhole: false)
            palette = line
        }
        let text = line.field.text
        guard text.contains(where: { !$0.isWhitespace }) else {
            palette = nil
            return []
        }
        do throws(CommandMistake) {
            let command = try ConsoleCommandLine(parsing: text)
            // The Enter may be the end of a line that was pasted: it is to be looked at before it acts on a call.
            if command.actsOnCalls, !(burst?.isAlone ?? true) {
                throw CommandMistake("Enter came with other keys; press it again")
            }
            let effects = try run(command)
            palette = nil
            remember(text)
            return effects
        } catch {
            palette?.mistake = error.words
            return []
        }
    }

    private mutating func remember(_ text: String) {
        formerCommands.removeAll { $0 == text }
        formerCommands.append(text)
        if formerCommands.count > Self.formerLimit { formerCommands.removeFirst() }
    }

    /// Up and Down choose from the list; in an empty line, or one that was recalled, they recall former commands.
    private func move(_ line: inout Palette, by step: Int) {
        line.mistake = nil
        if line.recalled != nil || (line.field.isEmpty && step < 0 && line.chosen == nil && !formerCommands.isEmpty) {
            let back = (line.recalled ?? 0) - step
            guard back <= formerCommands.count else { return }
            line.recalled = back > 0 ? back : nil
            line.field.text = back > 0 ? formerCommands[formerCommands.count - back] : ""
            return
        }
        let texts = completion(line).candidates.map(\.text)
        guard !texts.isEmpty else { return }
        guard let index = line.chosen.flatMap({ texts.firstIndex(of: $0) }) else {
            line.chosen = step > 0 ? texts.first : texts.last
            return
        }
        let next = index + step
        line.chosen = texts.indices.contains(next) ? texts[next] : nil
    }

    /// Whether a character goes on with the word that Tab has filled in; if not, it begins the next word.
    private func goesOn(_ line: Palette, with character: Character) -> Bool {
        var longer = line
        longer.field.insert(String(character))
        return !completion(longer).candidates.isEmpty
    }

    /// Fills in what is chosen, or what all that is listed have in common.
    private func complete(_ line: inout Palette) {
        let completion = completion(line)
        let candidates = completion.candidates
        let chosen = line.chosen.flatMap { text in candidates.first { $0.text == text } }
        let begun = String(line.begun.dropFirst(completion.start))
        let whole = begun.isEmpty ? nil : candidates.first { $0.text == begun }
        if let only = chosen ?? (candidates.count == 1 ? candidates[0] : whole) {
            line.take(only.text, from: completion.start, isWhole: only.isWhole)
            return
        }
        guard let first = candidates.first?.text else { return }
        let common = candidates.dropFirst().reduce(first) { start, next in
            String(zip(start, next.text).prefix { $0.0 == $0.1 }.map(\.0))
        }
        // Nothing in common: Tab goes through the list.
        guard common.count > begun.count else { return move(&line, by: 1) }
        line.take(common, from: completion.start, isWhole: false)
        line.mayEndWord = candidates.contains { $0.text == common && $0.isWhole }
    }

    func completion(_ line: Palette) -> CommandCompletion {
        CommandCompletion(
            line.begun,
            .init(
                calls: rows.compactMap { snapshot.call($0) },
                book: book,
                themes: themeNames ?? [],
                keymap: settings.keymap,
                campaigns: campaigns.all
            )
        )
    }

    // MARK: Drawing

    /// - Returns: where the cursor stands.
    func drawPalette(_ line: Palette, _ canvas: inout Canvas) -> Point {
        let theme = settings.theme
        drawPaletteList(line, &canvas)
        let y = size.height - 2
        canvas.fill(Rect(x: 0, y: y, width: size.width, height: 2), style: theme[.text])
        canvas.write(":", x: 1, y: y, style: theme[.accent])
        let width = size.width - 3
        canvas.fill(Rect(x: 2, y: y, width: width, height: 1), style: theme[.fieldFocus])
        let window = line.field.window(width: width)
        // Who types a number has to see it.
        canvas.masksNumbers = false
        canvas.write(window.text, x: 2, y: y, style: theme[.fieldFocus], width: width)
        canvas.masksNumbers = settings.masksNumbers
        var x = 1
        for (key, word) in [("Enter", "run"), ("Tab", "complete"), ("Up Down", "choose, recall"), ("Esc", "close")] {
            guard x + key.count + 1 + word.count < size.width else { break }
            x += canvas.write(key, x: x, y: y + 1, style: theme[.accent]) + 1
            x += canvas.write(word, x: x, y: y + 1, style: theme[.dim]) + 2
        }
        return Point(x: min(size.width - 1, 2 + window.cursorColumn), y: y)
    }

    /// What the line can go on with, or what is wrong with it, above it.
    private func drawPaletteList(_ line: Palette, _ canvas: inout Canvas) {
        let theme = settings.theme
        let room = max(1, min(12, (size.height - 6) / 2))
        let bottom = size.height - 3
        func clear(_ count: Int, _ title: String) -> Int {
            let top = bottom - count
            canvas.fill(Rect(x: 0, y: top - 1, width: size.width, height: count + 2), style: theme[.text])
            canvas.horizontalLine(x: 1, y: top - 1, width: size.width - 2, style: theme[.border])
            canvas.write(" \(title) ", x: 3, y: top - 1, style: theme[.title], width: size.width - 6)
            canvas.horizontalLine(x: 1, y: bottom, width: size.width - 2, style: theme[.border])
            return top
        }
        if let mistake = line.mistake {
            let lines = DetailText.wrapped(mistake, width: max(20, size.width - 6)).prefix(room)
            let top = clear(lines.count, "Not done")
            for (index, text) in lines.enumerated() {
                canvas.write(text, x: 3, y: top + index, style: theme[.warning], width: size.width - 4)
            }
            return
        }
        let completion = completion(line)
        let candidates = completion.candidates
        // How the command goes stays in sight even when there is nothing to choose.
        guard !candidates.isEmpty || completion.command != nil else { return }
        let index = line.chosen.flatMap { text in candidates.firstIndex { $0.text == text } }
        let first = max(0, min((index ?? 0) - room + 1, candidates.count - room))
        let shown = candidates.dropFirst(first).prefix(room)
        let count = candidates.count > room ? " (\(shown.count) of \(candidates.count))" : ""
        let top = clear(shown.count, (completion.command?.usage ?? "Commands") + count)
        let nameWidth = min(max(8, size.width / 2 - 4), shown.map { SafeText.width($0.text) }.max() ?? 8)
        for (row, candidate) in shown.enumerated() {
            let y = top + row
            let isChosen = candidate.text == line.chosen
            canvas.write(candidate.text, x: 3, y: y, style: theme[.accent], width: nameWidth)
            var x = 3 + nameWidth + 2
            if let key = candidate.key {
                canvas.write(key, x: x, y: y, style: theme[.text], width: 6)
            }
            x += candidates.contains { $0.key != nil } ? 7 : 0
            canvas.write(candidate.explanation, x: x, y: y, style: theme[.dim], width: max(0, size.width - x - 1))
            if isChosen {
                canvas.write(settings.ascii ? ">" : "›", x: 1, y: y, style: theme[.accent])
                canvas.restyle(Rect(x: 0, y: y, width: size.width, height: 1)) { style in
                    let selected = theme[.selection]
                    return Style(
                        foreground: selected.foreground,
                        background: selected.background,
                        attributes: style.attributes.union(selected.attributes).subtracting(.dim)
                    )
                }
            }
        }
    }
}
