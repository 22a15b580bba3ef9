internal import CNcurses

/// Signals that another process sends.
public enum SentSignals {
    /// Has SIGQUIT, and SIGABRT and its like where another process sent them, end this process as their defaults do.
    ///
    /// Swift's runtime takes them for a crash: it prints "crashed" with a backtrace, and the process goes on. A real
    /// crash is traced as before, and a signal that the process was started to ignore stays ignored. Call it once,
    /// before a ``TerminalSession`` is opened.
    public static func takeEffect() { terminal_heed_sent_signals() }
}
