import CallBoard
import Piopiy
import Testing

@testable import PrometheusMetrics

/// The rules that `promtool check metrics` has, and ours on what a label may hold.
@Suite("Names of metrics")
struct NamingTests {
    static let families =
        MetricFamily.emitted
        + [.openCalls, .doubts, .endedCalls, .pendingLines, .campaigns, .campaignRows, .build]
        + ProcessReadings.readings().map(\.family)

    @Test("Every family keeps Prometheus' rules")
    func rules() {
        #expect(Set(Self.families.map(\.name)).count == Self.families.count)
        for family in Self.families {
            let name = family.name
            let isPlain = name.allSatisfy { ("a"..."z").contains($0) || $0 == "_" || $0.isNumber }
            #expect(isPlain && !name.contains("__"), "\(name)")
            #expect(name.hasPrefix("piopiy_") || name.hasPrefix("process_"), "\(name)")
            #expect(name.hasSuffix("_total") == (family.kind == .counter), "\(name)")
            for reserved in ["_sum", "_count", "_bucket"] { #expect(!name.hasSuffix(reserved), "\(name)") }
            let words = Set(name.split(separator: "_").map(String.init))
            let kinds: Set<String> = ["counter", "gauge", "histogram", "summary"]
            let units: Set<String> = [
                "s", "ms", "us", "ns", "sec", "m", "min", "h", "d", "b", "kb", "mb", "gb", "milliseconds", "minutes",
                "hours", "days", "kilobytes", "megabytes", "percent",
            ]
            #expect(words.isDisjoint(with: kinds) && words.isDisjoint(with: units), "\(name)")
            #expect(family.help.count > 20 && family.help.hasSuffix("."), "\(name)")
            #expect(name.hasSuffix("_seconds") || family.kind != .histogram, "\(name)")
            #expect(family.buckets == family.buckets.sorted())
        }
        #expect(Self.families.count > 15)
    }

    @Test("The process' figures are those of the system")
    func process() throws {
        let readings = Dictionary(
            uniqueKeysWithValues: ProcessReadings.readings().map { ($0.family.name, $0.value) }
        )
        let names = [
            "process_cpu_seconds_total", "process_resident_memory_bytes", "process_virtual_memory_bytes",
            "process_start_time_seconds", "process_open_fds", "process_max_fds",
        ]
        for name in names { #expect(try #require(readings[name], "\(name)") > 0, "\(name)") }
        let start = try #require(readings["process_start_time_seconds"])
        let now = Double(Timestamp.now.milliseconds) / 1000
        #expect(start > 1_600_000_000 && start < now + 60)
        #expect(
            try #require(readings["process_open_fds"]) <= (try #require(readings["process_max_fds"]))
        )
    }

    @Test("A program's name with parentheses and blanks does not shift the figures")
    func stat() throws {
        let tail = "S 1 1 1 0 -1 4194304 100 0 0 0 7 5 0 0 20 0 3 0 4711 123456 789 18446744073709551615"
        let stat = try #require(ProcessStat("42 (a) b (c)) \(tail)"))
        #expect(stat.cpuTicks == 12 && stat.startTicks == 4711)
        #expect(stat.virtualBytes == 123_456 && stat.residentPages == 789)
        #expect(ProcessStat("42 (short) S 1 2") == nil && ProcessStat("") == nil)
        #expect(ProcessReadings.bootTime("cpu 1 2\nbtime 1700000000\nprocesses 5\n") == 1_700_000_000)
        let limits = "Limit  Soft Limit  Hard Limit  Units\nMax open files            1024     524288   files\n"
        #expect(ProcessReadings.fileLimit(limits) == 1024)
        #expect(ProcessReadings.fileLimit(limits.replacing("1024", with: "unlimited")) == nil)
    }
}
