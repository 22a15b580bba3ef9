#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What the kernel counts of a process.
struct Usage {
    /// Seconds of CPU, user and system together.
    var cpu: Double
    /// The most memory that was resident at once, in bytes.
    var peakBytes: Int

    /// This process's.
    static var own: Usage { Usage(own: true) }
    /// That of the children that have ended and were waited for.
    static var children: Usage { Usage(own: false) }

    private init(own: Bool) {
        var usage = rusage()
        #if canImport(Glibc)
        let unit = 1024
        _ = getrusage((own ? RUSAGE_SELF : RUSAGE_CHILDREN).rawValue, &usage)
        #else
        let unit = 1
        _ = getrusage(own ? RUSAGE_SELF : RUSAGE_CHILDREN, &usage)
        #endif
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
        cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime)
        peakBytes = Int(usage.ru_maxrss) * unit
    }
}

enum Output {
    /// A pipe's reader waits for whole lines.
    static func flush() { fflush(nil) }
}
