import Terminal
import UnixSignals

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The signals that this process heeds. One that it was started to ignore, as `nohup` does with SIGHUP and a shell
/// script with SIGINT of its background jobs, stays ignored: whoever started it so wants it to outlive the logout.
enum ProcessSignals {
    /// What the process was started to ignore. It is read before anything installs a handler.
    private static let ignored: Set<Int32> = Set(
        [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2].filter { isIgnoredNow($0) }
    )

    /// To be called first of all.
    static func prepare() {
        _ = ignored
        SentSignals.takeEffect()
    }

    static func isIgnored(_ number: Int32) -> Bool { ignored.contains(number) }

    /// The given signals without those that the process was started to ignore: those that may be caught.
    static func heeded(_ signals: UnixSignal...) -> [UnixSignal] { signals.filter { !isIgnored($0.rawValue) } }

    private static func isIgnoredNow(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        #if canImport(Darwin)
        let handler = action.__sigaction_u.__sa_handler
        #else
        let handler = action.__sigaction_handler.sa_handler
        #endif
        return unsafeBitCast(handler, to: Int.self) == 1
    }
}
