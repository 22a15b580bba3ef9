import CallBoard

/// Small numbers for calls, by which they can be named. Each is given once and keeps its call for good.
struct CallNumbers: Sendable {
    /// The calls by their numbers. One whose row became another's is found by either number.
    private(set) var keys: [Int: CallKey] = [:]
    private var numbers: [CallKey: Int] = [:]
    private var last = 0

    /// The number of a call that was given one.
    subscript(key: CallKey) -> Int? { numbers[key] }

    /// The call's number; a new one for a call that has none.
    mutating func number(of key: CallKey) -> Int {
        if let number = numbers[key] { return number }
        last += 1
        numbers[key] = last
        keys[last] = key
        return last
    }

    /// Finds the calls whose rows have become other rows.
    /// - Parameter shown: the calls to look at.
    /// - Returns: numbers that turned out to be of one call: the one that goes, the one that stays.
    mutating func follow(_ shown: some Sequence<CallKey>, in snapshot: BoardSnapshot) -> [(gone: Int, staying: Int)] {
        var joined: [(gone: Int, staying: Int)] = []
        for key in shown {
            let now = snapshot.resolve(key)
            guard now != key, let number = numbers.removeValue(forKey: key) else { continue }
            guard let other = numbers[now] else {
                numbers[now] = number
                keys[number] = now
                continue
            }
            // The number that was told first stays.
            let (gone, staying) = (max(number, other), min(number, other))
            numbers[now] = staying
            keys[staying] = now
            keys[gone] = now
            joined.append((gone, staying))
        }
        return joined
    }
}
