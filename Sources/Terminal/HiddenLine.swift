internal import CNcurses

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A line that is typed without being shown, such as a password or a token.
public enum HiddenLine {
    /// How it ended.
    public enum Ending: Sendable, Equatable {
        /// What was typed, without the line end.
        case line(String)
        /// The end of input (Ctrl-D), or the terminal has gone.
        case end
        /// The process was told to end by this signal, of which Ctrl-C is one; to be raised again once all is put away.
        case signal(Int32)
        /// Standard input is no terminal whose echo can be taken off, or a screen is open; why, in words.
        case failed(String)
    }

    /// The most bytes that a terminal takes in one line, as Linux has it.
    public static let limit = 4095

    /// Asks on standard output and reads from standard input, whose echo is off meanwhile. It waits, so it belongs on a
    /// thread of its own (``withTerminalThread(_:)``).
    ///
    /// The terminal is as it was before this returns, whatever ends it; what was typed ahead is thrown away, as it could be
    /// seen. Ctrl-Z stops the process as ever, and asks again when it goes on.
    public static func read(prompt: String) -> Ending {
        guard terminal_claim() else { return .failed("a full screen is open") }
        defer { terminal_unclaim() }
        let events = terminal_event_descriptor()
        guard events >= 0 else { return .failed(systemMessage(errno)) }
        var modes = termios()
        guard tcgetattr(STDIN_FILENO, &modes) == 0 else { return .failed(systemMessage(errno)) }
        _ = terminal_take_events()
        terminal_watch_signals()
        defer { terminal_unwatch_signals() }
        defer { restore(modes) }
        guard hide(modes, prompt) else { return .failed(systemMessage(errno)) }
        let ending = wait(modes, prompt, events)
        // The line end that was typed was not shown either.
        write("\n")
        return ending
    }

    private static func wait(_ modes: termios, _ prompt: String, _ events: Int32) -> Ending {
        var typed: [UInt8] = []
        while true {
            var descriptors = [
                pollfd(fd: events, events: Int16(POLLIN), revents: 0),
                pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            ]
            poll(&descriptors, 2, -1)
            let happened = terminal_take_events()
            if let signal = ending(happened) { return .signal(signal) }
            if happened & terminal_stop_asked != 0 {
                restore(modes)
                _ = terminal_stop(SIGTSTP)
                _ = terminal_take_event(terminal_continued)
            }
            if happened & (terminal_stop_asked | terminal_continued) != 0 {
                // The shell has used the terminal since, in modes of its own.
                typed = []
                guard hide(modes, prompt) else { return .failed(systemMessage(errno)) }
                continue
            }
            guard descriptors[1].revents != 0 else { continue }
            var bytes = [UInt8](repeating: 0, count: limit + 1)
            let count = readDescriptor(STDIN_FILENO, &bytes)
            // Whoever shares the terminal may have made it non-blocking.
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return .end }
            typed += bytes[..<count]
            if let end = typed.firstIndex(of: UInt8(ascii: "\n")) {
                return .line(String(decoding: typed[..<end], as: UTF8.self))
            }
        }
    }

    private static func ending(_ happened: UInt32) -> Int32? {
        let signals = [
            (terminal_sigint, SIGINT), (terminal_sigterm, SIGTERM), (terminal_sighup, SIGHUP),
            (terminal_sigquit, SIGQUIT),
        ]
        return signals.first { happened & $0.0 != 0 }?.1
    }

    private static func hide(_ modes: termios, _ prompt: String) -> Bool {
        var hidden = modes
        hidden.c_lflag &= ~tcflag_t(ECHO | ECHONL)
        // Lines are edited by the terminal itself: Backspace and Ctrl-U do what they always do.
        hidden.c_lflag |= tcflag_t(ICANON | ISIG)
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0 else { return false }
        // Only now: whoever answers at once is not shown.
        write(prompt)
        return true
    }

    private static func restore(_ modes: termios) {
        var modes = modes
        while tcsetattr(STDIN_FILENO, TCSAFLUSH, &modes) != 0, errno == EINTR {}
    }

    private static func write(_ text: String) { _ = Screen.write(text) }
}

/// `read`, where a method of that name hides it.
private func readDescriptor(_ descriptor: Int32, _ bytes: inout [UInt8]) -> Int {
    read(descriptor, &bytes, bytes.count)
}
