import GRDB

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How a connection waits for others that write.
enum Waiting {
    /// Stops this thread for that long.
    static func pause(microseconds: UInt32) { usleep(microseconds) }

    /// Looks again every few milliseconds. SQLite's own waiting looks ever more seldom, up to every 100 ms, and whoever
    /// has waited longest comes last.
    static func mode(_ patience: Duration) -> Database.BusyMode {
        let most = max(1, Int(patience / .milliseconds(3)))
        return .callback { tries in
            guard tries < most else { return false }
            // 2 to 4 ms, so that those who wait do not look all at once.
            Waiting.pause(microseconds: .random(in: 2000...4000))
            return true
        }
    }
}

extension DatabaseError {
    /// Whether others were in the way, so that it can be done again.
    var isOfOthers: Bool {
        switch resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL: true
        default: false
        }
    }
}
