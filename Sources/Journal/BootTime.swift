import Piopiy

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A moment by the time since this machine was started, suspended time included: what elapsed time is measured by between
/// processes, as nobody can set it.
struct BootTime: Hashable, Sendable {
    /// Names the start that it counts from. Moments of different starts cannot be compared.
    let boot: String
    let milliseconds: Int64

    /// How long ago another moment was; `nil` for one of another start, and for one that lies ahead, which is one of
    /// another start too where the kernel names none.
    func since(_ other: BootTime) -> Duration? {
        guard boot == other.boot, milliseconds >= other.milliseconds else { return nil }
        return .milliseconds(milliseconds - other.milliseconds)
    }

    static var now: BootTime {
        var time = timespec()
        #if os(Linux)
        clock_gettime(CLOCK_BOOTTIME, &time)
        #else
        clock_gettime(CLOCK_MONOTONIC, &time)
        #endif
        return BootTime(boot: thisBoot, milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// The kernel's name of this start; empty where it tells none, so that times of two starts may be taken for one's.
    private static let thisBoot: String = {
        guard let file = fopen("/proc/sys/kernel/random/boot_id", "r") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self).filter { $0.isHexDigit || $0 == "-" }
    }()
}
