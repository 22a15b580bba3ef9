import CallBoard
import Piopiy
import Terminal

/// Past calls, from the journal.
extension ConsoleModel {
    /// - Parameter text: what it is narrowed to.
    mutating func openHistory(narrowedTo text: String = "") -> [ConsoleEffect] {
        layers.append(.history)
        history = HistoryList(after: history.number)
        return text.isEmpty ? searchHistory() : filterHistory(text)
    }

    /// Asks anew, for the filter as it is.
    private mutating func searchHistory() -> [ConsoleEffect] {
        let ask = history.begin(wanted: listHeight * 2, names: book.agents, now: now)
        history.cursor.keep(in: history.keys, height: listHeight)
        return [.run(.history(ask))]
    }

    mutating func receive(_ page: HistoryPage, of ask: HistoryAsk) -> [ConsoleEffect] {
        let next = history.receive(page, of: ask, names: book.agents, now: now)
        history.cursor.keep(in: history.keys, height: listHeight)
        return next.map { [.run(.history($0))] } ?? []
    }

    /// The call as it is now: the board knows more of one that is up than the journal did when it was asked.
    func current(_ stored: StoredCall) -> Call { snapshot.call(stored.call.key) ?? stored.call }

    mutating func pressHistory(_ key: Key) -> [ConsoleEffect] {
        if history.field != nil { return pressHistoryFilter(key) }
        if key == .escape, !history.filterText.isEmpty { return filterHistory("") }
        guard let action = settings.keymap.action(for: key, in: .history) else { return [] }
        let keys = history.keys
        if history.cursor.take(action, in: keys, height: listHeight) {
            let place = history.cursor.index(in: keys) ?? 0
            // Beyond what can be seen, so that going on is smooth.
            let ask = history.want(place + 1 + listHeight, names: book.agents)
            return ask.map { [.run(.history($0))] } ?? []
        }
        switch action {
        case .close: layers.removeLast()
        case .filter: history.field = TextField(history.filterText, limit: 200)
        case .refresh: return searchHistory()
        case .details: openPastCall()
        case .callAgain: callAgain()
        case .copy: return copyPastCallID(history.selected)
        default: return common(action)
        }
        return []
    }

    private mutating func openPastCall() {
        guard let stored = history.selected else { return }
        pagerTop = 0
        // One that is on the board has its details there, and what can be done with it.
        if snapshot.order.contains(snapshot.resolve(stored.call.key)) {
            layers.append(.details(stored.call.key))
        } else {
            history.opened = stored
            layers.append(.pastCall)
        }
    }

    mutating func copyPastCallID(_ stored: StoredCall?) -> [ConsoleEffect] {
        guard let stored else { return [] }
        guard let id = current(stored).callID else {
            say("its call id is not known", .warning)
            return []
        }
        say("the call id was sent to the clipboard", .info)
        return [.copy(id.text)]
    }

    // MARK: Filter

    private mutating func pressHistoryFilter(_ key: Key) -> [ConsoleEffect] {
        guard var field = history.field else { return [] }
        if key == .tab {
            switch CallFilter.completion(of: field.text) {
            case .text(let text):
                field.text = text
                history.field = field
                return filterHistory(text)
            case .choices(let words): say(words, .info)
            case nil: break
            }
            return []
        }
        switch ListFilterKey(key, &field) {
        case .keep: if history.mistake == nil { history.field = nil }
        case .clear:
            history.field = nil
            return filterHistory("")
        case .effect(let effect): return [effect]
        case .edited:
            let isSame = field.text == history.field?.text
            history.field = field
            if !isSame { return filterHistory(field.text) }
        case .nothing: break
        }
        return []
    }

    /// A filter with a mistake narrows nothing anew: what was shown stays.
    private mutating func filterHistory(_ text: String) -> [ConsoleEffect] {
        history.filterText = text
        do throws(CallFilter.Mistake) {
            history.filter = try CallFilter(text, plan: book.plan)
            history.mistake = nil
        } catch {
            history.mistake = error.words
            return []
        }
        return searchHistory()
    }
}
