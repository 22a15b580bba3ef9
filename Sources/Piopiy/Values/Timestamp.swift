#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A moment, in whole milliseconds since 1970-01-01 00:00 UTC: the unit of the platform's `time` and `timestamp`.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Since 1970-01-01 00:00 UTC; negative before.
    public var milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Since 1970-01-01 00:00 UTC, rounded to the nearest millisecond. The result must fit an `Int64`: a number that is not finite
    /// traps.
    public init(seconds: Double) { self.milliseconds = Int64((seconds * 1000).rounded()) }

    /// The moment by this machine's clock.
    public static var now: Timestamp { Timestamp(seconds: Date().timeIntervalSince1970) }

    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }

    /// The moment that long after another, to the millisecond.
    public static func + (moment: Timestamp, duration: Duration) -> Timestamp {
        let parts = duration.components
        return Timestamp(
            milliseconds: moment.milliseconds + parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000
        )
    }

    /// The time between two moments; negative when `later` came first.
    public static func - (later: Timestamp, earlier: Timestamp) -> Duration {
        .milliseconds(later.milliseconds - earlier.milliseconds)
    }

    /// The moment as Foundation has it.
    public var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }
}
