import CoreMetrics
import Synchronization

/// A series that is counted on while others read it. Nobody waits for anybody: each value is an atomic one.
protocol MetricCell: AnyObject, Sendable {
    /// Its lines for a scrape.
    func lines(_ name: String, _ labels: String) -> String
}

extension MetricCell {
    static func line(_ name: String, _ labels: String, _ value: String) -> String {
        labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }
}

/// A counter of whole numbers.
final class CounterCell: MetricCell, CounterHandler {
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) {
        // A counter that goes down would count as a restart of the process.
        if amount > 0 { value.wrappingAdd(amount, ordering: .relaxed) }
    }

    func reset() { value.store(0, ordering: .relaxed) }

    func lines(_ name: String, _ labels: String) -> String {
        Self.line(name, labels, "\(value.load(ordering: .relaxed))")
    }
}

/// A counter of fractions.
final class FloatingPointCounterCell: MetricCell, FloatingPointCounterHandler {
    private let value = AtomicDouble()

    func increment(by amount: Double) {
        if amount > 0, amount.isFinite { value.add(amount) }
    }

    func reset() { value.set(0) }

    func lines(_ name: String, _ labels: String) -> String {
        Self.line(name, labels, MetricText.number(value.current))
    }
}

/// A value that goes up and down; the last one that was told counts.
final class GaugeCell: MetricCell, MeterHandler, RecorderHandler {
    private let value = AtomicDouble()

    func set(_ value: Int64) { self.value.set(Double(value)) }
    func set(_ value: Double) { self.value.set(value) }
    func increment(by amount: Double) { value.add(amount) }
    func decrement(by amount: Double) { value.add(-amount) }
    func record(_ value: Int64) { set(value) }
    func record(_ value: Double) { set(value) }

    func lines(_ name: String, _ labels: String) -> String {
        Self.line(name, labels, MetricText.number(value.current))
    }
}

/// How many values were at or under each bound.
final class HistogramCell: MetricCell, RecorderHandler, TimerHandler {
    /// One atomic value; arrays take none that cannot be copied.
    private final class Count: Sendable {
        let value = Atomic<Int64>(0)
    }

    private let bounds: [Double]
    /// Values in each bucket alone; the last one has those over every bound.
    private let counts: [Count]
    private let sum = AtomicDouble()

    init(_ bounds: [Double]) {
        self.bounds = bounds
        counts = (0...bounds.count).map { _ in Count() }
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        counts[bucket].value.wrappingAdd(1, ordering: .relaxed)
        sum.add(value)
    }

    /// A clock that was set back makes a duration negative; it counts as none.
    func recordNanoseconds(_ duration: Int64) { record(Double(max(0, duration)) / 1_000_000_000) }

    func lines(_ name: String, _ labels: String) -> String {
        var text = ""
        var total: Int64 = 0
        let comma = labels.isEmpty ? "" : ","
        for (index, count) in counts.enumerated() {
            total += count.value.load(ordering: .relaxed)
            let bound = index < bounds.count ? MetricText.number(bounds[index]) : "+Inf"
            text += Self.line("\(name)_bucket", "\(labels)\(comma)le=\"\(bound)\"", "\(total)")
        }
        text += Self.line("\(name)_sum", labels, MetricText.number(sum.current))
        // The count is that of the buckets, so that a value which is being recorded cannot make the two differ.
        text += Self.line("\(name)_count", labels, "\(total)")
        return text
    }
}

/// A number with a fraction that several threads change.
private final class AtomicDouble: Sendable {
    private let bits = Atomic<UInt64>(0)

    var current: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    func add(_ amount: Double) {
        var known = bits.load(ordering: .relaxed)
        while true {
            let wanted = (Double(bitPattern: known) + amount).bitPattern
            let result = bits.weakCompareExchange(expected: known, desired: wanted, ordering: .relaxed)
            if result.exchanged { return }
            known = result.original
        }
    }
}
