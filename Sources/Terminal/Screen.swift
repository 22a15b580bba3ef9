internal import CNcurses

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// ncurses' screen: opening it, giving it back for a while, and closing it. One thread uses it, its session's.
struct Screen {
    let depth: ColorDepth
    let isUTF8: Bool
    let isDirect: Bool
    /// The descriptor that becomes readable on signals and wake-ups.
    let events: Int32
    /// Whether frames are written without waiting for the terminal to take them.
    let isWaitless: Bool
    private let readsMouse: Bool
    private let screen: OpaquePointer
    private let standardErrorLog: Int32?
    /// Descriptor 2 as it was, while it's pointed at the log.
    private var standardError: Int32?
    /// Whether another program got the terminal while ncurses takes it for its own.
    private var isAbandoned = false

    /// What the terminal is read from.
    static let input = STDIN_FILENO
    /// What the terminal is written to.
    static let output = STDOUT_FILENO
    /// The largest screen. Sizes are claims of the other end, and memory is ours; on a larger screen this corner is
    /// used.
    static let largest = Size(width: 1000, height: 500)
    private static let pasteOn = "\u{1B}[?2004h"
    private static let pasteOff = "\u{1B}[?2004l"
    /// What puts every mode of the terminal back that ncurses does not know.
    private let modesOff: String

    /// Takes the terminal.
    init(_ options: TerminalSession.Options) throws(TerminalError) {
        guard isatty(Self.input) == 1, isatty(Self.output) == 1 else { throw .notATerminal }
        guard let term = environment("TERM") else { throw .noTerm }
        guard terminal_claim() else { throw .alreadyOpen }
        do {
            try self.init(claimed: term, options)
        } catch {
            terminal_unclaim()
            throw error
        }
    }

    private init(claimed term: String, _ options: TerminalSession.Options) throws(TerminalError) {
        switch terminal_check_type(term, Self.output) {
        case TERMINAL_TYPE_FITS: break
        case TERMINAL_TYPE_DUMB: throw .dumb(term)
        case TERMINAL_TYPE_UNKNOWN: throw .unknownTerm(term)
        default: throw .noTerminfo(term)
        }
        events = terminal_event_descriptor()
        guard events >= 0 else { throw .failed(call: "pipe", code: errno) }
        _ = terminal_take_events()
        Self.setLocale()
        isUTF8 = terminal_locale_is_utf8()
        guard terminal_save_modes(Self.output) else { throw .failed(call: "tcgetattr", code: errno) }
        // Before newterm: ncurses leaves signals alone that have a handler. Its own would call ncurses from whichever
        // thread the signal meets.
        terminal_watch_signals()
        terminal_install_crash_guard()
        modesOff = Self.pasteOff + Mouse.off + KeyboardModes.off(of: term)
        let type = Self.directType(of: term) ?? term
        // Here for the shell's screen, which has keyboard modes of its own, and in `take()` for ours.
        Self.write(KeyboardModes.off(of: term))
        let (width, height) = (Int32(Self.largest.width), Int32(Self.largest.height))
        guard let screen = terminal_open_screen(type, Self.output, width, height) else {
            let code = errno
            terminal_remove_crash_guard()
            terminal_unwatch_signals()
            throw .failed(call: "newterm", code: code)
        }
        self.screen = screen
        isWaitless = terminal_open_writer(Self.output)
        terminal_prepare_crash_guard("piopiy", modesOff)
        standardErrorLog = options.standardErrorLog
        readsMouse = options.mouse
        (depth, isDirect) = Self.startColors(options)
        Self.setModes()
        take()
    }

    /// Only the character type: numbers keep their decimal point for whoever in the process reads and writes them.
    ///
    /// SSH hands on the locale of the operator's machine, which this host often doesn't have. If it's a UTF-8 one the
    /// terminal is a UTF-8 one, and any locale of that kind will do.
    private static func setLocale() {
        guard setlocale(LC_CTYPE, "") == nil else { return }
        let name = environment("LC_ALL") ?? environment("LC_CTYPE") ?? environment("LANG") ?? ""
        let isUTF8 = name.uppercased().hasSuffix("UTF-8") || name.uppercased().hasSuffix("UTF8")
        if isUTF8, setlocale(LC_CTYPE, "C.UTF-8") == nil { _ = setlocale(LC_CTYPE, "en_US.UTF-8") }
    }

    /// The same terminal with colours by components, if it says that it has them and this host knows how to set them.
    private static func directType(of term: String) -> String? {
        guard let claim = environment("COLORTERM"), claim == "truecolor" || claim == "24bit" else { return nil }
        guard term.hasSuffix("-256color") else { return nil }
        let type = term.dropLast("256color".count) + "direct"
        return terminal_type_is_direct(String(type), output) ? String(type) : nil
    }

    private static func startColors(_ options: TerminalSession.Options) -> (ColorDepth, isDirect: Bool) {
        guard options.colors, has_colors(), start_color() == OK, use_default_colors() == OK else {
            return (.monochrome, false)
        }
        switch terminal_colors() {
        case 1 << 24: return (.trueColor, tigetflag("RGB") > 0)
        case 256...: return (.indexed256, false)
        case 16...: return (.ansi16, false)
        case 8...: return (.ansi8, false)
        default: return (.monochrome, false)
        }
    }

    /// The modes that keys are read in. Keys are read from the descriptor, so ncurses' own settings for reading aren't
    /// needed; `meta` is left out on purpose, as it makes xterm send Alt-x as ø.
    private static func setModes() {
        raw()
        noecho()
        nonl()
        intrflush(terminal_stdscr(), false)
        // Switches the terminal's keys to what terminfo says they send.
        keypad(terminal_stdscr(), true)
        // A frame is finished even if a key waits; frames are few, and half of one is a lie.
        typeahead(-1)
        def_prog_mode()
    }

    // MARK: Taking and giving back

    /// Takes the terminal, at first or again.
    mutating func take() {
        terminal_reconnect_screen(Self.output)
        if isAbandoned {
            // ncurses only sets modes and enters the screen if it knows that it left.
            endwin()
            isAbandoned = false
        }
        if let log = standardErrorLog, standardError == nil, isatty(STDERR_FILENO) == 1 {
            let copy = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
            if copy >= 0, dup2(log, STDERR_FILENO) >= 0 {
                standardError = copy
            } else if copy >= 0 {
                closeDescriptor(copy)
            }
        }
        terminal_arm_crash_guard(standardError ?? -1)
        // After endwin this restores the modes and enters the screen.
        clearok(terminal_curscr(), true)
        wnoutrefresh(terminal_stdscr())
        doupdate()
        // Modes that a lost connection or another program left on change what keys send, and nobody else would switch
        // them off.
        Self.write(modesOff + Self.pasteOn + (readsMouse ? Mouse.on : ""))
        // A terminal that does not know them may have moved its cursor, or shown them.
        clearok(terminal_curscr(), true)
    }

    /// Gives the terminal back as it was found.
    /// - Parameter isRead: whether it takes output. One that does not is not waited for.
    mutating func giveBack(isRead: Bool) {
        // The shell may have taken the foreground already, when it saw a wrapper of ours end. Setting modes from the
        // background would stop us for ever.
        let held = terminal_hold_stops()
        if isRead {
            if !Self.hasScreenOfItsOwn { clearLastLine() }
            Self.write(modesOff)
        } else {
            terminal_leave_unread()
        }
        endwin()
        if held { terminal_release_stops() }
        terminal_disarm_crash_guard()
        restoreStandardError()
    }

    /// Whether the terminal goes back to what it showed before. On a VT100 or the Linux console our screen stays.
    private static var hasScreenOfItsOwn: Bool {
        guard let sequence = tigetstr("rmcup") else { return false }
        return Int(bitPattern: sequence) != -1 && sequence.pointee != 0
    }

    /// The shell goes on in the last line: nothing of ours is to stand behind its prompt.
    private func clearLastLine() {
        wmove(terminal_stdscr(), getmaxy(terminal_stdscr()) - 1, 0)
        wclrtoeol(terminal_stdscr())
        wnoutrefresh(terminal_stdscr())
        doupdate()
    }

    /// Leaves the terminal to the program that has it now, as it is.
    mutating func abandon() {
        terminal_disarm_crash_guard()
        isAbandoned = true
        restoreStandardError()
    }

    private mutating func restoreStandardError() {
        if let copy = standardError {
            dup2(copy, STDERR_FILENO)
            closeDescriptor(copy)
            standardError = nil
        }
    }

    /// Frees what was given back.
    func close() {
        terminal_close_writer()
        terminal_close_screen(screen)
        terminal_remove_crash_guard()
        terminal_unwatch_signals()
        terminal_unclaim()
    }

    /// Writes past ncurses, whose buffer is empty between updates.
    /// - Returns: whether the terminal took all of it.
    @discardableResult
    static func write(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { terminal_write(output, $0.baseAddress, $0.count) }
        }
    }

    // MARK: Writing without waiting

    /// What ncurses writes while `body` runs, for ``writeSome(_:)``. Where that cannot be, it is on the terminal already
    /// and nothing is returned. `body` must not set the terminal's modes.
    func catching(_ body: () -> Void) -> [UInt8] {
        guard isWaitless, terminal_begin_catching() else {
            body()
            return []
        }
        body()
        var bytes: UnsafePointer<CChar>?
        let count = terminal_end_catching(Self.output, &bytes)
        return Array(UnsafeRawBufferPointer(start: bytes, count: count))
    }

    /// Writes as much as the terminal takes now.
    /// - Returns: how many bytes; `nil` when the terminal is gone.
    func writeSome(_ bytes: ArraySlice<UInt8>) -> Int? {
        let written = bytes.withUnsafeBytes { bytes in
            guard isWaitless else {
                return terminal_write(Self.output, bytes.bindMemory(to: CChar.self).baseAddress, bytes.count)
                    ? bytes.count : -1
            }
            return terminal_write_some(bytes.bindMemory(to: CChar.self).baseAddress, bytes.count)
        }
        return written < 0 ? nil : written
    }

    /// Whether the terminal would take output now.
    func takesOutput() -> Bool {
        var descriptor = pollfd(fd: Self.output, events: Int16(POLLOUT), revents: 0)
        return poll(&descriptor, 1, 0) > 0
    }

    /// Whether the process is told to end. The signal that says so may have come with the one that continued us, and be in
    /// the hands of another thread still: stopped now, we would never end.
    static func isToldToEnd() -> Bool {
        for _ in 0..<10 where terminal_peek_events() & terminal_endings == 0 { poll(nil, 0, 5) }
        return terminal_peek_events() & terminal_endings != 0
    }

    // MARK: Size

    /// ncurses' size.
    var size: Size {
        Size(width: Int(getmaxx(terminal_stdscr())), height: Int(getmaxy(terminal_stdscr())))
    }

    /// Asks the terminal for its size and has ncurses take it over. Returns whether it's another.
    func updateSize() -> Bool {
        var width: Int32 = 0
        var height: Int32 = 0
        // A serial line doesn't know; then the size stays.
        guard terminal_window_size(Self.output, &width, &height) else { return false }
        return resize(to: Size(width: Int(width), height: Int(height)))
    }

    /// Takes over the size that the terminal says at the start, or where it says none that of `LINES` and `COLUMNS`, or
    /// terminfo's.
    func findSize() {
        var width: Int32 = 0
        var height: Int32 = 0
        if terminal_window_size(Self.output, &width, &height) {
            _ = resize(to: Size(width: Int(width), height: Int(height)))
            return
        }
        func set(_ name: String, _ standard: Int) -> Int {
            environment(name).flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } ?? standard
        }
        _ = resize(to: Size(width: set("COLUMNS", size.width), height: set("LINES", size.height)))
    }

    private func resize(to claimed: Size) -> Bool {
        let wanted = Size(
            width: min(claimed.width, Self.largest.width),
            height: min(claimed.height, Self.largest.height)
        )
        guard wanted != size else { return false }
        resizeterm(Int32(wanted.height), Int32(wanted.width))
        return true
    }
}
