import CallBoard
import Piopiy
import Terminal

/// Details, messages and help: titled lines that scroll.
extension ConsoleModel {
    var pagerTitle: String {
        switch layers.last {
        case .details(let key): "Call to \(snapshot.call(key)?.to ?? "?")"
        case .settle(let key): "What happened to the call to \(snapshot.call(key)?.to ?? "?")?"
        case .pastCall: "Call to \(history.opened?.call.to ?? "?")"
        case .hangUpReport: "Hang-up of \(hangUpReport?.calls.count ?? 0) calls"
        case .campaign, .campaignPlan, .campaignProblems: campaignTitle
        case .messages: "Messages"
        case .help: "Help"
        default: ""
        }
    }

    /// The lines as they are shown: what is longer than the screen is wide goes on in the next.
    var pagerLines: [PagerLine] { wrapped(wholePagerLines, width: size.width - 4) }

    /// Lines that are to be hidden in part are before they are broken: of a number that goes over a break, no piece would be
    /// long enough to be known for one.
    func wrapped(_ lines: [PagerLine], width: Int) -> [PagerLine] {
        lines.flatMap { line in
            var line = line
            if settings.masksNumbers { line.text = NumberMask.masked(line.text) }
            return line.wrapped(width: width)
        }
    }

    private var wholePagerLines: [PagerLine] {
        switch layers.last {
        case .details(let key):
            snapshot.call(key).map { detailLines($0) }
                ?? [PagerLine(text: "This call has left the board.", role: .dim)]
        case .settle(let key): snapshot.call(key).map { settleLines($0) } ?? []
        case .pastCall: history.opened.map { detailLines(current($0), placedBy: $0.call.operator) } ?? []
        case .hangUpReport: hangUpReportLines
        case .campaign(let id): campaignLines(id)
        case .campaignPlan: campaigns.planLines
        case .campaignProblems: campaignProblemLines
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
        let board = snapshot.messages.map { Notice(text: $0.text, level: $0.level, at: $0.at) }
        // Each is in the order of time; of the same moment the board's came first.
        let all = (board + said).enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
        if all.isEmpty { return [PagerLine(text: "There are no messages yet.", role: .dim)] }
        return all.reversed().map(\.element).map { message in
            let role: Role =
                switch message.level {
                case .info: .text
                case .warning: .warning
                case .error: .error
                }
            let time = ClockText.time(message.at, utcOffset: settings.utcOffset)
            return PagerLine(label: time, text: message.text, role: role)
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
                let arrows =
                    "other field; in a field of seconds: more or less; in suggestions: another one"
                lines.append(PagerLine(label: "  Up, Down", text: arrows))
                lines.append(
                    PagerLine(label: "  Enter, Tab", text: "use the highlighted suggestion, else next field")
                )
                lines.append(PagerLine(label: "  Space", text: "changes a choice; presses the button"))
            }
            if context == .presets {
                lines.append(PagerLine(label: "  1–9", text: "opens the preset with that number"))
                lines.append(PagerLine(label: "  letters", text: "narrow the list; so does / followed by any text"))
                lines.append(PagerLine(label: " ", text: "a preset includes the destination only if you ask for it"))
            }
            lines.append(PagerLine(text: ""))
        }
        lines.append(PagerLine(text: "States", role: .title))
        lines += [
            PagerLine(
                label: "  unknown",
                text: "the answer was lost: the call may have been placed; it is not repeated"
            ),
            PagerLine(label: "  hang-up waits", text: "it is sent as soon as the call id is known"),
            PagerLine(text: ""), PagerLine(text: "Commands, after :", role: .title),
        ]
        for entry in CommandBook.entries where !entry.arguments.isEmpty || entry.action == nil {
            let arguments = entry.arguments.isEmpty ? "" : "\(entry.arguments): "
            lines.append(PagerLine(label: "  \(entry.name)", text: arguments + entry.explanation))
        }
        let names = "the beginning of a call id or a reference, or a called number that only one call has"
        lines.append(PagerLine(label: "  CALL", text: names))
        lines.append(PagerLine(text: "Every key of the board also has a command; Tab lists them."))
        return lines
    }
}

extension PagerLine {
    /// The line, and those that it goes on in.
    func wrapped(width: Int) -> [PagerLine] {
        // Text under its label, or under the time of a timeline's line.
        let room = max(16, width - (label.isEmpty ? 0 : DetailText.labelWidth))
        guard SafeText.width(text) > room else { return [self] }
        let (indent, continued) = label == DetailText.timelineLabel ? ("          ", label) : ("", " ")
        return DetailText.wrapped(text, width: room - indent.count).enumerated().map { index, text in
            PagerLine(
                label: index == 0 || label.isEmpty ? label : continued,
                text: index == 0 ? text : indent + text,
                role: role
            )
        }
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
