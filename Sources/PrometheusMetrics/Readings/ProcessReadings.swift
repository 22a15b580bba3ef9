#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the system says of this process, under the names that every exporter of Prometheus has. Read from `/proc`;
/// where there is none, nothing is said.
public enum ProcessReadings {
    private static let cpu = MetricFamily(
        "process_cpu_seconds_total",
        .counter,
        help: "Total user and system CPU time spent in seconds."
    )
    private static let resident = MetricFamily(
        "process_resident_memory_bytes",
        .gauge,
        help: "Resident memory size in bytes."
    )
    private static let virtual = MetricFamily(
        "process_virtual_memory_bytes",
        .gauge,
        help: "Virtual memory size in bytes."
    )
    private static let start = MetricFamily(
        "process_start_time_seconds",
        .gauge,
        help: "Start time of the process since unix epoch in seconds."
    )
    private static let openFiles = MetricFamily(
        "process_open_fds",
        .gauge,
        help: "Number of open file descriptors."
    )
    private static let maxFiles = MetricFamily(
        "process_max_fds",
        .gauge,
        help: "Maximum number of open file descriptors."
    )

    public static func readings() -> [MetricReading] {
        let ticks = Double(max(1, sysconf(CInt(_SC_CLK_TCK))))
        let page = Double(max(1, sysconf(CInt(_SC_PAGESIZE))))
        var readings: [MetricReading] = []
        if let stat = text(of: "/proc/self/stat").flatMap(ProcessStat.init) {
            readings.append(MetricReading(cpu, [:], Double(stat.cpuTicks) / ticks))
            readings.append(MetricReading(resident, [:], Double(stat.residentPages) * page))
            readings.append(MetricReading(virtual, [:], Double(stat.virtualBytes)))
            if let boot = text(of: "/proc/stat").flatMap(bootTime) {
                readings.append(MetricReading(start, [:], Double(boot) + Double(stat.startTicks) / ticks))
            }
        }
        if let open = countOpenFiles() { readings.append(MetricReading(openFiles, [:], open)) }
        if let most = text(of: "/proc/self/limits").flatMap(fileLimit) {
            readings.append(MetricReading(maxFiles, [:], most))
        }
        return readings
    }

    /// When the machine started, in seconds since 1970, of `/proc/stat`.
    static func bootTime(_ text: String) -> Int? { number(after: "btime ", in: text) }

    /// How many files may be open, of `/proc/self/limits`.
    static func fileLimit(_ text: String) -> Int? { number(after: "Max open files ", in: text) }

    private static func number(after words: String, in text: String) -> Int? {
        let line = text.split(separator: "\n").first { $0.hasPrefix(words) }
        return line?.dropFirst(words.count).split(separator: " ").first.flatMap { Int($0) }
    }

    private static func countOpenFiles() -> Int? {
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // The directory's own two names, and the descriptor that it is read by.
        return max(0, count - 3)
    }

    /// A file of the kernel's, whose size nobody knows before it is read.
    private static func text(of path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(file, &part, part.count)
            guard count >= 0 else { return nil }
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += part[..<count]
        }
    }
}

/// The figures of `/proc/PID/stat`.
struct ProcessStat: Equatable {
    let cpuTicks: Int
    let startTicks: Int
    let virtualBytes: Int
    let residentPages: Int

    /// - Returns: `nil` for a text that is something else.
    init?(_ text: String) {
        // The second field is the program's name in parentheses, which may hold blanks and parentheses itself.
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(whereSeparator: \.isWhitespace)
        // The first of these is the third of all, as proc(5) counts them.
        func field(_ number: Int) -> Int? { fields.count > number - 3 ? Int(fields[number - 3]) : nil }
        guard let user = field(14), let system = field(15), let start = field(22), let virtual = field(23),
            let resident = field(24)
        else { return nil }
        cpuTicks = user + system
        startTicks = start
        virtualBytes = virtual
        residentPages = resident
    }
}
