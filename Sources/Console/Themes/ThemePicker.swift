import CallBoard
import Terminal

/// A theme as it can be chosen: read, or with what is wrong in its file.
public struct ThemeChoice: Sendable, Equatable {
    /// The name by which it is chosen.
    public let name: String
    public let theme: Result<Theme, ThemeError>

    public init(name: String, theme: Result<Theme, ThemeError>) {
        self.name = name
        self.theme = theme
    }
}

/// The choice of a theme. The screen behind it is its preview.
struct ThemePicker: Sendable {
    /// What Esc goes back to.
    let previous: (name: String, theme: Theme)
    /// `nil` while they are being read.
    var choices: [ThemeChoice]?
    var index = 0
}

extension ConsoleModel {
    mutating func openThemes() -> [ConsoleEffect] {
        themePicker = ThemePicker(previous: (settings.themeName, settings.theme))
        layers.append(.themes)
        return [.run(.themes)]
    }

    mutating func receiveThemes(_ choices: [ThemeChoice]) {
        guard themePicker != nil, layers.last == .themes else { return }
        themePicker?.choices = choices
        themePicker?.index = choices.firstIndex { $0.name == settings.themeName } ?? 0
    }

    mutating func pressThemes(_ key: Key) -> [ConsoleEffect] {
        guard let picker = themePicker else { return [] }
        let count = picker.choices?.count ?? 0
        switch settings.keymap.action(for: key, in: .themes) {
        case .up: preview(picker.index - 1)
        case .down: preview(picker.index + 1)
        case .top: preview(0)
        case .bottom: preview(count - 1)
        case .choose:
            themePicker = nil
            layers.removeLast()
            let isNew = settings.themeName != picker.previous.name
            if isNew {
                say(
                    "theme \(settings.themeName) until you quit; “theme: \(settings.themeName)” in the configuration keeps it",
                    .info
                )
            }
        case .close:
            themePicker = nil
            layers.removeLast()
            (settings.themeName, settings.theme) = picker.previous
        case .some(let action): return common(action)
        case nil: break
        }
        return []
    }

    private mutating func preview(_ index: Int) {
        guard let choices = themePicker?.choices, choices.indices.contains(index) else { return }
        themePicker?.index = index
        let choice = choices[index]
        switch choice.theme {
        case .success(let theme): (settings.themeName, settings.theme) = (choice.name, theme)
        case .failure(let error): say("\(error)", .warning)
        }
    }

    /// The list lies over the right of the board, which shows how the theme looks.
    func drawThemes(_ canvas: inout Canvas) {
        guard let picker = themePicker else { return }
        let theme = settings.theme
        let choices = picker.choices ?? []
        let names = choices.map { choice in
            if case .failure = choice.theme { "\(choice.name) (has an error)" } else { choice.name }
        }
        let lines = picker.choices == nil ? ["reading …"] : names.isEmpty ? ["there are no themes"] : names
        let width = min(size.width - 2, max(16, (lines.map { SafeText.width($0) }.max() ?? 0) + 6))
        let height = min(size.height - 4, lines.count + 2)
        let area = Rect(x: size.width - width - 1, y: 2, width: width, height: height)
        canvas.fill(area, style: theme[.text])
        canvas.box(area, style: theme[.border])
        canvas.write(" Themes ", x: area.x + 2, y: area.y, style: theme[.title], width: width - 4)
        let room = height - 2
        let first = max(0, min(picker.index - room / 2, lines.count - room))
        for (row, line) in lines.enumerated().dropFirst(first).prefix(room) {
            let isChosen = row == picker.index && !choices.isEmpty
            let y = area.y + 1 + row - first
            if isChosen {
                canvas.fill(Rect(x: area.x + 1, y: y, width: width - 2, height: 1), style: theme[.selection])
                canvas.write(settings.ascii ? ">" : "›", x: area.x + 2, y: y, style: theme[.selection])
            }
            canvas.write(line, x: area.x + 4, y: y, style: theme[isChosen ? .selection : .text], width: width - 6)
        }
    }
}
