import CallBoard
import Piopiy
import Terminal

/// The board's keys, and what keys and commands do alike.
extension ConsoleModel {
    mutating func pressBoard(_ key: Key) -> [ConsoleEffect] {
        guard let action = settings.keymap.action(for: key, in: .board) else {
            switch key {
            case .escape:
                dismissed = snapshot.messages.last?.id ?? 0
                if !filterText.isEmpty { setFilter("") }
            case .paste:
                say(
                    "pasted text does nothing here" + hint(.newCall) { "; \($0) opens the form for a new call" },
                    .warning
                )
            default:
                say("\(key.name) does nothing here" + hint(.help) { "; \($0) shows the keys" }, .warning)
            }
            return []
        }
        return perform(action)
    }

    /// Does what a key of the board or a command without a word more does.
    mutating func perform(_ action: Action) -> [ConsoleEffect] {
        switch action {
        case .newCall: showForm()
        case .hangUp: return askHangUp()
        case .hangUpWith: openHangUpWith()
        case .callAgain: callAgain()
        case .history: return openHistory()
        case .agents: return openAgents()
        case .presets: return openPresets()
        case .campaigns: return openCampaigns()
        case .transfer: openTransfer()
        case .settle: openSettle()
        case .mark: toggleMark()
        case .markAll: markShown()
        case .unmark: unmark()
        case .filter: openFilter()
        case .sort, .reverse: changeOrder(action)
        case .details:
            guard let selection else {
                sayNothingSelected()
                return []
            }
            open(.details(selection))
        case .up: moveSelection(by: -1)
        case .down: moveSelection(by: 1)
        case .pageUp: moveSelection(by: -pageHeight)
        case .pageDown: moveSelection(by: pageHeight)
        case .top: selectRow(0)
        case .bottom: selectRow(rows.count - 1)
        default: return common(action)
        }
        return []
    }

    /// What means the same on every screen.
    mutating func common(_ action: Action) -> [ConsoleEffect] {
        switch action {
        case .messages: open(.messages)
        case .help: openHelp()
        case .themes: if layers.last != .themes { return openThemes() }
        case .lock: lockScreen()
        case .command: palette = Palette()
        case .redraw: return [.redraw]
        case .suspend: return [.suspend]
        case .quit: return askQuit()
        default: break
        }
        return []
    }

    /// Opens the help where it tells of the screen that is open.
    private mutating func openHelp() {
        guard layers.last != .help else { return }
        let title = context.title
        let isBoard = context == .board
        open(.help)
        guard !isBoard else { return }
        let lines = pagerLines
        let place = lines.firstIndex { $0.role == .title && $0.text == title } ?? 0
        pagerTop = max(0, min(place, lines.count - pagerHeight))
    }

    mutating func open(_ layer: Layer) {
        layers.append(layer)
        pagerTop = 0
    }

    mutating func moveSelection(by step: Int) {
        guard let current = rowOfSelection() else {
            // Nothing is selected: the first press chooses what is on top of the screen, wherever the list is scrolled to.
            selectRow(min(firstRow, rows.count - 1))
            return
        }
        selectRow(min(max(current + step, 0), rows.count - 1))
    }

    mutating func selectRow(_ index: Int) {
        guard rows.indices.contains(index) else { return }
        selection = rows[index]
        selectionHint = index
        scrollToSelection()
    }

    mutating func scrollToSelection() {
        guard let index = rowOfSelection() else { return }
        firstRow = min(max(firstRow, index - pageHeight + 1), index)
    }

    mutating func askQuit() -> [ConsoleEffect] {
        let counts = snapshot.counts
        // Answers that are still to come to what is up no more, a hang-up's above all, are waited for at the end.
        if counts.placing + counts.up + counts.unknown > 0 || !campaignsHere.isEmpty {
            // Where it could not be read it is not asked: then nothing is ended by it either.
            if !isTooSmall || showsSmallPrompt { question = .quit } else if !quittingEndsCalls { return [.quit] }
            return []
        }
        return [.quit]
    }
}
