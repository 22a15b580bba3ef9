internal import CNcurses

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The terminal while it's ours: keys in, frames out.
///
/// ```swift
/// let session = try TerminalSession()
/// defer { session.close() }
/// while true {
///     session.draw(Frame(canvas: view(session.size)))
///     for event in session.wait(timeout: nil) { … }
/// }
/// ```
///
/// It isn't `Sendable`: ncurses' state is the process' own and has no locks, so that one thread makes, uses and closes the
/// one session that there can be. ``withTerminalThread(_:)`` gives it such a thread, and a ``Waker`` reaches it from others.
///
/// The terminal is given back whole by ``close()``, before the process ends by a signal that ``wait(timeout:)`` reported,
/// and on a crash of any thread. Opening sets the process' `LC_CTYPE` from the environment.
public final class TerminalSession {
    /// How a session is opened.
    public struct Options: Sendable {
        /// Whether colours may be used; `false` for `NO_COLOR`.
        public var colors = true
        /// The descriptor that descriptor 2 is pointed at while the screen is up, so that no library writes on it. A
        /// standard error that isn't a terminal is left as it is.
        public var standardErrorLog: CInt?
        /// How long Esc may be the beginning of another key before it's taken for itself.
        public var escapeDelay: Duration = .milliseconds(25)
        /// Stops the process by calling what it is given, once; before and after that it may put away what a process that
        /// is stopped must not hold. The terminal has been given back.
        public var aroundStop: @Sendable (_ stop: () -> Void) -> Void = { stop in stop() }
        /// Whether the mouse is told, as ``Key/mouse(_:)``. The terminal's own marking of text with the mouse then takes
        /// Shift. It is switched off again on every way out; where the connection is lost, nobody can, and the next session
        /// on that terminal does it.
        public var mouse = false

        /// The defaults.
        public init() {}
    }

    /// How many colours are shown.
    public var depth: ColorDepth { screen.depth }
    /// Whether the locale is UTF-8. If it isn't, draw with ``Canvas/ascii``; what isn't ASCII is shown as `?` otherwise.
    public var isUTF8: Bool { screen.isUTF8 }
    /// The screen's size, as the last event said it.
    public private(set) var size: Size
    /// Wakes ``wait(timeout:)``.
    public var waker: Waker { Waker() }

    private var screen: Screen
    private var painter: ScreenPainter
    private var decoder: KeyDecoder
    private let aroundStop: @Sendable (() -> Void) -> Void
    /// Whether the terminal is ours now: not between a stop and the return to the foreground, nor after closing.
    private var isTaken = true
    private var isClosed = false
    private var isLost = false
    /// The latest frame that the terminal wasn't ready for.
    private var waitingFrame: (frame: Frame, number: Int)?
    /// The number of the frame that is sent, and of the latest one that was sent whole.
    private var (sentFrame, shownFrame): (Int?, Int?) = (nil, nil)
    private var bursts = BurstCollector()
    /// What the terminal has not taken yet.
    private var pending: ArraySlice<UInt8> = []
    private let ascii: Bool
    /// What happened outside of `wait`, for the next one.
    private var queue: [TerminalEvent] = []
    /// Whether the descriptor of signals and wake-ups was readable.
    private var hasEvents = true
    /// What was read last.
    private var bytes = [UInt8](repeating: 0, count: 16 * 1024)
    /// When what the decoder has begun is to be taken for all there is.
    private var decoderDeadline: ContinuousClock.Instant?

    /// Takes the terminal: standard input and output, which must be one.
    /// - Throws: why there can be no screen; the terminal is then as it was.
    public init(_ options: Options = Options()) throws(TerminalError) {
        screen = try Screen(options)
        screen.findSize()
        size = screen.size
        painter = ScreenPainter(depth: screen.depth, isUTF8: screen.isUTF8, isDirect: screen.isDirect)
        ascii = !screen.isUTF8
        var table = KeyTable(ofScreenWithUTF8: screen.isUTF8)
        table.readsMouse = options.mouse
        decoder = KeyDecoder(table: table, escapeDelay: options.escapeDelay)
        aroundStop = options.aroundStop
    }

    deinit {
        close()
    }

    // MARK: Drawing

    /// Shows a frame. Only what changed since the last one is sent.
    ///
    /// While the terminal takes no output, because the link is slow or stopped, the frame waits and the next one takes its
    /// place; ``wait(timeout:)`` shows the last of them as soon as it can. Keys are reported all the while: nothing here waits
    /// for the terminal.
    /// - Parameter number: what ``KeyBurst/frame`` calls the frame; larger than that of the frame before.
    public func draw(_ frame: Frame, as number: Int = 0) {
        waitingFrame = (frame, number)
        drawWaitingFrame()
    }

    /// Whether the terminal was given all of the latest frame. A frame before it may be what is seen otherwise.
    public var isUpToDate: Bool { waitingFrame == nil && pending.isEmpty }

    /// Has the next frame drawn from nothing, for when something else wrote on the screen (Ctrl-L).
    public func redraw() {
        guard !isClosed else { return }
        painter.invalidate()
        clearok(terminal_curscr(), true)
    }

    /// Rings the terminal's bell, or flashes where there's none. On a link that is stuck it is left out.
    public func bell() {
        guard canSendAlert else { return }
        send(screen.catching { beep() })
    }

    /// Shows a line on the operator's desktop, if their terminal can; see ``DesktopNotice``. On a link that is stuck it is
    /// left out.
    /// - Parameters:
    ///   - text: anything; it is made harmless and cut to what terminals take.
    ///   - notice: how the terminal is asked.
    public func notify(_ text: String, by notice: DesktopNotice) {
        guard canSendAlert else { return }
        let wrapping = DesktopNotice.Wrapping(
            term: environment("TERM") ?? "",
            isInTmux: environment("TMUX") != nil,
            isInScreen: environment("STY") != nil
        )
        send(Array(notice.sequence(text, title: "piopiy", ascii: ascii, wrapping: wrapping).utf8))
    }

    private var canSendAlert: Bool { isTaken && !isLost && pending.isEmpty && screen.takesOutput() }

    /// Copies text to the clipboard of the operator's machine, also over SSH, by OSC 52.
    ///
    /// Terminals may refuse, and don't say so.
    /// - Returns: whether it was sent: not if it's longer than the 74,994 bytes that terminals take.
    @discardableResult
    public func copy(_ text: String) -> Bool {
        guard isTaken, !isLost, text.utf8.count <= 74_994 else { return false }
        send(Array("\u{1B}]52;c;\(base64(text.utf8))\u{7}".utf8))
        return true
    }

    private func drawWaitingFrame() {
        guard isTaken, !isLost else { return }
        // What was typed up to now was typed on the frame before this one, or before the rest of it came.
        if waitingFrame != nil || !pending.isEmpty { takeInput() }
        guard !isLost, sendPending(), let (frame, number) = waitingFrame, screen.isWaitless || screen.takesOutput()
        else {
            return
        }
        waitingFrame = nil
        sentFrame = number
        send(painter.paint(frame, size: size) ? screen.catching { painter.update() } : [])
    }

    /// Sends bytes behind those that are under way.
    private func send(_ bytes: [UInt8]) {
        if pending.isEmpty { pending = bytes[...] } else { pending += bytes }
        _ = sendPending()
    }

    /// Sends what the terminal takes now.
    /// - Returns: whether that was all.
    private func sendPending() -> Bool {
        while !pending.isEmpty {
            guard let count = screen.writeSome(pending) else {
                // It is gone. Reading will say how.
                pending = []
                return true
            }
            if count == 0 { return false }
            pending = pending.dropFirst(count)
        }
        shownFrame = sentFrame
        return true
    }

    // MARK: Waiting

    /// Waits until something happens.
    /// - Parameter timeout: how long; `nil` for ever.
    /// - Returns: all that has happened, in order as far as there is one; empty when the time is up.
    public func wait(timeout: Duration?) -> [TerminalEvent] {
        let deadline = timeout.map { ContinuousClock.now + $0 }
        while !isClosed {
            drawWaitingFrame()
            takeSignals()
            takeInput()
            if !queue.isEmpty {
                defer { queue = [] }
                return queue
            }
            if let deadline, deadline <= .now { return [] }
            sleep(until: [deadline, decoderDeadline].compactMap(\.self).min())
        }
        return []
    }

    /// Sleeps until there's something to look at. What it is, is asked again afterwards.
    private func sleep(until deadline: ContinuousClock.Instant?) {
        let milliseconds = deadline.map { (ContinuousClock.now.duration(to: $0)).pollMilliseconds } ?? -1
        var descriptors = [pollfd(fd: screen.events, events: Int16(POLLIN), revents: 0)]
        if !isLost {
            // In the background reading would stop us; that the terminal went away is told in any case.
            descriptors.append(pollfd(fd: Screen.input, events: isTaken ? Int16(POLLIN) : 0, revents: 0))
        }
        if isTaken, !isLost, waitingFrame != nil || !pending.isEmpty {
            descriptors.append(pollfd(fd: Screen.output, events: Int16(POLLOUT), revents: 0))
        }
        let count = poll(&descriptors, nfds_t(descriptors.count), milliseconds)
        hasEvents = count > 0 && descriptors[0].revents != 0
    }

    private func takeSignals() {
        // A byte may come after what it announces was taken, so it is taken for itself too.
        guard hasEvents || terminal_peek_events() != 0 else { return }
        hasEvents = false
        let happened = terminal_take_events()
        let endings = [
            (terminal_sigterm, SIGTERM), (terminal_sighup, SIGHUP), (terminal_sigint, SIGINT),
            (terminal_sigquit, SIGQUIT),
        ]
        for (event, signal) in endings where happened & event != 0 { queue.append(.signal(signal)) }
        if happened & terminal_continued != 0 { noteBackground() }
        if happened & terminal_endings == 0 {
            if happened & terminal_stop_asked != 0 { suspend() }
            if happened & terminal_continued != 0 { resumeAfterStop() }
        }
        if happened & terminal_resized != 0 { takeSize() }
        if happened & terminal_woken != 0 { queue.append(.woken) }
    }

    private func takeSize() {
        guard isTaken, screen.updateSize() else { return }
        size = screen.size
        painter.invalidate()
        queue.append(.resized(size))
    }

    /// Reads all that was typed. The end of it is told from the beginning of the next by the clock, but only when there's
    /// nothing more to read: while we were busy drawing, no key became another.
    private func takeInput() {
        guard !isLost else { return }
        // A flood must not keep signals and frames from their turn.
        for _ in 0..<32 {
            var descriptor = pollfd(fd: Screen.input, events: isTaken ? Int16(POLLIN) : 0, revents: 0)
            guard poll(&descriptor, 1, 0) > 0 else {
                if let deadline = decoderDeadline, deadline <= .now { add(decoder.giveUp()) }
                return
            }
            let count = read(Screen.input, &bytes, bytes.count)
            if count > 0 {
                add(decoder.feed(bytes[..<count]))
                // That was all there is.
                if count < bytes.count { return }
            } else if count == 0 {
                return lose("the terminal was closed")
            } else if errno != EINTR && errno != EAGAIN {
                return lose(systemMessage(errno))
            }
        }
    }

    private func add(_ keys: [Key]) {
        let now = ContinuousClock.now
        bursts.add(keys, frame: shownFrame, at: now, to: &queue)
        decoderDeadline = decoder.patience.map { now + $0 }
    }

    private func lose(_ reason: String) {
        add(decoder.giveUp())
        decoderDeadline = nil
        isLost = true
        waitingFrame = nil
        pending = []
        queue.append(.lost(reason))
    }

    // MARK: Stopping and going on

    /// Gives the terminal back, stops the process group as Ctrl-Z does in other programs, and takes the terminal again when
    /// it's continued in the foreground. The next ``wait(timeout:)`` then returns ``TerminalEvent/resumed``.
    ///
    /// Where stop signals are ignored, as by a shell without job control, nothing is stopped.
    public func suspend() {
        guard isTaken, !isLost else { return }
        giveBack()
        aroundStop { _ = terminal_stop(SIGTSTP) }
        _ = terminal_take_event(terminal_continued)
        takeAgain()
    }

    /// After a stop that nobody asked us for, and that didn't leave us in the foreground: the shell has the terminal, with
    /// modes and a screen of its own. Nothing of ours is to be written there, not even on the way out.
    private func noteBackground() {
        guard isTaken, !isLost, terminal_is_foreground(Screen.input) == 0 else { return }
        screen.abandon()
        forgetFrames()
        isTaken = false
    }

    /// After a stop that nobody asked us for: the shell has used the terminal since.
    private func resumeAfterStop() {
        guard !isLost else { return }
        if isTaken { giveBack() }
        takeAgain()
    }

    private func giveBack() {
        // What is under way goes out first: the rest of a sequence would be read as text by whoever has the terminal next. A
        // terminal that takes nothing is not waited for for ever, above all not by a program that is told to end.
        let deadline = ContinuousClock.now + .seconds(1)
        while !sendPending() {
            let left = ContinuousClock.now.duration(to: deadline).pollMilliseconds
            var descriptor = pollfd(fd: Screen.output, events: Int16(POLLOUT), revents: 0)
            guard left > 0, poll(&descriptor, 1, left) >= 0 || errno == EINTR else { break }
        }
        screen.giveBack(isRead: pending.isEmpty && (isLost || screen.takesOutput()))
        forgetFrames()
        isTaken = false
    }

    /// Nothing of ours is on the terminal any more.
    private func forgetFrames() {
        pending = []
        (sentFrame, shownFrame) = (nil, nil)
    }

    /// Takes the terminal if we're in the foreground. In the background it stops the group again, as the terminal itself
    /// does with those who write there; unless we're told to end, which must not wait for a foreground.
    private func takeAgain() {
        while terminal_peek_events() & terminal_endings == 0 {
            switch terminal_is_foreground(Screen.input) {
            case 1:
                // Before taking it, so that it's drawn in its size.
                let isResized = screen.updateSize()
                screen.take()
                isTaken = true
                painter.invalidate()
                size = screen.size
                queue.append(.resumed)
                if isResized { queue.append(.resized(size)) }
                return
            case 0:
                if Screen.isToldToEnd() { return }
                var isStopped = false
                aroundStop { isStopped = terminal_stop(SIGTTOU) }
                guard isStopped, wasContinued() else {
                    // Nothing can stop us, and so nobody will continue us: the shell that could is gone.
                    return lose("another program took the terminal")
                }
            default:
                // It is gone; reading will say how.
                return
            }
        }
    }

    /// Whether somebody continued us. The signal that says so may be taken by another thread than this one, which can be
    /// on its way again before that thread has run: on a busy machine a `fg` would be missed.
    private func wasContinued() -> Bool {
        for _ in 0..<400 {
            if terminal_take_event(terminal_continued) { return true }
            poll(nil, 0, 5)
        }
        return false
    }

    // MARK: Ending

    /// Gives the terminal back and restores the signals' dispositions. Calling it again does nothing.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        if isTaken { giveBack() }
        waitingFrame = nil
        screen.close()
    }

    /// Ends the process as `signal` would have, had it not been caught. To be called after ``close()``.
    public static func reraise(_ signal: Int32) -> Never {
        terminal_reraise(signal)
    }
}
