import HashTreeCollections
import Piopiy

/// Taking back an operator's word on a call in doubt.
extension BoardState {
    /// The journal did not take a word: as long as it is too early for it, nobody's counts.
    mutating func notSettled(_ line: JournalLine, _ error: TooEarlyToSettle, now: Timestamp) -> [BoardEffect] {
        guard let ref = line.ref else { return [] }
        let back = CallFacts(.takenBack, ref: ref, at: max(now, line.at + .milliseconds(1)))
        guard let key = join(back, now: now) else { return [] }
        tell(.warning, "not settled: the call to \(snapshot.calls[key]?.to ?? "?"): \(error)", about: key, now: now)
        return []
    }

    /// Takes the word back, unless the number was called since: that was done on the word's strength.
    mutating func takeBack(_ key: CallKey, now: Timestamp) -> [BoardEffect] {
        guard let call = snapshot.calls[key], let ref = call.ref, let word = call.word else {
            tell(.info, "there is nothing to take back for that call", about: key, now: now)
            return []
        }
        if snapshot.placedSince(word.at, like: call) != nil {
            let words = "not taken back: \(call.to ?? "?") was called again since"
            tell(.warning, words, about: key, now: now)
            return []
        }
        // Later than the word, whatever became of the clock since.
        let at = max(now, word.at + .milliseconds(1))
        guard join(CallFacts(.takenBack, ref: ref, at: at), now: now) != nil else { return [] }
        return [.write(.settlement(.takenBack, of: ref, at: at))]
    }
}
