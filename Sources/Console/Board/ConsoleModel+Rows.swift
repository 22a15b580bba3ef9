import CallBoard
import Piopiy
import Terminal

/// Which rows the board shows: filter, order and marks.
extension ConsoleModel {
    /// Works out anew which rows are shown. A selected call that is no longer among them takes the selection with it: the
    /// next keypress must not land on a call that nobody looks at.
    mutating func refreshRows() {
        let place = selection.flatMap { rows.firstIndex(of: $0) }
        var shown = Array(snapshot.order.reversed())
        if !filter.isEmpty {
            shown = shown.filter { key in
                snapshot.call(key).map { filter.matches($0, now: now, names: book.agents) } ?? false
            }
        }
        rows = order.sorted(shown, snapshot, now: now, names: book.agents)
        selection = selection.map { snapshot.resolve($0) }
        if let selection, !rows.contains(selection) {
            self.selection = nil
            firstRow = min(firstRow, max(0, place ?? 0))
        }
        if !marked.isEmpty {
            marked = Set(marked.map { snapshot.resolve($0) }).filter { snapshot.call($0).map { !$0.isEnded } ?? false }
        }
    }

    // MARK: Order

    mutating func changeOrder(_ action: Action) {
        if action == .sort { order.next() } else { order.isReversed.toggle() }
        refreshRows()
        scrollToSelection()
    }

    // MARK: Marks

    /// Marks the selected call, or takes its mark off, and goes on to the next.
    mutating func toggleMark() {
        guard let selection, let call = snapshot.call(selection) else {
            sayNothingSelected()
            return
        }
        if call.isEnded {
            say("the call to \(call.to ?? "?") has ended", .info)
            return
        }
        if marked.remove(selection) == nil { marked.insert(selection) }
        moveSelection(by: 1)
    }

    mutating func markShown() {
        let live = rows.filter { snapshot.call($0).map { !$0.isEnded } ?? false }
        marked.formUnion(live)
        let words = "\(marked.count) \(marked.count == 1 ? "call is" : "calls are") marked"
        say(words + hint(.unmark) { "; \($0) takes the marks off" }, .info)
    }

    mutating func unmark() { marked = [] }

    // MARK: Filter

    mutating func openFilter() { filterField = TextField(filterText, limit: 200) }

    mutating func pressFilter(_ key: Key) -> [ConsoleEffect] {
        guard var field = filterField else { return [] }
        switch key {
        case .enter:
            guard filterMistake == nil else { return [] }
            filterField = nil
        case .escape, .control("c"):
            filterField = nil
            setFilter("")
        case .tab: complete(&field)
        case .character(let character):
            field.insert(String(character))
            take(field)
        case .paste(let text):
            field.insert(text.split(whereSeparator: \.isNewline).joined(separator: " "))
            take(field)
        default:
            let action = settings.keymap.action(for: key, in: .board)
            if action == .redraw || action == .suspend { return action.map { common($0) } ?? [] }
            if field.edit(key) { take(field) }
        }
        return []
    }

    private mutating func complete(_ field: inout TextField) {
        switch CallFilter.completion(of: field.text) {
        case .text(let text):
            field.text = text
            take(field)
        case .choices(let words): say(words, .info)
        case nil: break
        }
    }

    private mutating func take(_ field: TextField) {
        filterField = field
        setFilter(field.text)
    }

    /// A filter with a mistake narrows nothing anew: what was shown stays.
    mutating func setFilter(_ text: String) {
        filterText = text
        do throws(CallFilter.Mistake) {
            filter = try CallFilter(text)
            filterMistake = nil
        } catch {
            filterMistake = error.words
        }
        refreshRows()
        scrollToSelection()
    }
}
