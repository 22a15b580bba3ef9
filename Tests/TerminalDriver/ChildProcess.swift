import Foundation
import Synchronization

/// A program that was started, whose output goes to files: a pipe that nobody empties could stop it.
///
/// It is not Foundation's `Process`. That one reads beyond the end of the list of open files whenever it starts a program
/// (swiftlang/swift-corelibs-foundation#5472), which now and then ends the whole test run; and it takes a program for running
/// as long as anything that it started is.
public final class ChildProcess: Sendable {
    /// Its number, which is its own until it is known to have ended.
    public let processID: pid_t

    private struct State {
        /// The exit code; 128 and the signal's number when a signal ended it.
        var status: Int32?
        var waiting: [CheckedContinuation<Int32, Never>] = []
    }

    private let state = Mutex(State())

    /// - Parameters:
    ///   - path: the program.
    ///   - arguments: without its name.
    ///   - environment: all that it sees; `nil` for the tests' own.
    ///   - folder: where it runs; `nil` for where the tests do.
    ///   - input: a descriptor that becomes its standard input; `nil` for none.
    ///   - output: the file of its standard output, begun anew.
    ///   - errors: the file of its standard error, begun anew.
    /// - Throws: ``DriverError`` when it cannot be started.
    public init(
        _ path: String,
        _ arguments: [String] = [],
        environment: [String: String]? = nil,
        folder: String? = nil,
        input: CInt? = nil,
        output: String = "/dev/null",
        errors: String = "/dev/null"
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        // Nothing else of the tests' is open in it: a socket that it kept would never be closed.
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { CInt($0) }
        for descriptor in open where descriptor > 2 { posix_spawn_file_actions_addclose(&actions, descriptor) }

        // Swift's threads block signals, and a program that inherits that could not be ended.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        let variables = environment ?? ProcessInfo.processInfo.environment
        let program = folder == nil ? path : "/usr/bin/env"
        let command = folder.map { [program, "-C", $0, path] } ?? [path]
        var argv = (command + arguments).map { strdup($0) } + [nil]
        var envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var id = pid_t()
        let code = posix_spawn(&id, program, &actions, &attributes, &argv, &envp)
        guard code == 0 else { throw DriverError("\(path) could not be started: \(String(cString: strerror(code)))") }
        processID = id
        // A thread of its own: waiting blocks.
        Thread.detachNewThread { [self] in awaitEnd() }
    }

    public var isRunning: Bool { state.withLock { $0.status == nil } }

    /// Waits for its end.
    /// - Returns: the exit code; 128 and the signal's number when a signal ended it.
    public func end() async -> Int32 {
        await withCheckedContinuation { continuation in
            let status: Int32? = state.withLock { state in
                if state.status == nil { state.waiting.append(continuation) }
                return state.status
            }
            if let status { continuation.resume(returning: status) }
        }
    }

    /// Waits for its end and blocks the thread meanwhile, for where nothing can be awaited.
    public func blockUntilEnd() -> Int32 {
        while true {
            if let status = state.withLock(\.status) { return status }
            var info = siginfo_t()
            waitid(P_PID, id_t(processID), &info, WEXITED | WNOWAIT)
            sched_yield()
        }
    }

    /// Sends a signal, unless it has ended.
    public func signal(_ number: CInt) {
        state.withLock { state in
            if state.status == nil { kill(processID, number) }
        }
    }

    private func awaitEnd() {
        var info = siginfo_t()
        // It stays a zombie until the lock is held, so that no signal goes to whoever gets its number next.
        while waitid(P_PID, id_t(processID), &info, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        let (status, waiting) = state.withLock { state in
            var code: Int32 = 0
            while waitpid(processID, &code, 0) < 0, errno == EINTR {}
            let signal = code & 0x7F
            let status = signal == 0 ? (code >> 8) & 0xFF : 128 + signal
            state.status = status
            defer { state.waiting = [] }
            return (status, state.waiting)
        }
        for continuation in waiting { continuation.resume(returning: status) }
    }
}
