import CallBoard
import Piopiy

/// Hanging up by key and by command.
extension ConsoleModel {
    /// The marked calls, as they stand on the board; none while one call's details are looked at, as that one is meant then.
    var chosenForHangUp: [CallKey] {
        if case .details = layers.last { return [] }
        return rows.filter { marked.contains($0) } + marked.subtracting(rows).sorted()
    }

    /// Why a call needs no hang-up; `nil` when it can be hung up.
    func whyNotHungUp(_ call: Call) -> String? {
        let to = call.to ?? "?"
        if call.isEnded { return "the call to \(to) has ended already" }
        switch call.hangUp {
        case .waiting: return "the hang-up of \(to) waits for its call id"
        case .sending, .accepted: return "the hang-up of \(to) is on its way already"
        case .none, .failed: return nil
        }
    }

    /// Asks before calls are hung up that a command named, as the setting wants it.
    mutating func hangUp(_ keys: [CallKey], cause: String?, reason: String?) -> [ConsoleEffect] {
        var due: [CallKey] = []
        var words: [String] = []
        for key in keys {
            guard let call = snapshot.call(key) else { continue }
            if let why = whyNotHungUp(call) { words.append(why) } else { due.append(call.key) }
        }
        if !words.isEmpty { say(words.joined(separator: "; "), .info) }
        if due.count == 1, settings.confirmation == .marked {
            return [.send(.hangUp(due[0], cause: cause, reason: reason))]
        }
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
            if live.isEmpty {
                question = nil
                let one = calls.first.flatMap { $0?.to }
                say(
                    keys.count == 1
                        ? "the call to \(one ?? "?") has ended by itself" : "the calls have ended by themselves",
                    .info
                )
            } else {
                question = .hangUpNamed(live.map(\.key), cause: cause, reason: reason)
            }
        case .placeAgain(let key):
            guard layers.isEmpty, snapshot.call(key)?.isInDoubt != true else { return }
            question = nil
            say("the call to \(snapshot.call(key)?.to ?? "?") is no longer in doubt; nothing was placed", .info)
        default: break
        }
    }
}
