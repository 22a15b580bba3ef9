import CallBoard
import Piopiy
import Terminal

/// The keys of details, messages, help and reports.
extension ConsoleModel {
    mutating func pressPager(_ key: Key) -> [ConsoleEffect] {
        guard let action = settings.keymap.action(for: key, in: .pager) else { return [] }
        let limit = max(0, pagerLines.count - pagerHeight)
        switch action {
        case .close:
            layers.removeLast()
            pagerTop = 0
        case .up: pagerTop = max(0, min(pagerTop, limit) - 1)
        case .down: pagerTop = min(limit, pagerTop + 1)
        case .pageUp: pagerTop = max(0, min(pagerTop, limit) - pagerHeight)
        case .pageDown: pagerTop = min(limit, pagerTop + pagerHeight)
        case .top: pagerTop = 0
        case .bottom: pagerTop = limit
        case .copy: return layers.last == .pastCall ? copyPastCallID(history.opened) : copyCallID()
        case .callAgain:
            switch layers.last {
            case .details, .pastCall: callAgain()
            default: break
            }
        case .settle where layers.last == .pastCall: openSettle()
        case .transfer, .settle, .hangUp, .hangUpWith:
            guard case .details = layers.last else { break }
            switch action {
            case .transfer: openTransfer()
            case .settle: openSettle()
            case .hangUp: return askHangUp()
            default: openHangUpWith()
            }
        default: return common(action)
        }
        return []
    }

    private mutating func copyCallID() -> [ConsoleEffect] {
        guard case .details(let key) = layers.last else { return [] }
        guard let id = snapshot.call(key)?.callID else {
            say("the call id is not known yet", .warning)
            return []
        }
        say("the call id was sent to the clipboard", .info)
        return [.copy(id.text)]
    }
}
