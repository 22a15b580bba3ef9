import Piopiy

/// How far local time is ahead of UTC, which depends on the moment: clocks are changed while a console runs, and what
/// is shown lies before and after that.
public struct UTCOffset: Sendable {
    private let seconds: @Sendable (Timestamp) -> Int

    /// - Parameter seconds: the rule of a zone: the seconds that its time is ahead of UTC at a moment. It is asked
    ///   for each   time of day that is drawn, so it must be quick.
    public init(_ seconds: @escaping @Sendable (Timestamp) -> Int) { self.seconds = seconds }

    /// In seconds.
    public func callAsFunction(at moment: Timestamp) -> Int { seconds(moment) }
}

extension UTCOffset: ExpressibleByIntegerLiteral {
    /// The same at all times, in seconds.
    public init(integerLiteral seconds: Int) { self.init { _ in seconds } }
}
