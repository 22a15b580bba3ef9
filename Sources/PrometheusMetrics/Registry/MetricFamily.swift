/// A metric with all of its series: name, meaning and kind, as Prometheus asks for them.
public struct MetricFamily: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        /// It only goes up while the process runs. Its name ends in `_total`.
        case counter
        /// It goes up and down.
        case gauge
        /// How many values were at or under each of some bounds.
        case histogram
    }

    public let name: String
    /// What it tells, in one sentence.
    public let help: String
    public let kind: Kind
    /// The bounds of a histogram, ascending, without the infinite one.
    public let buckets: [Double]

    public init(_ name: String, _ kind: Kind, buckets: [Double] = MetricFamily.durations, help: String) {
        self.name = name
        self.help = help
        self.kind = kind
        self.buckets = kind == .histogram ? buckets : []
    }

    /// Bounds in seconds, from what a disk takes to what somebody notices.
    public static let durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20]
    /// Bounds in seconds, from what a network takes to what makes a call record late.
    public static let delays = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800]
}

/// One value at the moment of a scrape.
public struct MetricReading: Sendable {
    public let family: MetricFamily
    public let labels: MetricLabels
    public let value: Double

    public init(_ family: MetricFamily, _ labels: MetricLabels, _ value: Double) {
        self.family = family
        self.labels = labels
        self.value = value
    }

    public init(_ family: MetricFamily, _ labels: MetricLabels, _ value: Int) {
        self.init(family, labels, Double(value))
    }
}
