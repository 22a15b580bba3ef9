import CallBoard
import Piopiy
import Terminal

extension ConsoleModel {
    /// Opens the transfer dialog, if the call can be handed over now.
    mutating func openTransfer() {
        guard mayAct("transferred") else { return }
        guard let key = subject, let call = snapshot.call(key) else {
            sayNothingSelected()
            return
        }
        if let why = whyNotTransferable(call) {
            say(why, .warning)
            return
        }
        if transfer?.call != key { transfer = TransferForm(call: key, plan: book.plan) }
        // What kind it is decides whether the caller leaves the agent, so it is what is looked at first.
        transfer?.focus = .kind
        layers.append(.transfer(key))
    }

    func whyNotTransferable(_ call: Call) -> String? {
        let to = call.to ?? "?"
        if call.isEnded { return "the call to \(to) has ended" }
        if call.callID == nil { return "the call to \(to) cannot be transferred before its call id is known" }
        if call.stage != .talking { return "the call to \(to) can be transferred once it is answered" }
        if call.transferState == .sending { return "a transfer of \(to) is already on its way" }
        if call.runningTransfer != nil {
            return "a transfer of \(to) is already running" + hint(.details) { "; \($0) shows it" }
        }
        return nil
    }

    /// The dialog goes when its call does: what was typed for one must never be sent for another.
    mutating func closeTransferOfEndedCall() {
        guard case .transfer(let key) = layers.last else { return }
        let call = snapshot.call(key)
        guard call?.isEnded ?? true else { return }
        layers.removeLast()
        transfer = nil
        say("the call to \(call?.to ?? "?") has ended; it was not transferred", .warning)
    }

    mutating func pressTransfer(_ key: Key) -> [ConsoleEffect] {
        let action = settings.keymap.action(for: key, in: .transfer)
        switch action {
        case .close: layers.removeLast()
        case .send: return sendTransfer()
        case .nextField: transfer?.move(by: 1)
        case .previousField: transfer?.move(by: -1)
        case .some(let action): return common(action)
        case nil:
            if transfer?.take(key) == true, isPressedAlone("the call was not transferred") { return sendTransfer() }
        }
        return []
    }

    mutating func sendTransfer() -> [ConsoleEffect] {
        guard var form = transfer, let call = snapshot.call(form.call), let id = call.callID else { return [] }
        if let why = whyNotTransferable(call) {
            say(why, .warning)
            return []
        }
        guard let request = form.validated(id, readFile: settings.readFile) else {
            transfer = form
            return []
        }
        transfer = nil
        layers.removeAll { if case .transfer = $0 { true } else { false } }
        return [.send(.transfer(call.key, request))]
    }

    // MARK: Drawing

    /// - Returns: where the cursor stands.
    func drawTransfer(_ canvas: inout Canvas) -> Point? {
        guard let form = transfer else { return nil }
        let theme = settings.theme
        let to = snapshot.call(form.call)?.to ?? "?"
        canvas.horizontalLine(x: 1, y: 1, width: size.width - 2, style: theme[.border])
        canvas.write(" Transfer \(to) ", x: 3, y: 1, style: theme[.title], width: size.width - 6)
        canvas.horizontalLine(x: 1, y: size.height - 3, width: size.width - 2, style: theme[.border])

        let room = size.height - 5
        let lines = transferLines(form)
        let focusLine = lines.firstIndex { $0.field == form.focus && $0.problem == nil } ?? 0
        let problems = lines.dropFirst(focusLine + 1).prefix { $0.problem != nil }.count
        let top = max(0, min(focusLine + 1 + max(1, problems) - room, lines.count - room))
        var cursor: Point?
        for (index, line) in lines.dropFirst(top).prefix(room).enumerated() {
            if let point = draw(line, form, y: 2 + index, &canvas) { cursor = point }
        }
        return cursor
    }

    private struct TransferLine {
        var field: TransferForm.Field?
        var problem: String?
        var isFirst = true
        /// What will be done, above the button.
        var summary: String?
    }

    private func transferLines(_ form: TransferForm) -> [TransferLine] {
        var lines = [TransferLine()]
        for field in form.fields {
            if field == .caller || field == .send { lines.append(TransferLine()) }
            if field == .send {
                let width = max(10, size.width - 3 - 2)
                lines += DetailText.wrapped(form.summaryOfEffect, width: width).map { TransferLine(summary: $0) }
            }
            lines.append(TransferLine(field: field))
            guard let problem = form.problems[field] else { continue }
            let name = field == .send ? "" : "\(field.label.lowercased()) "
            let width = max(10, size.width - FormLines.fieldColumn - 3)
            for (index, text) in DetailText.wrapped(name + problem, width: width).enumerated() {
                lines.append(TransferLine(field: field, problem: text, isFirst: index == 0))
            }
        }
        return lines
    }

    private func draw(_ line: TransferLine, _ form: TransferForm, y: Int, _ canvas: inout Canvas) -> Point? {
        let theme = settings.theme
        if let summary = line.summary {
            let role: Role = transfer?.isWarm == false ? .warning : .text
            canvas.write(summary, x: 3, y: y, style: theme[role], width: size.width - 4)
        }
        guard let field = line.field else { return nil }
        let left = FormLines.fieldColumn
        if let problem = line.problem {
            if line.isFirst { canvas.write(settings.ascii ? "!" : "▲", x: left, y: y, style: theme[.fieldError]) }
            canvas.write(problem, x: left + 2, y: y, style: theme[.fieldError], width: size.width - left - 3)
            return nil
        }
        let isFocused = form.focus == field
        let style = theme[isFocused ? .fieldFocus : .field]
        canvas.write(field.label, x: 3, y: y, style: theme[isFocused ? .accent : .text], width: 14)
        func hint(_ x: Int, _ text: String) {
            canvas.write(text, x: x, y: y, style: theme[.dim], width: max(0, size.width - x - 1))
        }
        if let text = form.text(of: field) {
            let wide = field == .target || field == .summary
            let width = min(wide ? 44 : field == .ringTimeout ? 8 : 22, size.width - left - 1)
            canvas.fill(Rect(x: left, y: y, width: width, height: 1), style: style)
            let window = text.window(width: isFocused ? width : Int.max / 2)
            canvas.write(window.text, x: left, y: y, style: style, width: width, ellipsis: !isFocused)
            hint(left + width + 2, field == .target ? Self.targetHint(form) : field.hint)
            return isFocused ? Point(x: min(left + window.cursorColumn, size.width - 1), y: y) : nil
        }
        if field == .send {
            let text = form.isWarm ? "[ Call the person ]" : "[ Transfer the caller now ]"
            canvas.write(text, x: left, y: y, style: theme[isFocused ? .fieldFocus : .accent])
            return isFocused ? Point(x: left + 2, y: y) : nil
        }
        let value =
            field == .kind
            ? (form.isWarm
                ? "warm: the agent talks on while a person is called" : "blind: the caller is transferred at once")
            : (form.confirm ? "yes" : "no")
        let text = settings.ascii ? "< \(value) >" : "‹ \(value) ›"
        let used = canvas.write(text, x: left, y: y, style: style, width: max(0, size.width - left - 1))
        hint(left + used + 2, field.hint)
        return isFocused ? Point(x: left, y: y) : nil
    }

    private static func targetHint(_ form: TransferForm) -> String {
        form.isWarm ? "number or sip:" : "number, sip: or pipeline file"
    }
}
