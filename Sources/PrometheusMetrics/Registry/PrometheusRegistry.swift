import CoreMetrics
import Synchronization

/// A backend for swift-metrics that Prometheus reads.
///
/// ```swift
/// let registry = PrometheusRegistry(describing: MetricFamily.emitted)
/// MetricsSystem.bootstrap(registry)
/// registry.collect { [MetricReading(.openCalls, ["state": "ringing"], 3)] }
/// let page = await registry.text()
/// ```
///
/// Libraries count and measure through swift-metrics and know nothing of this type, so another backend can take its
/// place. Values that are somebody's state are asked for at each scrape by ``collect(_:)``.
///
/// Labels of swift-metrics are the names of families. A name that breaks Prometheus' rules is put right: other
/// characters become underscores, counters get `_total` and timers `_seconds` at their end. Who asks twice for the same
/// name and dimensions gets the same series. Who asks for a name that is another kind's gets one that nobody reads.
public final class PrometheusRegistry: MetricsFactory {
    /// The series of a family, by their labels.
    private struct Series: Sendable {
        let family: MetricFamily
        var cells: [String: any MetricCell] = [:]
    }

    private struct State: Sendable {
        var series: [String: Series] = [:]
        var collectors: [@Sendable () async -> [MetricReading]] = []
    }

    private let described: [String: MetricFamily]
    // Held while a series is made or the list of them is copied; never while one is counted on or written out.
    private let state = Mutex(State())

    /// - Parameter families: what is known of the metrics that libraries emit; others have no help text of their own.
    public init(describing families: [MetricFamily] = []) {
        described = Dictionary(families.map { ($0.name, $0) }) { first, _ in first }
    }

    /// Has readings taken at each scrape, for as long as the process runs.
    /// - Parameter readings: should be quick; the scrape waits for it.
    public func collect(_ readings: @escaping @Sendable () async -> [MetricReading]) {
        state.withLock { $0.collectors.append(readings) }
    }

    // MARK: Writing

    /// Everything in Prometheus' text format, version 0.0.4, families and series in the order of their names.
    public func text() async -> String {
        let state = state.withLock { $0 }
        var page = Page()
        for series in state.series.values {
            for (labels, cell) in series.cells {
                page.add(series.family, labels, cell.lines(series.family.name, labels))
            }
        }
        for collector in state.collectors {
            for reading in await collector() {
                let (family, labels) = (reading.family, reading.labels.text)
                page.add(family, labels, GaugeCell.line(family.name, labels, MetricText.number(reading.value)))
            }
        }
        return page.text
    }

    /// The lines of a scrape, which are gathered in any order.
    private struct Page {
        private var families: [String: (family: MetricFamily, lines: [String: String])] = [:]

        /// The first of two values for one series is taken: Prometheus would take neither, nor the rest of the page.
        mutating func add(_ family: MetricFamily, _ labels: String, _ lines: String) {
            let held = families[family.name, default: (family, [:])].lines[labels]
            if held == nil { families[family.name, default: (family, [:])].lines[labels] = lines }
        }

        var text: String {
            var text = ""
            for (name, (family, lines)) in families.sorted(by: { $0.key < $1.key }) {
                text += "# HELP \(name) \(MetricText.escaped(family.help, quote: false))\n"
                text += "# TYPE \(name) \(family.kind.rawValue)\n"
                for (_, line) in lines.sorted(by: { $0.key < $1.key }) { text += line }
            }
            return text
        }
    }

    // MARK: Making

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        cell(label, "_total", dimensions, .counter) { _ in CounterCell() } ?? NOOPMetricsHandler.instance
    }

    public func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        cell(label, "_total", dimensions, .counter) { _ in FloatingPointCounterCell() } ?? NOOPMetricsHandler.instance
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        cell(label, "", dimensions, .gauge) { _ in GaugeCell() } ?? NOOPMetricsHandler.instance
    }

    public func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else {
            return cell(label, "", dimensions, .gauge) { _ in GaugeCell() } ?? NOOPMetricsHandler.instance
        }
        return cell(label, "", dimensions, .histogram) { HistogramCell($0.buckets) } ?? NOOPMetricsHandler.instance
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        cell(label, "_seconds", dimensions, .histogram) { HistogramCell($0.buckets) } ?? NOOPMetricsHandler.instance
    }

    // A series stays until the process ends: to Prometheus one that goes and comes again is a restart.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    /// - Parameter ending: what the family's name ends in.
    /// - Returns: `nil` where the name is another kind's.
    private func cell<Cell: MetricCell>(
        _ label: String,
        _ ending: String,
        _ dimensions: [(String, String)],
        _ kind: MetricFamily.Kind,
        _ make: (MetricFamily) -> Cell
    ) -> Cell? {
        var name = MetricText.name(label)
        if !name.hasSuffix(ending) { name += ending }
        let family = described[name] ?? MetricFamily(name, kind, help: "No description.")
        guard family.kind == kind else { return nil }
        let labels = MetricLabels(dimensions).text
        // Made before the lock is taken; it is let go where there is one already.
        let new = make(family)
        let held: any MetricCell = state.withLock { state in
            var series = state.series[name] ?? Series(family: family)
            guard series.family.kind == kind else { return new }
            if let held = series.cells[labels] { return held }
            series.cells[labels] = new
            state.series[name] = series
            return new
        }
        return held as? Cell
    }
}
