import CoreMetrics
import Testing

@testable import PrometheusMetrics

@Suite("Prometheus' text format")
struct ExpositionTests {
    @Test("Families and series are in the order of their names, each family with its meaning and kind")
    func golden() async {
        let registry = PrometheusRegistry(describing: [
            MetricFamily("jobs_total", .counter, help: "Jobs by result."),
            MetricFamily("wait_seconds", .histogram, buckets: [0.5, 1, 2.5], help: "Time that a job waits."),
        ])
        Counter(label: "jobs_total", dimensions: [("result", "done")], factory: registry).increment(by: 41)
        Counter(label: "jobs_total", dimensions: [("result", "done")], factory: registry).increment()
        _ = Counter(label: "jobs_total", dimensions: [("result", "broken")], factory: registry)
        let wait = Timer(label: "wait_seconds", dimensions: [("kind", "live")], factory: registry)
        for milliseconds in [250, 500, 750, 2500, 9000] { wait.recordMilliseconds(milliseconds) }
        let level = MetricFamily("level_volts", .gauge, help: "Charge.")
        registry.collect { [MetricReading(level, [:], 1.5)] }
        #expect(
            await registry.text() == """
                # HELP jobs_total Jobs by result.
                # TYPE jobs_total counter
                jobs_total{result="broken"} 0
                jobs_total{result="done"} 42
                # HELP level_volts Charge.
                # TYPE level_volts gauge
                level_volts 1.5
                # HELP wait_seconds Time that a job waits.
                # TYPE wait_seconds histogram
                wait_seconds_bucket{kind="live",le="0.5"} 2
                wait_seconds_bucket{kind="live",le="1"} 3
                wait_seconds_bucket{kind="live",le="2.5"} 4
                wait_seconds_bucket{kind="live",le="+Inf"} 5
                wait_seconds_sum{kind="live"} 13
                wait_seconds_count{kind="live"} 5

                """
        )
    }

    @Test("A label's value cannot end its quotes or its line, and a help text cannot end its line")
    func escaping() async {
        let family = MetricFamily("odd", .gauge, help: "one\ntwo \\ \"three\"")
        let registry = PrometheusRegistry()
        registry.collect { [MetricReading(family, ["who": "a\"} 1\nb\\"], 1)] }
        #expect(
            await registry.text() == """
                # HELP odd one\\ntwo \\\\ "three"
                # TYPE odd gauge
                odd{who="a\\"} 1\\nb\\\\"} 1

                """
        )
    }

    @Test(
        "Numbers are ones that Prometheus reads",
        arguments: [
            (0, "0"), (-3, "-3"), (1_796_060_747, "1796060747"), (0.25, "0.25"), (.infinity, "+Inf"),
            (-.infinity, "-Inf"), (.nan, "NaN"), (1e300, "1e+300"),
        ] as [(Double, String)]
    )
    func numbers(value: Double, text: String) {
        #expect(MetricText.number(value) == text)
    }

    @Test("Names that break the rules are put right, and what nobody described still has a help text")
    func names() async {
        let registry = PrometheusRegistry()
        Counter(label: "http.requests", dimensions: [("status-code", "200")], factory: registry).increment()
        Timer(label: "2nd wait", factory: registry).recordSeconds(1)
        Meter(label: "depth", factory: registry).set(7)
        Gauge(label: "size", factory: registry).record(8)
        FloatingPointCounter(label: "litres", factory: registry).increment(by: 0.5)
        let text = await registry.text()
        #expect(text.contains("# HELP http_requests_total No description.\n"))
        #expect(text.contains("http_requests_total{status_code=\"200\"} 1\n"))
        #expect(text.contains("_2nd_wait_seconds_count 1\n"))
        #expect(text.contains("# TYPE depth gauge\ndepth 7\n") && text.contains("# TYPE size gauge\nsize 8\n"))
        #expect(text.contains("litres_total 0.5\n"))
    }

    @Test("A name of another kind spoils nothing, and a counter never goes down")
    func conflicts() async {
        let registry = PrometheusRegistry(describing: [MetricFamily("jobs_total", .counter, help: "Jobs.")])
        let jobs = Counter(label: "jobs_total", factory: registry)
        jobs.increment(by: 5)
        jobs.increment(by: -3)
        Meter(label: "jobs_total", factory: registry).set(99)
        let text = await registry.text()
        #expect(text == "# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total 5\n")
    }

    @Test("Values that come from many tasks at once are all there")
    func manyTasks() async {
        let registry = PrometheusRegistry()
        let counter = Counter(label: "jobs", factory: registry)
        let timer = Timer(label: "wait", factory: registry)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1000 {
                        counter.increment()
                        timer.recordMilliseconds(500)
                    }
                }
            }
        }
        let text = await registry.text()
        #expect(text.contains("jobs_total 8000\n"))
        #expect(text.contains("wait_seconds_count 8000\n") && text.contains("wait_seconds_sum 4000\n"))
        #expect(text.contains("wait_seconds_bucket{le=\"0.25\"} 0\nwait_seconds_bucket{le=\"0.5\"} 8000\n"))
    }

    @Test("A duration that a clock made negative counts as none, and is no end of the sums")
    func negative() async {
        let registry = PrometheusRegistry()
        Timer(label: "wait", factory: registry).recordNanoseconds(-5)
        Recorder(label: "rate", factory: registry).record(Double.nan)
        let text = await registry.text()
        #expect(text.contains("wait_seconds_sum 0\nwait_seconds_count 1\n"))
        #expect(text.contains("rate_sum 0\nrate_count 0\n"))
    }
}
