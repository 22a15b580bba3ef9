import Terminal

/// The panel of five keys that greets a newcomer.
extension ConsoleModel {
    private static let tour: [(action: Action, words: String)] = [
        (.newCall, "place a call"),
        (.hangUp, "hang up the selected call"),
        (.details, "see its details"),
        (.help, "all keys"),
        (.quit, "quit"),
    ]

    /// Draws it under what the empty board says, where there is room for both.
    func drawTour(_ canvas: inout Canvas) {
        let lines = Self.tour.compactMap { step in
            settings.keymap.name(of: step.action, in: .board).map { (key: $0, words: step.words) }
        }
        guard !lines.isEmpty else { return }
        let keyWidth = (lines.map { SafeText.width($0.key) }.max() ?? 0) + 2
        let height = lines.count + 2
        let bottom = size.height - 3
        let y = [14, 6].first { $0 + height <= bottom } ?? max(1, bottom - height + 1)
        let box = Rect(x: 1, y: y, width: min(size.width - 2, 46), height: height)
        canvas.fill(box, style: settings.theme[.text])
        canvas.box(box, style: settings.theme[.border])
        canvas.write(" First keys ", x: box.x + 2, y: y, style: settings.theme[.title])
        let goOn = " any key continues "
        canvas.write(goOn, x: box.maxX - 2 - goOn.count, y: box.maxY - 1, style: settings.theme[.dim])
        for (index, line) in lines.enumerated() {
            let row = y + 1 + index
            canvas.write(line.key, x: box.x + 2, y: row, style: settings.theme[.accent])
            let x = box.x + 2 + keyWidth
            canvas.write(line.words, x: x, y: row, style: settings.theme[.text], width: box.maxX - 1 - x)
        }
    }
}
