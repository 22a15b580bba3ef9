/// The calls that are held, the oldest ended ones dropped when there are too many.
struct CallStore: Sendable {
    private var calls: [String: SandboxCall] = [:]
    /// Ids of ended calls in the order of their end; the first ``dropped`` have been taken out.
    private var ended: [String] = []
    private var dropped = 0
    private var cost = 0
    private let limits: Limits

    init(limits: Limits) { self.limits = limits }

    /// A call by its id, in either letter case.
    subscript(id: String) -> SandboxCall? { calls[id.lowercased()] }

    /// All of them in the order of their placement.
    var all: [SandboxCall] { calls.values.sorted { $0.number < $1.number } }

    /// Takes a new call in, if there is room or room can be made.
    mutating func add(_ call: SandboxCall) -> Bool {
        while calls.count >= limits.calls || cost + call.cost > limits.callBytes {
            guard dropped < ended.count else { return false }
            if let old = calls.removeValue(forKey: ended[dropped]) { cost -= old.cost }
            dropped += 1
            if dropped > 1024, dropped * 2 > ended.count {
                ended.removeFirst(dropped)
                dropped = 0
            }
        }
        calls[call.callID] = call
        cost += call.cost
        return true
    }

    /// Changes a call in place; `change` says whether it did. `nil` for an id that is not held.
    mutating func change(_ id: String, _ change: (inout SandboxCall) -> Bool) -> SandboxCall? {
        let id = id.lowercased()
        guard var call = calls[id], change(&call) else { return nil }
        calls[id] = call
        if !call.isUp { ended.append(id) }
        return call
    }
}
