import DequeModule

/// The numbers that have had their one 429. The oldest is forgotten when there are too many.
struct TurnedAway: Sendable {
    private var numbers: Set<String> = []
    private var order: Deque<String> = []
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// - Returns: whether the number is here for the first time, and to be turned away.
    mutating func isFirst(_ number: String) -> Bool {
        guard numbers.insert(number).inserted else { return false }
        order.append(number)
        if order.count > limit, let oldest = order.popFirst() { numbers.remove(oldest) }
        return true
    }
}
