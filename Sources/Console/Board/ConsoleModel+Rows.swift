import CallBoard
import Piopiy
import Terminal

/// Which rows the board shows: filter, order and marks.
extension ConsoleModel {
    /// Works out anew which rows are shown. A selected call that is no longer among them takes the selection with it: the
    /// next keypress must not land on a call that nobody looks at.
    mutating func refreshRows() {
        let place = rowOfSelection()
        let wasSeen = place.map { isSeen($0) } ?? false
        var shown = Array(snapshot.order.reversed())
        if !filter.isEmpty { shown = filtered(shown) }
        rows = order.sorted(shown, snapshot, now: steady, names: book.agents)
        selection = selection.map { snapshot.resolve($0) }
        if selection != nil, rowOfSelection() == nil {
            selection = nil
            firstRow = min(firstRow, max(0, place ?? 0))
        }
        if wasSeen { keepSelectionInSight() }
        dropMarks()
    }

    /// Whether a row is on the screen.
    private func isSeen(_ row: Int) -> Bool {
        let first = min(firstRow, max(0, rows.count - pageHeight))
        return (first..<first + pageHeight).contains(row)
    }

    /// The list goes along with the selected call to its new place: a key must not act on one that is out of sight. One
    /// that has ended is let go instead, since nobody looks for it at the other end of the list.
    private mutating func keepSelectionInSight() {
        guard let selection, let row = rowOfSelection(), !isSeen(row) else { return }
        if snapshot.call(selection)?.isEnded ?? true {
            self.selection = nil
        } else {
            scrollToSelection()
        }
    }

    /// Takes the marks off calls that have ended or left.
    mutating func dropMarks() {
        guard !marked.isEmpty else { return }
        marked = Set(marked.map { snapshot.resolve($0) }).filter { snapshot.call($0).map { !$0.isEnded } ?? false }
    }

    /// The row of the selected call; `nil` when none is selected, or it is not among the rows.
    mutating func rowOfSelection() -> Int? {
        guard let selection else { return nil }
        if rows.indices.contains(selectionHint), rows[selectionHint] == selection { return selectionHint }
        // Rows come in and leave, most of them few at a time: it is near where it was.
        let near = rows.dropFirst(max(0, selectionHint - 64)).prefix(128)
        guard let row = near.firstIndex(of: selection) ?? rows.firstIndex(of: selection) else { return nil }
        selectionHint = row
        return row
    }

    /// What the filter said of a call as it was then. Calls that have not changed since need no second look, except for what
    /// their time decides.
    struct Judgement: Sendable {
        let call: Call
        let holds: Bool
    }

    private mutating func filtered(_ keys: [CallKey]) -> [CallKey] {
        // Only of calls that are still there, so that it does not grow for ever.
        var next: [CallKey: Judgement] = [:]
        next.reserveCapacity(keys.count)
        let shown = keys.filter { key in
            guard let call = snapshot.call(key) else { return false }
            let known = judged[key]
            let judgement =
                known.map { $0.call == call } ?? false
                ? known : Judgement(call: call, holds: filter.holdsAtAnyTime(call, names: book.agents))
            next[key] = judgement
            return judgement?.holds ?? false && filter.holds(call, at: steady)
        }
        judged = next
        return shown
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
        say(words + hint(.unmark) { "; \($0) unmarks all" }, .info)
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
            selectOnlyRow()
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

    /// Selects the one call that a filter leaves, once the filter is kept: whoever has typed a number to get at its
    /// call has chosen it. Never while rows come and go by themselves.
    mutating func selectOnlyRow() {
        guard !filter.isEmpty, rows.count == 1, rowOfSelection() == nil else { return }
        selectRow(0)
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
            filter = try CallFilter(text, plan: book.plan)
            judged = [:]
            filterMistake = nil
        } catch {
            filterMistake = error.words
        }
        refreshRows()
        scrollToSelection()
    }
}
