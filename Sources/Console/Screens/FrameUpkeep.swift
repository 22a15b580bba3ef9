import CallBoard
import Terminal

/// What of the latest frame the next one can take over.
///
/// A step of the selection is what operators press most, and over a slow link what they feel most. All that it changes is two
/// rows and the lines at the bottom; the rest of the picture is not drawn again for it.
struct FrameUpkeep: Sendable {
    enum Change: Sendable {
        /// Whatever there is may have changed.
        case anything
        /// The selection has gone from one of these rows of the screen to another, and nothing else has happened.
        case step([Int])
    }

    private(set) var latest: Frame?
    /// The rows of the list, counted from its top, that are no longer as the latest frame shows them; `nil` when nothing of it
    /// can be relied on.
    private(set) var rows: Set<Int>?

    mutating func note(_ change: Change) {
        switch change {
        case .anything: rows = nil
        case .step(let rows): self.rows?.formUnion(rows)
        }
    }

    mutating func drew(_ frame: Frame) {
        latest = frame
        rows = []
    }
}

extension ConsoleModel {
    /// The screen as it is now, as ``frame()``, by way of the frame before where that is less to do.
    public mutating func nextFrame() -> Frame {
        let frame = stepFrame() ?? frame()
        frameNumber += 1
        upkeep.drew(frame)
        return frame
    }

    private func stepFrame() -> Frame? {
        guard let changed = upkeep.rows, let latest = upkeep.latest, latest.canvas.size == size, steps else {
            return nil
        }
        var canvas = latest.canvas
        drawRows(changed, &canvas)
        // What they say depends on the selected call and on the time.
        for y in [size.height - 2, size.height - 1] { clear(y, &canvas) }
        drawStatus(&canvas)
        drawFooter(&canvas)
        return Frame(canvas: canvas)
    }

    private func clear(_ y: Int, _ canvas: inout Canvas) {
        canvas.fill(Rect(x: 0, y: y, width: size.width, height: 1), style: settings.theme[.text])
    }

    private func drawRows(_ lines: Set<Int>, _ canvas: inout Canvas) {
        let visible = visibleRows
        for line in lines where visible.indices.contains(visible.startIndex + line) {
            let key = visible[visible.startIndex + line]
            clear(ShownRows.top + line, &canvas)
            guard let call = snapshot.call(key) else { continue }
            drawRow(call, columns, y: ShownRows.top + line, isSelected: key == selection, &canvas)
        }
    }

    /// Whether the board is bare: all that a step of the selection could change is in the list and below it.
    var steps: Bool {
        lock == nil && layers.isEmpty && question == nil && palette == nil && naming == nil && filterField == nil
            && notice == nil && !showsTour && !isTooSmall && sideHeight == 0
    }

    /// Where a step of the selection would begin.
    struct StepStart {
        /// The selected row; `nil` where none is selected.
        let row: Int?
        /// The first row that is on the screen.
        let top: Int
    }

    /// `nil` where more than a step's rows may change.
    var stepStart: StepStart? {
        guard steps else { return nil }
        if selection == nil { return StepStart(row: nil, top: visibleRows.startIndex) }
        guard rows.indices.contains(selectionHint), rows[selectionHint] == selection else { return nil }
        return StepStart(row: selectionHint, top: visibleRows.startIndex)
    }

    /// What a key has changed on the screen.
    func change(since start: StepStart?, _ key: Key) -> FrameUpkeep.Change {
        guard let start, let now = stepStart, start.top == now.top else { return .anything }
        switch settings.keymap.action(for: key, in: .board) {
        case .up, .down, .pageUp, .pageDown, .top, .bottom: break
        default: return .anything
        }
        return .step([start.row, now.row].compactMap { $0.map { $0 - now.top } })
    }
}
