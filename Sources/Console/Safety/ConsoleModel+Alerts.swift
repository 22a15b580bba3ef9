import CallBoard
import Piopiy
import Terminal

extension ConsoleModel {
    /// What of the news the operator wants to be rung for, in words; `nil` for nothing.
    ///
    /// - Parameter old: the board as it was. What a console finds at its start is no news.
    func alert(since old: BoardSnapshot) -> String? {
        let wanted = settings.alerts.events
        guard !wanted.isEmpty, old.revision > 0 else { return nil }
        var happened: [(Alerts.Event, Call)] = []
        for key in snapshot.order {
            guard let call = snapshot.call(key), let event = Alerts.Event(call), wanted.contains(event) else {
                continue
            }
            if old.call(key).flatMap({ Alerts.Event($0) }) != event { happened.append((event, call)) }
        }
        guard let (event, call) = happened.first else { return nil }
        // A console that is locked says how many, and not who.
        if happened.count == 1, lock == nil {
            return "\(call.to ?? "a call"): \(call.callerWasLost ? Words.lost : event.words)"
        }
        return Alerts.Event.allCases.compactMap { event in
            let count = happened.count { $0.0 == event }
            return count > 0 ? "\(count) \(event.words)" : nil
        }.joined(separator: ", ")
    }
}

extension Alerts.Event {
    /// The event that a call as it is now stands for. A call whose caller a failed transfer has lost has failed,
    /// whoever talked before.
    init?(_ call: Call) {
        switch call.stage {
        case .ended where call.callerWasLost: self = .failed
        case .talking: self = .answered
        case .unknown: self = .unknown
        case .ended(.completed), .ended(.cancelled): self = .ended
        case .ended: self = .failed
        case .placing, .queued, .ringing: return nil
        }
    }

    var words: String {
        switch self {
        case .answered: "answered"
        case .ended: "ended"
        case .failed: "not reached"
        case .unknown: "in doubt"
        }
    }
}
