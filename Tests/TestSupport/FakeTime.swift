import Piopiy
import Synchronization

/// A time on the wall that stands still until it is moved.
public final class FakeTime: Sendable {
    private let time: Mutex<Timestamp>

    /// - Parameter start: some morning in September 2024, if a test does not care.
    public init(_ start: Timestamp = Timestamp(milliseconds: 1_725_942_870_000)) { time = Mutex(start) }

    public var now: Timestamp { time.withLock { $0 } }
    public func advance(by duration: Duration) { time.withLock { $0 = $0 + duration } }
}
