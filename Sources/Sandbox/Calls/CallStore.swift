import DequeModule

/// The calls that are held, the oldest ended ones dropped when there are too many.
struct CallStore: Sendable {
    private var calls: [String: SandboxCall] = [:]
    /// Ids of ended calls in the order of their end.
    private var ended: Deque<String> = []
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
            guard let oldest = ended.popFirst() else { return false }
            if let call = calls.removeValue(forKey: oldest) { cost -= call.cost }
        }
        calls[call.callID] = call
        cost += call.cost
        return true
    }

    /// Puts a call that is held in the place of what it was.
    mutating func update(_ call: SandboxCall) {
        if calls[call.callID] != nil { calls[call.callID] = call }
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
