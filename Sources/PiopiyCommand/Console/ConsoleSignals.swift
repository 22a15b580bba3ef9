import Dispatch
import Terminal
import UnixSignals

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Signals that end or stop the plain console. One that the process was started to ignore, as by `nohup`, stays ignored.
enum ConsoleSignals {
    /// Watches from now on for those that end it. The first one is told; after it, or once nobody wants to hear of them any more, the
    /// next one ends the process as it would have ended any other: whoever presses Ctrl-C twice does not want to wait.
    /// - Parameter tell: gets the signal's number; `false` when nobody listens.
    static func watchEndings(_ tell: @escaping @Sendable (Int32) -> Bool) async {
        let heeded = ProcessSignals.heeded(.sigint, .sigterm, .sighup)
        guard !heeded.isEmpty else { return }
        let signals = await UnixSignalsSequence(trapping: heeded)
        Task.detached {
            var isFirst = true
            for await signal in signals {
                guard isFirst, tell(signal.rawValue) else { TerminalSession.reraise(signal.rawValue) }
                isFirst = false
            }
        }
    }

    /// Watches for Ctrl-Z until the source is let go. The process is then still to be stopped, by ``stop()``.
    static func watchStop(_ tell: @escaping @Sendable () -> Void) -> (any DispatchSourceSignal)? {
        guard !ProcessSignals.isIgnored(SIGTSTP) else { return nil }
        let source = DispatchSource.makeSignalSource(signal: SIGTSTP, queue: DispatchQueue(label: "piopiy.stop"))
        source.setEventHandler { tell() }
        source.resume()
        return source
    }

    /// Stops the process until it is continued.
    static func stop() { kill(getpid(), SIGSTOP) }
}
