#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The terminal that standard output goes to.
enum OutputWidth {
    /// Its width in columns; `nil` where standard output is not a terminal, or one that cannot move its cursor.
    static func columns(_ environment: [String: String]) -> Int? {
        var size = winsize()
        guard isatty(1) == 1, !["", "dumb"].contains(environment["TERM"] ?? ""),
            ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1
        else {
            return nil
        }
        return Int(size.ws_col)
    }
}
