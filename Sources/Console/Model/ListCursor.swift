/// Which row of a list is selected, and which is the first on the screen.
///
/// The selection is an id, so that it follows its row when the list changes under it.
struct ListCursor<ID: Hashable & Sendable>: Hashable, Sendable {
    private(set) var selection: ID?
    private(set) var firstRow = 0

    func index(in ids: [ID]) -> Int? { selection.flatMap { ids.firstIndex(of: $0) } }

    /// - Parameter height: rows that are visible at once.
    mutating func move(by step: Int, in ids: [ID], height: Int) {
        guard let current = index(in: ids) else {
            select(firstRow, in: ids, height: height)
            return
        }
        select(current + step, in: ids, height: height)
    }

    mutating func select(_ index: Int, in ids: [ID], height: Int) {
        guard !ids.isEmpty else {
            self = ListCursor()
            return
        }
        let index = min(max(index, 0), ids.count - 1)
        selection = ids[index]
        scroll(to: index, of: ids.count, height: height)
    }

    /// After the list has changed: the selected row stays selected; where it is gone, the first one is.
    mutating func keep(in ids: [ID], height: Int) {
        select(index(in: ids) ?? 0, in: ids, height: height)
    }

    /// Takes one of the keys that every list knows.
    /// - Returns: whether it was one.
    mutating func take(_ action: Action, in ids: [ID], height: Int) -> Bool {
        switch action {
        case .up: move(by: -1, in: ids, height: height)
        case .down: move(by: 1, in: ids, height: height)
        case .pageUp: move(by: -height, in: ids, height: height)
        case .pageDown: move(by: height, in: ids, height: height)
        case .top: select(0, in: ids, height: height)
        case .bottom: select(ids.count - 1, in: ids, height: height)
        default: return false
        }
        return true
    }

    private mutating func scroll(to index: Int, of count: Int, height: Int) {
        firstRow = min(max(firstRow, index - height + 1), index)
        firstRow = max(0, min(firstRow, count - height))
    }

    /// The first visible row, on a screen that may have another height than when it was last moved on.
    func top(in ids: [ID], height: Int) -> Int {
        var cursor = self
        if let index = index(in: ids) { cursor.scroll(to: index, of: ids.count, height: height) }
        return max(0, min(cursor.firstRow, ids.count - height))
    }
}
