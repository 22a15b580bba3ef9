import CallBoard
import Piopiy
import Terminal

/// The account's agents.
extension ConsoleModel {
    mutating func openAgents() -> [ConsoleEffect] {
        layers.append(.agents)
        agentList.filterText = ""
        agentList.field = nil
        agentList.cursor = ListCursor()
        countAgents()
        keepAgentSelection()
        return loadAgents()
    }

    mutating func loadAgents() -> [ConsoleEffect] {
        agentList.state = .loading
        return [.run(.agents)]
    }

    mutating func receive(agents: [AgentName]) {
        agentList.state = .loaded
        agentList.platform = agents
        book.agents = AgentBook(platform: agents, configured: settings.agents)
        // A filter may go by their names.
        judged = [:]
        refreshRows()
        keepAgentSelection()
    }

    /// Names are a comfort: that there are none is said, and ids are shown.
    mutating func failedToLoadAgents(_ why: String) {
        agentList.state = .failed(why)
        // It comes by itself, so it must not take the place of what went wrong with a call.
        guard statusMessage?.level != .error else { return }
        say("the agents' names could not be loaded, so ids are shown: \(why)", .warning)
    }

    /// How many calls each agent has up, while that is looked at.
    mutating func countAgents() {
        guard layers.contains(.agents) else { return }
        agentList.up = [:]
        for key in snapshot.order {
            guard let call = snapshot.call(key), !call.isEnded, let id = call.agentID else { continue }
            agentList.up[id.lowercased(), default: 0] += 1
        }
    }

    private var agentIDs: [String] { agentList.rows(book.agents).map(\.id) }

    private mutating func keepAgentSelection() { agentList.cursor.keep(in: agentIDs, height: listHeight) }

    mutating func pressAgents(_ key: Key) -> [ConsoleEffect] {
        if agentList.field != nil { return pressAgentFilter(key) }
        if key == .escape, !agentList.filterText.isEmpty {
            filterAgents("")
            return []
        }
        guard let action = settings.keymap.action(for: key, in: .agents) else { return [] }
        if agentList.cursor.take(action, in: agentIDs, height: listHeight) { return [] }
        let selected = book.agents.agent(agentList.cursor.selection)
        switch action {
        case .close: layers.removeLast()
        case .filter: agentList.field = TextField(agentList.filterText, limit: 200)
        case .refresh: return loadAgents()
        case .useAgent:
            guard let selected else { return [] }
            useAgent(selected)
        case .copy:
            guard let selected else { return [] }
            say("the agent's id was sent to the clipboard", .info)
            return [.copy(selected.id)]
        default: return common(action)
        }
        return []
    }

    /// Opens the form with an agent in it; what else is in the form stays.
    private mutating func useAgent(_ agent: AgentName) {
        let before = form.agent.text
        let word = book.agents.word(for: agent)
        guard showForm() else { return }
        form.agent.text = word
        form.problems[.agent] = nil
        form.focus = form.caller.isEmpty ? .caller : .destination
        if !before.isEmpty, before != word, before.lowercased() != agent.id.lowercased() {
            say("the agent is now \(word); it was \(before)", .info)
        }
    }

    private mutating func pressAgentFilter(_ key: Key) -> [ConsoleEffect] {
        guard var field = agentList.field else { return [] }
        switch ListFilterKey(key, &field) {
        case .keep: agentList.field = nil
        case .clear:
            agentList.field = nil
            filterAgents("")
        case .effect(let effect): return [effect]
        case .edited:
            agentList.field = field
            filterAgents(field.text)
        case .nothing: break
        }
        return []
    }

    private mutating func filterAgents(_ text: String) {
        agentList.filterText = text
        keepAgentSelection()
    }

    // MARK: Drawing

    /// - Returns: where the cursor stands.
    func drawAgents(_ canvas: inout Canvas) -> Point? {
        let theme = settings.theme
        let agents = agentList.rows(book.agents)
        let all = book.agents.all.count
        let title = agentList.filterText.isEmpty ? "Agents \(all)" : "Agents \(agents.count) of \(all)"
        let state: String? =
            switch agentList.state {
            case .loading: "loading\(ellipsis)"
            case .loaded: nil
            case .failed: "could not be loaded"
            }
        let frame = ListFrame(
            title: title,
            filter: agentList.filterText,
            field: agentList.field,
            isWrong: false,
            note: state
        )
        let cursor = draw(frame, &canvas)

        let nameWidth = size.width >= 100 ? 30 : 20
        let isWide = size.width >= 72
        let upX = 3 + nameWidth + 1
        let statusX = upX + 6
        let idX = statusX + 11
        canvas.write("NAME", x: 3, y: 2, style: theme[.dim])
        canvas.write("  UP", x: upX, y: 2, style: theme[.dim])
        canvas.write("STATUS", x: statusX, y: 2, style: theme[.dim])
        if isWide { canvas.write("ID", x: idX, y: 2, style: theme[.dim]) }
        if agents.isEmpty {
            drawNoAgents(&canvas)
            return cursor
        }
        let ids = agents.map(\.id)
        let top = agentList.cursor.top(in: ids, height: listHeight)
        for (line, agent) in agents.dropFirst(top).prefix(listHeight).enumerated() {
            let y = 3 + line
            let up = agentList.up[agent.id.lowercased()] ?? 0
            canvas.write(agent.name.isEmpty ? agent.id : agent.name, x: 3, y: y, style: theme[.text], width: nameWidth)
            let count = up == 0 ? (settings.ascii ? "-" : "—") : "\(up)"
            canvas.write(count, x: upX + 4 - SafeText.width(count), y: y, style: theme[up == 0 ? .dim : .talking])
            canvas.write(agent.status ?? "", x: statusX, y: y, style: theme[.dim], width: isWide ? 10 : 12)
            if isWide { canvas.write(agent.id, x: idX, y: y, style: theme[.dim], width: size.width - idX - 1) }
            if agent.id == agentList.cursor.selection { drawSelection(y: y, &canvas) }
        }
        drawBeyond(top: top, count: agents.count, &canvas)
        return cursor
    }

    private func drawNoAgents(_ canvas: inout Canvas) {
        let text: String =
            switch agentList.state {
            case .loading where book.agents.isEmpty: "Loading the account's agents\(ellipsis)"
            case .failed(let why) where book.agents.isEmpty: "The account's agents could not be loaded. \(why)"
            default: book.agents.isEmpty ? "The account has no agents." : "No agent matches. Esc shows all."
            }
        drawListText(text, &canvas)
    }
}
