import Piopiy

/// Who is on the line of a call, by number.
extension Call {
    /// Whether somebody with this number is on the line, rings, or may ring: as the called number, as the caller of a
    /// call that came in, or as whoever was joined or is rung for a transfer. The form in which events told the number
    /// does not matter.
    ///
    /// The caller of an outbound call is the account's own caller id, which is nobody's phone. Of a call that has ended
    /// only the called number and the caller count: who was joined to it is free.
    public func involves(_ key: NormalizedNumber) -> Bool {
        if isWith(key) { return true }
        guard !isEnded else { return false }
        return facts.legs.contains { $0.value.value?.isUp == true && key.matches($0.key) }
            || facts.transfers.contains { $0.value.progress != .failed && key.matches($0.value.target.value) }
    }

    /// Whether it is a call to this number, or one that came from it.
    public func isWith(_ key: NormalizedNumber) -> Bool {
        key.matches(to) || (direction != .outbound && key.matches(from))
    }

    /// All numbers that were told of it, as they were told: called number, caller, second legs, targets of transfers.
    public var toldNumbers: [String] {
        [to, from].compactMap(\.self) + facts.legs.keys.sorted() + transfers.compactMap(\.target)
    }
}
