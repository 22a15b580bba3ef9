import CallBoard
import Piopiy
import Terminal

/// Details, messages and help: titled lines that scroll.
extension ConsoleModel {
    var pagerTitle: String {
        switch layers.last {
        case .details(let key): "Call to \(snapshot.call(key)?.to ?? "?")"
        case .settle(let key): "What became of the call to \(snapshot.call(key)?.to ?? "?")?"
        case .messages: "Messages"
        case .help: "Help"
        default: ""
        }
    }

    var pagerLines: [PagerLine] {
        switch layers.last {
        case .details(let key):
            snapshot.call(key).map { detailLines($0) }
                ?? [PagerLine(text: "This call has left the board.", role: .dim)]
        case .settle(let key): snapshot.call(key).map { settleLines($0) } ?? []
        case .messages: messageLines
        case .help: helpLines
        default: []
        }
    }

    func drawPager(_ canvas: inout Canvas) {
        let theme = settings.theme
        canvas.horizontalLine(x: 1, y: 1, width: size.width - 2, style: theme[.border])
        canvas.write(" \(pagerTitle) ", x: 3, y: 1, style: theme[.title], width: size.width - 6)
        let lines = pagerLines
        let top = min(pagerTop, max(0, lines.count - pagerHeight))
        for (index, line) in lines.dropFirst(top).prefix(pagerHeight).enumerated() {
            draw(line, x: 3, y: 2 + index, width: size.width - 4, &canvas)
        }
        canvas.horizontalLine(x: 1, y: size.height - 3, width: size.width - 2, style: theme[.border])
        let below = lines.count - top - pagerHeight
        if top > 0 || below > 0 {
            let text = " \(top + 1)–\(min(lines.count, top + pagerHeight)) of \(lines.count) "
            canvas.write(text, x: size.width - 4 - text.count, y: size.height - 3, style: theme[.dim])
        }
    }

    func draw(_ line: PagerLine, x: Int, y: Int, width: Int, _ canvas: inout Canvas) {
        let indent = line.label.isEmpty ? 0 : DetailText.labelWidth
        if indent > 0, line.label != DetailText.timelineLabel {
            canvas.write(line.label, x: x, y: y, style: settings.theme[.dim], width: min(indent - 1, width))
        }
        canvas.write(line.text, x: x + indent, y: y, style: settings.theme[line.role], width: max(0, width - indent))
    }

    private var messageLines: [PagerLine] {
        if snapshot.messages.isEmpty { return [PagerLine(text: "Nothing was said yet.", role: .dim)] }
        let width = max(20, size.width - 4 - DetailText.labelWidth)
        return snapshot.messages.reversed().flatMap { message -> [PagerLine] in
            let role: Role =
                switch message.level {
                case .info: .text
                case .warning: .warning
                case .error: .error
                }
            return DetailText.wrapped(message.text, width: width).enumerated().map { index, text in
                PagerLine(
                    label: index == 0 ? ClockText.time(message.at, utcOffset: settings.utcOffset) : " ",
                    text: text,
                    role: role
                )
            }
        }
    }

    private var helpLines: [PagerLine] {
        var lines: [PagerLine] = []
        for context in KeyContext.allCases {
            lines.append(PagerLine(text: context.title, role: .title))
            for binding in settings.keymap.named(in: context) {
                lines.append(PagerLine(label: "  \(binding.key.name)", text: binding.action.explanation))
            }
            if context == .form {
                lines.append(PagerLine(label: "  Up, Down", text: "other field; in a field of seconds, more and less"))
                lines.append(PagerLine(label: "  Space", text: "changes a choice; presses the button"))
            }
            lines.append(PagerLine(text: ""))
        }
        lines.append(PagerLine(text: "States", role: .title))
        lines += [
            PagerLine(
                label: "  unknown",
                text: "the answer to the placement was lost: it may ring; it is not repeated"
            ),
            PagerLine(label: "  hang-up waits", text: "it goes out as soon as the call id is known"),
            PagerLine(text: ""), PagerLine(text: "Commands, behind :", role: .title),
        ]
        let width = max(20, size.width - 6)
        for entry in CommandBook.entries where !entry.arguments.isEmpty || entry.action == nil {
            lines += DetailText.wrapped(entry.usage, width: width).map { PagerLine(text: "  " + $0) }
            lines += DetailText.wrapped(entry.explanation, width: width - 2).map {
                PagerLine(text: "    " + $0, role: .dim)
            }
        }
        let names = "CALL is the beginning of a call id or of a reference, or a called number that one call alone has."
        lines += DetailText.wrapped(names, width: width).map { PagerLine(text: "  " + $0) }
        lines.append(PagerLine(text: "  Every key of the board has a command too; Tab lists them."))
        return lines
    }
}

enum DetailText {
    static let labelWidth = 15
    /// The label of timeline lines; it is not drawn.
    static let timelineLabel = " timeline"

    /// Text broken at blanks into lines of at most `width` columns; a longer word is cut where it must.
    static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            var word = String(word)
            if !line.isEmpty, SafeText.width(line) + 1 + SafeText.width(word) <= width {
                line += " " + word
                continue
            }
            if !line.isEmpty { lines.append(line) }
            while SafeText.width(word) > width {
                var head = ""
                while let next = word.first, SafeText.width(head + String(next)) <= width {
                    head.append(next)
                    word.removeFirst()
                }
                if head.isEmpty { break }
                lines.append(head)
            }
            line = word
        }
        lines.append(line)
        return lines
    }
}
