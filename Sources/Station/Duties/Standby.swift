import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Whether this process takes duties on for the others of its host. One that is being stopped, by Ctrl-Z for instance,
/// lays them down first: a stopped process that holds the webhooks' port would have everybody hear nothing.
final class Standby: Sendable {
    private struct State {
        var isDown = false
        var held = 0
        var next = 0
        var waiting: [Int: AsyncStream<Never>.Continuation] = [:]
    }

    private let state = Mutex(State())

    /// Takes a duty on, unless none is to be; to be followed by ``end()``.
    func begin() -> Bool {
        state.withLock { state in
            guard !state.isDown else { return false }
            state.held += 1
            return true
        }
    }

    /// A duty was laid down, and what it held is let go.
    func end() { state.withLock { $0.held -= 1 } }

    /// Does something until it is done, or duties are to be laid down; then it is cancelled, and awaited.
    func whileUp(_ work: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await work() }
            group.addTask { await self.untilDown() }
            await group.next()
            group.cancelAll()
        }
    }

    private func untilDown() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        let number: Int? = state.withLock { state in
            guard !state.isDown else { return nil }
            state.next += 1
            state.waiting[state.next] = continuation
            return state.next
        }
        guard let number else { return }
        for await _ in stream {}
        state.withLock { $0.waiting[number] = nil }
    }

    /// Has all duties laid down. It blocks the thread, which must not be one of the tasks' own.
    /// - Parameter patience: how long that may take.
    func goDown(patience: Duration) {
        let waiting = state.withLock { state in
            state.isDown = true
            return Array(state.waiting.values)
        }
        for one in waiting { one.finish() }
        let end = ContinuousClock.now + patience
        while state.withLock({ $0.held }) > 0, ContinuousClock.now < end { usleep(5000) }
    }

    /// Duties may be taken on again.
    func comeUp() { state.withLock { $0.isDown = false } }
}
