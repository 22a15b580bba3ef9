import CallBoard
import Campaigns
import Piopiy

/// Commands of the plain console.
extension PlainModel {
    mutating func run(_ text: String, _ step: inout PlainStep) {
        do throws(CommandMistake) {
            try run(ConsoleCommandLine(parsing: text), &step)
        } catch {
            step.lines.append("error: \(Self.plain(error.words, nil))")
        }
    }

    private mutating func run(_ line: ConsoleCommandLine, _ step: inout PlainStep) throws(CommandMistake) {
        switch line {
        case .perform(let action): try perform(action, &step)
        case .hangUp(let names, _, _) where names.isEmpty && model.marked.isEmpty: throw Self.namesACall("hang-up")
        case .transfer(let words) where words.call == nil: throw Self.namesACall("transfer")
        case .settle(nil, _): throw Self.namesACall("settle")
        case .copyID(nil): throw Self.namesACall("copy-id")
        case .copyID(let name):
            guard let id = try model.call(name).callID else { throw CommandMistake("the call id is not known yet") }
            step.lines.append(id.text)
        case .call:
            freshenForm()
            step.effects += try model.run(line)
            acknowledgePlacements(&step)
        case .transfer(let words):
            kindIsKnown = words.isWarm != nil
            step.effects += try model.run(line)
        case .calls: list(&step)
        case .filter, .sort, .columns, .mark, .unmark:
            step.effects += try model.run(line)
            tellList(line, &step)
        case .theme: throw Self.isForScreen("theme")
        case .history(let words): try history(words, &step)
        case .callAgain, .preset:
            freshenForm()
            step.effects += try model.run(line)
        case .help(let entry): step.lines.append("\(entry.usage): \(entry.explanation)")
        default: step.effects += try model.run(line)
        }
    }

    /// What does not need a call to be named.
    private mutating func perform(_ action: Action, _ step: inout PlainStep) throws(CommandMistake) {
        switch action {
        case .hangUp where model.marked.isEmpty: throw Self.namesACall("hang-up")
        case .transfer, .settle, .mark, .callAgain: throw Self.namesACall(action.rawValue)
        case .details: throw Self.namesACall("show")
        case .newCall:
            freshenForm()
            step.effects += model.perform(action)
        case .filter:
            model.setFilter("")
            tellList(.filter(""), &step)
        case .sort, .reverse, .unmark, .markAll:
            step.effects += model.perform(action)
            tellList(.perform(action), &step)
        case .help: help(&step)
        case .agents: agents(&step)
        case .history: try history("", &step)
        case .campaigns: campaigns(&step)
        case .presets:
            if model.settings.isReadOnly { throw CommandMistake(ConsoleModel.readOnlyWords) }
            step.effects.append(.run(.presets))
            awaitsPresets = true
        case .quit: quit(&step)
        case .hangUpWith: throw CommandMistake("use: hang-up CALL cause C reason \"R\"")
        case .up, .down, .pageUp, .pageDown, .top, .bottom, .redraw, .suspend, .command, .themes, .lock:
            throw Self.isForScreen(action.rawValue)
        default: step.effects += model.perform(action)
        }
    }

    private static func namesACall(_ command: String) -> CommandMistake {
        CommandMistake("\(command) needs a call: its number, the beginning of its id, or the called number")
    }

    private static func isForScreen(_ command: String) -> CommandMistake {
        CommandMistake("\(command) works only on the full screen")
    }

    /// The form as a command fills it: with nothing but the caller and the agent of before, since it is not seen.
    mutating func freshenForm() {
        var form = CallForm()
        form.book = model.book
        form.caller.text = model.form.caller.text
        form.typedNumbers = model.form.typedNumbers.filter { $0.key == .caller }
        form.agent.text = model.form.agent.text
        form.begin()
        model.form = form
    }

    /// What is about to be rung is printed before it is: where nothing can be printed any more, nobody is rung.
    func acknowledgePlacements(_ step: inout PlainStep) {
        for effect in step.effects {
            switch effect {
            case .send(.place(_, let call, _)): step.lines.append("placing a call to \(call.toNumber)")
            case .send(.placeAgain(let key, _)):
                step.lines.append("placing a call to \(model.snapshot.call(key)?.to ?? "?") again")
            default: break
            }
        }
    }

    private mutating func quit(_ step: inout PlainStep) {
        if model.snapshot.waitingHangUps > 0 || model.quittingEndsCalls {
            model.question = .quit
            return
        }
        step.lines += end().lines
        step.effects.append(.quit)
    }

    // MARK: Lists

    private mutating func list(_ step: inout PlainStep) {
        model.refreshRows()
        step.lines.append(count)
        for key in model.rows {
            guard let call = model.snapshot.call(key) else { continue }
            step.lines.append(row(call))
        }
    }

    private var count: String {
        let all = model.snapshot.order.count
        let filter = model.filterText.isEmpty ? "" : ", filter \(model.filterText)"
        let shown = model.filterText.isEmpty ? "\(all)" : "\(model.rows.count) of \(all)"
        return "\(shown) \(all == 1 ? "call" : "calls"), \(model.order.words)\(filter)"
    }

    private func tellList(_ line: ConsoleCommandLine, _ step: inout PlainStep) {
        switch line {
        case .columns(let columns):
            let words = columns.map(\.word).joined(separator: " ")
            step.lines.append(columns.isEmpty ? "calls lists the default columns" : "calls lists \(words)")
        case .mark, .perform(.markAll): break
        case .unmark, .perform(.unmark): step.lines.append("\(model.marked.count) marked")
        default: step.lines.append(count)
        }
    }

    /// A call in one line.
    private func row(_ call: Call) -> String {
        var parts: [String] = []
        let columns = model.settings.columns
        let time = call.duration(at: model.steady).map { " \(ClockText.length($0))" } ?? ""
        var state = Words.stage(call)
        if call.isEnded { state += ", " + (Words.ending(call) ?? "no record says how") }
        parts.append(state + time)
        if columns.isEmpty {
            if let from = call.from { parts.append("from \(from)") }
            if let agent = call.agentID { parts.append("agent \(agentName(agent))") }
        }
        // State, number and time are in every line.
        for column in columns where ![.state, .to, .time, .flags].contains(column) {
            let text = Words.value(column, call, now: model.steady, names: model.book.agents, ascii: true)
            if !text.isEmpty { parts.append("\(column.word) \(text)") }
        }
        parts += [CallStory.hangUp(call), CallStory.sending(call), CallStory.secondLeg(call)].compactMap(\.self)
        parts += [Words.silence(call, now: model.steady)].filter { !$0.isEmpty }
        if let transfer = call.runningTransfer { parts.append("transfer \(Words.transfer(transfer))") }
        if call.request?.options?.record == true { parts.append("recorded") }
        if model.marked.contains(call.key) { parts.append("marked") }
        let subject = numbers[call.key].map { name($0, call) } ?? "call to \(call.to ?? "?")"
        return "\(subject): \(parts.joined(separator: ", "))"
    }

    func agentName(_ id: String) -> String { model.book.agents.shown(id) ?? id }

    private func agents(_ step: inout PlainStep) {
        switch model.agentList.state {
        case .loading: step.lines.append("the account's agents are still loading")
        case .failed(let why): step.lines.append("the account's agents could not be loaded: \(why)")
        case .loaded: break
        }
        for agent in model.book.agents.all {
            let name = agent.name.isEmpty ? "without a name" : agent.name
            step.lines.append("agent \(name): \(agent.id)\(agent.status.map { ", \($0)" } ?? "")")
        }
        if model.book.agents.isEmpty { step.lines.append("no agent names are known here") }
    }

    private func help(_ step: inout PlainStep) {
        let forScreen: Set<String> = [
            "up", "down", "page-up", "page-down", "top", "bottom", "redraw", "suspend", "theme", "themes",
            "lock",
            "hang-up-with",
        ]
        for entry in CommandBook.entries where !forScreen.contains(entry.name) {
            step.lines.append("\(entry.usage): \(entry.explanation)")
        }
        step.lines += [
            "CALL is the number that calls lists, the beginning of an id or reference, or a called number that only "
                + "one call has.",
            "A phone number may be formatted; put a text with spaces in quotation marks. filter narrows what calls "
                + "lists; events of all calls are printed.",
        ]
    }

    // MARK: Campaigns

    private func campaigns(_ step: inout PlainStep) {
        switch model.campaigns.state {
        case .loading: step.lines.append("the campaigns are still loading")
        case .failed(let why): step.lines.append("error: the campaigns could not be read: \(why)")
        case .loaded:
            let count = model.campaigns.all.count
            step.lines.append("\(count) \(count == 1 ? "campaign" : "campaigns")")
        }
        for campaign in model.campaigns.all {
            let counts = campaign.counts
            var parts = [
                "\(counts.rung) of \(counts.total) dialed", "\(counts.answered) answered",
                "\(counts.failed) not answered",
            ]
            if counts.up > 0 { parts.append("\(counts.up) up") }
            if counts.unknown > 0 { parts.append("\(counts.unknown) in doubt") }
            parts.append(campaign.pace.words)
            step.lines.append(
                "campaign \(campaign.name): \(campaign.word), \(parts.joined(separator: ", ")). \(model.standing(campaign))"
            )
        }
    }

    /// What the journal answered; that it could not be read is said where it is read.
    mutating func tellPresets(_ step: inout PlainStep) {
        guard awaitsPresets else { return }
        awaitsPresets = false
        for preset in model.presets.all { step.lines.append("preset \(preset.name): \(model.words(preset))") }
        if model.presets.all.isEmpty {
            step.lines.append(
                "there are no presets yet; save one in the form of the full-screen console"
            )
        }
    }

    // MARK: History

    /// Asks the journal; what it answers is told when it comes.
    private mutating func history(_ words: String, _ step: inout PlainStep) throws(CommandMistake) {
        step.effects += model.openHistory(narrowedTo: try model.checked(words))
        model.layers.removeAll { $0 == .history }
        awaitsHistory = true
    }

    mutating func tellHistory(_ step: inout PlainStep) {
        guard awaitsHistory else { return }
        let history = model.history
        switch history.state {
        case .loading: return
        case .failed(let why): step.lines.append("error: the journal could not be read: \(why)")
        case .loaded:
            let shown = history.rows.prefix(Self.historyLength)
            let isAll = shown.count == history.rows.count && !history.hasMore
            let newest = isAll ? "" : ", the newest; add words after history to narrow it"
            step.lines.append("\(shown.count) \(shown.count == 1 ? "call" : "calls")\(newest)")
            for stored in shown.reversed() { step.lines.append(pastRow(model.current(stored))) }
            if let warning = history.warning { step.lines.append("warning: \(warning)") }
        }
        awaitsHistory = false
    }

    private func pastRow(_ call: Call) -> String {
        let when = ClockText.moment(call.startedAt, utcOffset: model.settings.utcOffset)
        return "\(when) \(row(call)), call id \(call.callID?.text ?? "unknown")"
    }
}
