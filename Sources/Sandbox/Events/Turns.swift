import DequeModule

/// Lets a few at a time do something; the others wait in the order in which they came.
actor Turns {
    private var free: Int
    private var waiting: Deque<CheckedContinuation<Void, Never>> = []

    /// - Parameter count: how many at a time, at least 1.
    init(_ count: Int) { free = max(1, count) }

    /// Waits for a turn, takes it and gives it back.
    ///
    /// A task that is cancelled still waits, but no longer than it takes those before it to notice that they are cancelled
    /// too.
    nonisolated func take<Value: Sendable>(_ action: @Sendable () async -> Value) async -> Value {
        await begin()
        let value = await action()
        await end()
        return value
    }

    private func begin() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    private func end() {
        if let next = waiting.popFirst() {
            next.resume()
        } else {
            free += 1
        }
    }
}
