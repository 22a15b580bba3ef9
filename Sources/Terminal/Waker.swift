internal import CNcurses

/// Ends a ``TerminalSession/wait(timeout:)`` from elsewhere, with ``TerminalEvent/woken``.
///
/// Any thread, and even a signal handler, may use it, also after the session is closed, when it does nothing. Many calls
/// between two waits are one event.
public struct Waker: Sendable {
    init() {}

    /// Wakes the session's thread, or keeps it from going to sleep.
    public func wake() {
        terminal_wake()
    }
}
