import Piopiy

/// The ids of the latest lines that place a call, as far back as a bounded memory reaches: a million lines take no more of it
/// than a hundred thousand.
struct RecentIDs {
    private let capacity: Int
    /// In the order in which they came, the oldest at ``next`` once it is full.
    private var ring: [Int] = []
    private var next = 0
    private var known: Set<Int> = []

    init(capacity: Int = 100_000) { self.capacity = capacity }

    /// - Returns: whether none of the latest lines had this id.
    mutating func insert(_ id: JSONValue) -> Bool {
        // Of a hundred thousand ids two have one hash in a run of a thousand million.
        let hash = DoneOperations.normal(id).hashValue
        guard known.insert(hash).inserted else { return false }
        if ring.count < capacity {
            ring.append(hash)
        } else {
            known.remove(ring[next])
            ring[next] = hash
            next = (next + 1) % capacity
        }
        return true
    }
}
