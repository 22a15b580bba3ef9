import HashTreeCollections
import Piopiy

/// Taking back an operator's word on a call in doubt.
extension BoardState {
    /// Takes the word back, unless the number was called since: that was done on the word's strength.
    mutating func takeBack(_ key: CallKey, now: Timestamp) -> [BoardEffect] {
        guard let call = snapshot.calls[key], let ref = call.ref, let word = call.word else {
            tell(.info, "there is nothing to take back for that call", about: key, now: now)
            return []
        }
        if snapshot.placedSince(word.at, like: call) != nil {
            let words = "not taken back: \(call.to ?? "?") was called after that was said"
            tell(.warning, words, about: key, now: now)
            return []
        }
        // Later than the word, whatever became of the clock since.
        let at = max(now, word.at + .milliseconds(1))
        guard join(CallFacts(.takenBack, ref: ref, at: at), now: now) != nil else { return [] }
        return [.write(.settlement(.takenBack, of: ref, at: at))]
    }
}

extension Call {
    /// Why its number is not rung now, in words that follow the number.
    public func whyNotRung(at now: Timestamp) -> String {
        if !isEnded { return "is on the board already" }
        return mayStillBeUp(at: now)
            ? "may still be up: a call to it was in doubt"
            : "was called less than a minute ago"
    }
}
