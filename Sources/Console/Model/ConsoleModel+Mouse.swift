import CallBoard
import Terminal

/// The mouse. It selects, opens details and scrolls: what `point(_:)` gives back is nothing, so no click can ring anybody
/// or hang anybody up.
extension ConsoleModel {
    /// The rows of the board as they were drawn last.
    struct ShownRows: Hashable, Sendable {
        var keys: [CallKey] = []
        /// The screen's row of the first one.
        static let top = 3
    }

    /// Takes note that the screen shows the model as it is now. A click is meant for what was seen, not for what came while
    /// a slow link kept the newest frame back.
    public mutating func noteShown() {
        guard settings.takesMouse else { return }
        shownRows = layers.isEmpty && !isTooSmall ? ShownRows(keys: Array(visibleRows)) : ShownRows()
    }

    mutating func point(_ mouse: Mouse) {
        // Only an answer answers a question, and the line of a filter is not left by accident.
        guard !isTooSmall, question == nil, filterField == nil, palette == nil, naming == nil else { return }
        switch mouse.button {
        case .left: if layers.isEmpty { click(row: mouse.place.y) }
        case .wheelUp: turnWheel(by: -Self.wheelStep)
        case .wheelDown: turnWheel(by: Self.wheelStep)
        }
    }

    /// Lines for one step of the wheel, as most programs have it.
    private static let wheelStep = 3

    private mutating func click(row: Int) {
        let index = row - ShownRows.top
        guard let shown = shownRows?.keys, shown.indices.contains(index) else { return }
        let key = snapshot.resolve(shown[index])
        if key == selection {
            open(.details(key))
        } else if let place = rows.firstIndex(of: key) {
            selectRow(place)
        } else {
            say("that call has just left the list", .info)
        }
    }

    private mutating func turnWheel(by step: Int) {
        switch layers.last {
        case nil: moveSelection(by: step)
        case .details, .messages, .help, .settle, .hangUpReport, .campaign, .campaignPlan, .campaignProblems:
            let limit = max(0, pagerLines.count - pagerHeight)
            pagerTop = min(limit, max(0, min(pagerTop, limit) + step))
        default: break
        }
    }
}
