import Synchronization

/// Runs the console's errands, each in a task of its own, and brings back what comes of them.
///
/// They are begun on the terminal's thread and waited for on another, so what is under way is behind a mutex that is held
/// for no longer than it takes to read or change it.
final class ErrandRunner: Sendable {
    private struct UnderWay {
        /// The errand that a newer one takes the place of.
        var replaceable: Task<Void, Never>?
        /// Those that a console that ends waits for, by their number.
        var mustFinish: [Int: Task<Void, Never>] = [:]
        var count = 0
    }

    private let services: ConsoleServices
    private let underWay = Mutex(UnderWay())

    init(_ services: ConsoleServices) { self.services = services }

    func run(_ errand: ConsoleErrand, _ take: @escaping @Sendable (ConsoleNews) -> Void) {
        let services = services
        underWay.withLock { held in
            held.count += 1
            let number = held.count
            let task = Task { [weak self] in
                if let news = await services.run(errand) { take(news) }
                self?.underWay.withLock { $0.mustFinish[number] = nil }
            }
            if errand.isReplaced {
                held.replaceable?.cancel()
                held.replaceable = task
            } else if errand.mustFinish {
                held.mustFinish[number] = task
            }
        }
    }

    /// Gives up what only reads, and waits for what writes.
    func finish() async {
        let tasks = underWay.withLock { held in
            held.replaceable?.cancel()
            return Array(held.mustFinish.values)
        }
        for task in tasks { await task.value }
    }
}
