import HashTreeCollections
import Piopiy

/// Calls by the numbers that they involve, so that nothing has to look at every call.
extension BoardSnapshot {
    /// Whether a number may be dialed now, as far as this board knows.
    /// - Parameters:
    ///   - number: in any form; what is not a whole number is never busy.
    ///   - now: by ``Piopiy/Timestamp/steady``, where the board has that.
    public func availability(of number: String, at now: Timestamp) -> NumberAvailability {
        NormalizedNumber(number, plan: numberPlan).map { availability(of: $0, at: now) } ?? .free
    }

    /// Whether a number may be dialed now, as far as this board knows.
    public func availability(of number: PhoneNumber, at now: Timestamp) -> NumberAvailability {
        availability(of: NormalizedNumber(number, plan: numberPlan), at: now)
    }

    /// Whether a number may be dialed now, as far as this board knows.
    public func availability(of key: NormalizedNumber, at now: Timestamp) -> NumberAvailability {
        NumberAvailability(of: key, in: calls(near: key), at: now)
    }

    /// The calls that tell a number with the same last digits, among them all that involve it.
    func calls(near key: NormalizedNumber) -> some Sequence<Call> {
        (keysByNumber[NumberTail(key)] ?? []).lazy.compactMap { calls[$0] }
    }

    /// Adds a call, or takes it in place of the one with its key.
    mutating func put(_ call: Call) {
        let old = calls.updateValue(call, forKey: call.key)
        if let old, old.tellsNumbers(as: call) { return }
        let tails = call.numberTails
        let before = old?.numberTails ?? []
        for tail in before.subtracting(tails) { unlink(call.key, from: tail) }
        for tail in tails.subtracting(before) { keysByNumber[tail, default: []].insert(call.key) }
    }

    /// Takes a call away.
    @discardableResult
    mutating func remove(_ key: CallKey) -> Call? {
        guard let call = calls.removeValue(forKey: key) else { return nil }
        for tail in call.numberTails { unlink(key, from: tail) }
        return call
    }

    private mutating func unlink(_ key: CallKey, from tail: NumberTail) {
        keysByNumber[tail]?.remove(key)
        if keysByNumber[tail]?.isEmpty == true { keysByNumber[tail] = nil }
    }
}
