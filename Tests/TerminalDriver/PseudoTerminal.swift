import Foundation
import Synchronization

/// A program on a terminal of its own inside of this process: what it writes is read as it comes, and seen byte by
/// byte.
///
/// It is quicker than ``TmuxTerminal`` and hides nothing; what is on the screen is worked out by ``ScreenReader``.
///
/// ```swift
/// let terminal = try PseudoTerminal("/usr/bin/top", [], environment: ["TERM": "vt100"], columns: 80, rows: 24)
/// try await terminal.wait(until: "it is drawn") { $0.contains("load average") }
/// terminal.type("q")
/// let status = try await terminal.end()
/// ```
public final class PseudoTerminal: Sendable {
    /// Where the program is typed on and read; for those who measure.
    public let primary: Int32
    public let processID: Int32
    private let state: Mutex<State>

    private struct State {
        var bytes: [UInt8] = []
        /// How many bytes were read before `bytes`.
        var forgotten = 0
        var reader: ScreenReader
        var isPaused: Bool
        var status: Int32?
        var isReaderGone = false
    }

    /// - Parameters:
    ///   - isRead: whether what it writes is read from the start; see ``resume()``.
    ///   - isUTF8: how the bytes of its screen are to be read.
    ///   - directory: where it starts.
    /// - Throws: ``DriverError``.
    public init(
        _ path: String,
        _ arguments: [String],
        environment: [String: String],
        columns: Int,
        rows: Int,
        isRead: Bool = true,
        isUTF8: Bool = true
    ) throws {
        // What posix_openpt() and its kin do; their declarations are out of Swift's sight on Linux.
        primary = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (unlocked, number): (Int32, UInt32) = (0, 0)
        guard primary >= 0, ioctl(primary, 0x4004_5431, &unlocked) == 0, ioctl(primary, 0x8004_5430, &number) == 0
        else {
            throw DriverError("there is no pseudo-terminal to be had")
        }
        Self.setSize(primary, columns, rows)
        processID = try Self.spawn(path, [path] + arguments, environment, terminal: "/dev/pts/\(number)")
        state = Mutex(
            State(reader: ScreenReader(columns: columns, rows: rows, isUTF8: isUTF8), isPaused: !isRead)
        )
        Thread.detachNewThread { [self] in read() }
        Thread.detachNewThread { [self] in waitForEnd() }
    }

    // MARK: Typing

    /// Types bytes as a terminal sends them.
    public func type(_ text: String) {
        var text = text
        text.withUTF8 { bytes in _ = write(primary, bytes.baseAddress, bytes.count) }
    }

    /// Changes the terminal's size.
    public func resize(columns: Int, rows: Int) {
        state.withLock { $0.reader.resize(columns: columns, rows: rows) }
        Self.setSize(primary, columns, rows)
    }

    /// Reads nothing more, as a link does that is stuck.
    public func pause() { state.withLock { $0.isPaused = true } }

    /// Reads on.
    public func resume() { state.withLock { $0.isPaused = false } }

    // MARK: Looking

    /// What it has written since the start, or since ``forget()``.
    public var bytes: [UInt8] { state.withLock { $0.bytes } }

    /// How many bytes it has written since the start.
    public var count: Int { state.withLock { $0.forgotten + $0.bytes.count } }

    /// Forgets the bytes that were written so far; what is on the screen stays.
    public func forget() {
        state.withLock { state in
            state.forgotten += state.bytes.count
            state.bytes = []
        }
    }

    /// Whether these bytes have been written since the start, or since ``forget()``.
    public func hasShown(_ text: String) -> Bool {
        let wanted = Array(text.utf8)
        return state.withLock { $0.bytes.firstRange(of: wanted) != nil }
    }

    /// What is on the screen, and which modes it is in.
    public var screen: ScreenReader { state.withLock { $0.reader } }

    /// The terminal's modes as `stty` would list them.
    public var modes: [UInt32] {
        var modes = termios()
        guard tcgetattr(primary, &modes) == 0 else { return [] }
        return [modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag]
            + withUnsafeBytes(of: &modes.c_cc) { $0.map { UInt32($0) } }
    }

    /// Looks at the screen until `holds` does.
    /// - Throws: ``DriverError`` with the last screen.
    @discardableResult
    public func wait(
        until description: String,
        deadline: Duration = .seconds(180),
        _ holds: @Sendable (ScreenReader) -> Bool
    ) async throws -> ScreenReader {
        let end = ContinuousClock.now + deadline
        while true {
            let screen = screen
            if holds(screen) { return screen }
            if ContinuousClock.now > end {
                throw DriverError("waited in vain until \(description); the screen:\n\(screen.text)")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Looks until the screen has all of these texts.
    @discardableResult
    public func see(_ texts: String...) async throws -> ScreenReader {
        try await wait(until: "the screen shows \(texts)") { screen in texts.allSatisfy { screen.text.contains($0) } }
    }

    // MARK: Ending

    /// Sends the program a signal.
    public func signal(_ number: Int32) { kill(processID, number) }

    /// Waits for the program's end, and for the last of what it wrote.
    /// - Returns: its exit code; 128 and the signal's number when a signal ended it.
    public func end(deadline: Duration = .seconds(180)) async throws -> Int32 {
        let last = ContinuousClock.now + deadline
        while true {
            let (status, isDone) = state.withLock { ($0.status, $0.isReaderGone || $0.isPaused) }
            if let status, isDone { return status }
            if ContinuousClock.now > last {
                throw DriverError("waited in vain for the end of \(processID); the screen:\n\(screen.text)")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Ends what still runs, and closes the terminal.
    public func stop() {
        let isRunning = state.withLock { state in
            state.isPaused = false
            return state.status == nil
        }
        if isRunning { kill(processID, SIGKILL) }
        // The reader closes it, when the program's end is closed.
    }

    /// Closes the terminal while the program runs, as a connection that is lost does.
    public func hangUp() {
        state.withLock {
            $0.isPaused = false; $0.isReaderGone = true
        }
    }

    // MARK: Inside

    private func read() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        defer {
            close(primary)
            state.withLock { $0.isReaderGone = true }
        }
        while true {
            let (isPaused, isOver) = state.withLock { ($0.isPaused, $0.isReaderGone) }
            if isOver { return }
            var descriptor = pollfd(fd: primary, events: Int16(isPaused ? 0 : POLLIN), revents: 0)
            guard poll(&descriptor, 1, 20) > 0 else { continue }
            if isPaused {
                // Only that its other end is closed.
                usleep(10_000)
                continue
            }
            let count = Foundation.read(primary, &buffer, buffer.count)
            guard count > 0 else { return }
            state.withLock { state in
                state.bytes += buffer[..<count]
                state.reader.feed(buffer[..<count])
            }
        }
    }

    private func waitForEnd() {
        var status: Int32 = 0
        while waitpid(processID, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        state.withLock { $0.status = signal == 0 ? (status >> 8) & 0xFF : 128 + signal }
    }

    private static func setSize(_ descriptor: Int32, _ columns: Int, _ rows: Int) {
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
    }

    private static func spawn(
        _ path: String,
        _ arguments: [String],
        _ environment: [String: String],
        terminal: String
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Opened by the first process of a session, a terminal becomes the one that controls it.
        posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Swift's threads block signals, and a program that inherits that could not be ended.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        let newSession: Int32 = 0x80
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | newSession))

        var argv = arguments.map { strdup($0) } + [nil]
        var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var id = pid_t()
        let code = posix_spawn(&id, path, &actions, &attributes, &argv, &envp)
        guard code == 0 else { throw DriverError("\(path) could not be started: \(String(cString: strerror(code)))") }
        return id
    }
}
