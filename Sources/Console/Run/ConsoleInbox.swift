import CallBoard
import Synchronization
import Terminal

/// What came for the console since it last looked: the newest snapshot, in whose place a newer one comes, so that nothing
/// queues up behind a slow terminal; and what came of its errands, which are as few as keypresses.
final class ConsoleInbox: Sendable {
    private struct Contents {
        var snapshot: BoardSnapshot?
        var news: [ConsoleNews] = []
    }

    private let contents = Mutex(Contents())
    private let waker: Waker

    init(waker: Waker) { self.waker = waker }

    func put(_ snapshot: BoardSnapshot) {
        contents.withLock { $0.snapshot = snapshot }
        waker.wake()
    }

    func put(_ news: ConsoleNews) {
        contents.withLock { $0.news.append(news) }
        waker.wake()
    }

    func take() -> (BoardSnapshot?, [ConsoleNews]) {
        contents.withLock { held in
            defer { held = Contents() }
            return (held.snapshot, held.news)
        }
    }
}
