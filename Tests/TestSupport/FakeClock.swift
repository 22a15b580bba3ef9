import Synchronization

/// A clock whose sleeps take no real time, or never end, as a test wants it.
///
/// ```swift
/// let clock = FakeClock()
/// try await clock.sleep(for: .seconds(3600))
/// #expect(clock.sleeps == [.seconds(3600)])
/// ```
public final class FakeClock: Clock, Sendable {
    /// How its sleeps go.
    public enum Mode: Sendable {
        /// A sleep is over at once, and its time has passed.
        case passing
        /// A sleep ends only by being cancelled.
        case standing
        /// Each ``FakeClock/tick()`` ends one sleep, whichever comes first. The clock itself stands still.
        case ticking
        /// A sleep moves the time on the wall, and is over after a moment in which others have their turn. The clock
        /// itself stands still: sleeps side by side each move the time by all of their length.
        case moving(FakeTime)
    }

    public struct Instant: InstantProtocol {
        var offset: Duration = .zero

        public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        public func duration(to other: Instant) -> Duration { other.offset - offset }
        public static func < (a: Instant, b: Instant) -> Bool { a.offset < b.offset }
    }

    private struct State {
        var now = Instant()
        var sleeps: [Duration] = []
        var sleepers = 0
    }

    private let mode: Mode
    private let state = Mutex(State())
    private let ticks = AsyncStream.makeStream(of: Void.self)

    public init(_ mode: Mode = .passing) { self.mode = mode }

    public var now: Instant { state.withLock(\.now) }
    public var minimumResolution: Duration { .zero }

    /// How long it was slept, sleep by sleep, in the order in which they began.
    public var sleeps: [Duration] { state.withLock(\.sleeps) }

    /// How many sleep just now.
    public var sleepers: Int { state.withLock(\.sleepers) }

    /// Ends one sleep of a clock that is ``Mode/ticking``; the next one, if nobody sleeps.
    public func tick() { ticks.continuation.yield() }

    public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        let duration = state.withLock { state in
            let duration = deadline.offset - state.now.offset
            state.sleeps.append(duration)
            state.sleepers += 1
            return duration
        }
        defer { state.withLock { $0.sleepers -= 1 } }
        switch mode {
        case .passing:
            state.withLock { $0.now = max($0.now, deadline) }
        case .standing:
            // A gate of its own: a stream that several tasks wait for ends for all of them when one is cancelled.
            await Gate().wait()
            throw CancellationError()
        case .ticking:
            for await _ in ticks.stream { return }
            throw CancellationError()
        case .moving(let time):
            time.advance(by: duration)
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}
