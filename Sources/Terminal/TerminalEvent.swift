/// What ``TerminalSession/wait(timeout:)`` can report.
public enum TerminalEvent: Hashable, Sendable {
    /// Keys were pressed, or text was pasted.
    case keys(KeyBurst)
    /// The screen has a new size. Draw again; the old frame is gone.
    case resized(Size)
    /// ``Waker/wake()`` was called, once or many times, since the last `woken`.
    case woken
    /// The process was told to end by this signal: SIGTERM, SIGHUP, SIGINT or SIGQUIT. Close the session, then end with
    /// ``TerminalSession/reraise(_:)`` so that whoever sent it sees it obeyed.
    case signal(Int32)
    /// The process was stopped and runs again with the screen taken back. Draw again.
    case resumed
    /// The terminal's other end is closed, for the reason given. Reported once; no key will ever come: end.
    case lost(String)
}
