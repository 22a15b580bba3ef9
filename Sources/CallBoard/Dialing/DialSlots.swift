/// So many placements at once, in the order of asking.
///
/// A placement is admitted only when it can leave at once: one that waited for a connection within the client would pass
/// its deadline there. The slots are fewer than the client's connections, so that hang-ups always find one.
actor DialSlots {
    private var free: Int
    private var waiting: [(id: Int, turn: CheckedContinuation<Bool, Never>)] = []
    private var nextID = 0

    init(_ count: Int) { free = max(1, count) }

    /// Waits for a slot.
    /// - Returns: `false` when the task was cancelled first; then there is none to release.
    func take() async -> Bool {
        if Task.isCancelled { return false }
        if free > 0 {
            free -= 1
            return true
        }
        nextID += 1
        let id = nextID
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiting.append((id, $0)) }
        } onCancel: {
            Task { await self.giveUp(id) }
        }
    }

    func release() {
        if !waiting.isEmpty { waiting.removeFirst().turn.resume(returning: true) } else { free += 1 }
    }

    private func giveUp(_ id: Int) {
        guard let place = waiting.firstIndex(where: { $0.id == id }) else { return }
        waiting.remove(at: place).turn.resume(returning: false)
    }
}
