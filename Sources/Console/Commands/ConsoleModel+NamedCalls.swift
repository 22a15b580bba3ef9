import CallBoard
import Piopiy

/// Hanging up calls that a command named.
extension ConsoleModel {
    /// Asks before they are hung up, as the setting wants it.
    mutating func askHangUp(of keys: [CallKey], cause: String?, reason: String?) -> [ConsoleEffect] {
        if keys.count == 1, let call = snapshot.call(keys[0]), asksToTakeBack(call) { return [] }
        var due: [CallKey] = []
        var words: [String] = []
        for key in keys {
            guard let call = snapshot.call(key) else { continue }
            if let why = whyNotHungUp(call) { words.append(why) } else { due.append(call.key) }
        }
        if !words.isEmpty { say(words.joined(separator: "; "), .info) }
        if due.count == 1, settings.confirmation == .marked { return hangUp(due, cause: cause, reason: reason) }
        if !due.isEmpty { question = .hangUpNamed(due, cause: cause, reason: reason) }
        return []
    }

    /// A question about calls goes when there is nothing more to ask.
    mutating func closeQuestionOfCommand() {
        switch question {
        case .hangUpNamed(let keys, let cause, let reason):
            let calls = keys.map { snapshot.call($0) }
            let live = calls.compactMap { $0 }.filter { !$0.isEnded }
            guard live.count < keys.count else { return }
            guard live.isEmpty else {
                question = .hangUpNamed(live.map(\.key), cause: cause, reason: reason)
                return
            }
            question = nil
            let one = calls.first.flatMap { $0?.to } ?? "?"
            say(
                keys.count == 1 ? "the call to \(one) has ended meanwhile" : "the calls have ended meanwhile",
                .info
            )
        case .placeAgain(let key, _):
            guard layers.isEmpty, snapshot.call(key)?.isInDoubt != true else { return }
            question = nil
            say("the call to \(snapshot.call(key)?.to ?? "?") is no longer in doubt; nothing was placed", .info)
        case .settle(let key, _, _):
            guard layers.isEmpty, snapshot.call(key)?.needsWord != true else { return }
            question = nil
            say("the call to \(snapshot.call(key)?.to ?? "?") is no longer in doubt; nothing was done", .info)
        case .takeBackHangUp(let key):
            guard snapshot.call(key).map({ isHangUpWaiting($0) }) != true else { return }
            question = nil
            say("the hang-up of \(snapshot.call(key)?.to ?? "?") waits no more; nothing was taken back", .info)
        case .takeBack(let key):
            guard snapshot.call(key).map({ canTakeBack($0) }) != true else { return }
            question = nil
            say("the settlement of the call to \(snapshot.call(key)?.to ?? "?") can no longer be taken back", .info)
        default: break
        }
    }
}
