import CallBoard
import Piopiy
import Terminal

/// Hanging calls up: the question, the dialog with cause and reason, and what came of several at once.
extension ConsoleModel {
    /// The calls that a hang-up is for: those that are marked, else the selected one. They are fixed when the key is pressed.
    var hangUpSubjects: [CallKey] {
        if !marked.isEmpty, layers.isEmpty {
            return rows.filter { marked.contains($0) } + marked.subtracting(rows).sorted()
        }
        return subject.map { [$0] } ?? []
    }

    mutating func askHangUp() -> [ConsoleEffect] {
        guard mayAct("hung up") else { return [] }
        let calls = hangUpSubjects
        guard let key = calls.first else {
            sayNothingSelected()
            return []
        }
        if calls.count > 1 || !marked.isEmpty {
            question = .hangUpMarked(calls)
            return []
        }
        guard let call = snapshot.call(key), !asksToTakeBack(call), mayHangUp(call) else { return [] }
        // Of keys that came together nobody knows that an x was meant.
        if settings.confirmation == .marked, burst?.isAlone ?? true {
            return [.send(.hangUp(key, cause: nil, reason: nil))]
        }
        question = .hangUp(key)
        return []
    }

    /// A hang-up that waits for its call's id can be taken back: asks for that.
    mutating func asksToTakeBack(_ call: Call) -> Bool {
        guard isHangUpWaiting(call) else { return false }
        question = .takeBackHangUp(call.key)
        return true
    }

    /// Whether a hang-up of it waits for its id, here or in another console.
    func isHangUpWaiting(_ call: Call) -> Bool {
        guard !call.isEnded, call.callID == nil else { return false }
        if case .waiting = call.hangUp { return true }
        return call.hangUpWaitsElsewhere
    }

    private mutating func mayHangUp(_ call: Call) -> Bool {
        guard let why = whyNotHungUp(call) else { return true }
        say(why, .info)
        return false
    }

    /// Why a call needs no hang-up; `nil` when it can be hung up.
    func whyNotHungUp(_ call: Call) -> String? {
        let to = call.to ?? "?"
        if call.isEnded { return "the call to \(to) has already ended" }
        if call.hangUpWaitsElsewhere, call.callID == nil {
            return "the hang-up of \(to) is waiting for its call id in another console"
        }
        switch call.hangUp {
        case .waiting: return "the hang-up of \(to) is waiting for the call id"
        case .sending: return "the hang-up of \(to) is already on its way"
        case .accepted where !isOverdue(call):
            return "the platform accepted the hang-up of \(to); the call should end now"
        case .none, .failed, .accepted: return nil
        }
    }

    /// Whether a call is still up though the platform took its hang-up some time ago. It can be hung up once more then.
    func isOverdue(_ call: Call) -> Bool {
        guard call.hangUp == .accepted, !call.isEnded else { return false }
        return call.sinceHangUp(at: steady).map { $0 >= .seconds(5) } ?? true
    }

    /// Of several calls those that can still be hung up.
    func stillUp(_ calls: [CallKey]) -> [CallKey] {
        calls.filter { key in snapshot.call(key).map { whyNotHungUp($0) == nil } ?? false }
    }

    /// Sends the hang-ups, and shows what comes of them when there are several.
    mutating func hangUp(_ calls: [CallKey], cause: String?, reason: String?) -> [ConsoleEffect] {
        let live = stillUp(calls)
        // Two rows may have turned out to be one call while the question was open.
        marked.subtract(calls.map { snapshot.resolve($0) } + calls)
        guard !live.isEmpty else {
            let all = calls.count == 1 ? "that call has already ended" : "all of them have already ended"
            say(whyNoneIsHungUp(calls) ?? all, .info)
            return []
        }
        if calls.count > 1 {
            hangUpReport = HangUpReport(calls: calls.map { HangUpReport.Entry($0, snapshot.call($0)) }, at: now)
            layers.removeAll { $0 == .hangUpReport }
            layers.append(.hangUpReport)
            pagerTop = 0
        }
        return live.map { .send(.hangUp($0, cause: cause, reason: reason)) }
    }

    // MARK: With a cause

    mutating func openHangUpWith() {
        guard mayAct("hung up") else { return }
        let calls = hangUpSubjects
        guard let key = calls.first else {
            sayNothingSelected()
            return
        }
        if calls.count == 1, let call = snapshot.call(key), !mayHangUp(call) { return }
        hangUpForm = HangUpForm(calls: calls)
        layers.append(.hangUpWith)
    }

    /// The dialog goes when all its calls have: what was meant for one must not end another.
    mutating func closeHangUpOfEndedCalls() {
        guard layers.last == .hangUpWith, let form = hangUpForm, stillUp(form.calls).isEmpty else { return }
        layers.removeLast()
        hangUpForm = nil
        let all = form.calls.count == 1 ? "the call has ended meanwhile" : "the calls have ended meanwhile"
        say(whyNoneIsHungUp(form.calls) ?? all, .info)
    }

    /// Explains why a call that is still up needs no hang-up; `nil` when all of them have ended.
    private func whyNoneIsHungUp(_ calls: [CallKey]) -> String? {
        calls.compactMap { snapshot.call($0) }.first { !$0.isEnded }.flatMap { whyNotHungUp($0) }
    }

    mutating func pressHangUpWith(_ key: Key) -> [ConsoleEffect] {
        switch settings.keymap.action(for: key, in: .hangUp) {
        case .close:
            layers.removeLast()
            hangUpForm = nil
        case .send: return sendHangUp()
        case .nextField: hangUpForm?.move(by: 1)
        case .previousField: hangUpForm?.move(by: -1)
        case .some(let action): return common(action)
        case nil: if hangUpForm?.take(key) == true, isPressedAlone("no call was hung up") { return sendHangUp() }
        }
        return []
    }

    private mutating func sendHangUp() -> [ConsoleEffect] {
        guard var form = hangUpForm else { return [] }
        guard let (cause, reason) = form.validated() else {
            hangUpForm = form
            return []
        }
        layers.removeAll { $0 == .hangUpWith }
        hangUpForm = nil
        return hangUp(form.calls, cause: cause, reason: reason)
    }

    /// - Returns: where the cursor stands.
    func drawHangUpWith(_ canvas: inout Canvas) -> Point? {
        guard let form = hangUpForm else { return nil }
        let theme = settings.theme
        canvas.horizontalLine(x: 1, y: 1, width: size.width - 2, style: theme[.border])
        canvas.write(" \(hangUpTitle(form)) ", x: 3, y: 1, style: theme[.title], width: size.width - 6)
        canvas.horizontalLine(x: 1, y: size.height - 3, width: size.width - 2, style: theme[.border])
        var lines: [DialogLine] = [.blank]
        for field in HangUpForm.Field.allCases {
            if field == .send { lines.append(.blank) }
            lines.append(.field(field))
            if let problem = form.problems[field] {
                let width = max(10, size.width - FormLines.fieldColumn - 3)
                let name = field == .send ? "" : "\(field.label.lowercased()) "
                lines += DetailText.wrapped(name + problem, width: width).map { .problem($0) }
            }
            if field == .cause, form.focus == .cause { lines += HangUpForm.usual.map { .cause($0) } }
        }
        // As many as fit, the focus among them.
        let room = size.height - 5
        let focus = lines.firstIndex(of: .field(form.focus)) ?? 0
        let chosen = HangUpForm.usual.firstIndex { $0.name == form.cause.text } ?? 0
        let needed = form.focus == .cause ? focus + chosen + 2 : focus + 2
        let top = max(0, min(needed - room, lines.count - room))
        var cursor: Point?
        for (index, line) in lines.dropFirst(top).prefix(room).enumerated() {
            if let point = draw(line, form, y: 2 + index, &canvas) { cursor = point }
        }
        return cursor
    }

    private enum DialogLine: Hashable {
        case blank
        case field(HangUpForm.Field)
        case cause(HangUpForm.Cause)
        case problem(String)
    }

    private func draw(_ line: DialogLine, _ form: HangUpForm, y: Int, _ canvas: inout Canvas) -> Point? {
        let theme = settings.theme
        let left = FormLines.fieldColumn
        switch line {
        case .blank: return nil
        case .problem(let text):
            canvas.write(settings.ascii ? "!" : "▲", x: left, y: y, style: theme[.fieldError])
            canvas.write(text, x: left + 2, y: y, style: theme[.fieldError], width: size.width - left - 3)
            return nil
        case .cause(let cause):
            let isChosen = cause.name == form.cause.text
            let style = theme[isChosen ? .accent : .dim]
            let mark = isChosen ? (settings.ascii ? ">" : "›") : " "
            canvas.write("\(mark) \(cause.name)", x: left, y: y, style: style, width: size.width - left - 1)
            canvas.write(cause.meaning, x: left + 28, y: y, style: theme[.dim], width: max(0, size.width - left - 29))
            return nil
        case .field(.send):
            let isFocused = form.focus == .send
            let count = stillUp(form.calls).count
            let text = count == 1 ? "[ Hang up ]" : "[ Hang up \(count) calls ]"
            canvas.write(text, x: left, y: y, style: theme[isFocused ? .fieldFocus : .accent])
            return isFocused ? Point(x: left + 2, y: y) : nil
        case .field(let field):
            guard let text = form.text(of: field) else { return nil }
            let isFocused = form.focus == field
            let style = theme[isFocused ? .fieldFocus : .field]
            canvas.write(field.label, x: 3, y: y, style: theme[isFocused ? .accent : .text], width: 14)
            let width = min(field == .cause ? 27 : 44, size.width - left - 1)
            canvas.fill(Rect(x: left, y: y, width: width, height: 1), style: style)
            let window = text.window(width: isFocused ? width : Int.max / 2)
            canvas.write(window.text, x: left, y: y, style: style, width: width, ellipsis: !isFocused)
            let hint = field == .cause ? "Up and Down choose, or type one" : "for the records; optional"
            let hintX = left + width + 2
            canvas.write(hint, x: hintX, y: y, style: theme[.dim], width: max(0, size.width - hintX - 1))
            return isFocused ? Point(x: min(left + window.cursorColumn, size.width - 1), y: y) : nil
        }
    }

    private func hangUpTitle(_ form: HangUpForm) -> String {
        guard form.calls.count == 1, let key = form.calls.first else {
            return "Hang up \(form.calls.count) marked calls"
        }
        let call = snapshot.call(key)
        let time = call?.duration(at: steady).map { " \(ClockText.length($0))" } ?? ""
        return "Hang up \(call?.to ?? "?") (\(call.map { Words.stage($0) } ?? "?")\(time))"
    }
}
