import Foundation

/// Runs a program to its end without blocking the threads that tests share.
///
/// It is not Foundation's `Process`: that takes a program for running as long as anything that it started is, and tmux
/// starts a server.
enum Subprocess {
    struct Result: Sendable {
        /// The exit code; 128 and the signal's number when a signal ended it.
        let status: Int32
        let output: String
        let errors: String
    }

    /// - Parameter name: found on the PATH of `environment`.
    static func run(_ name: String, _ arguments: [String], environment: [String: String]) async throws -> Result {
        let candidates = (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
        guard let path = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            throw DriverError("\(name) is not installed; on Debian: apt-get install \(name)")
        }

        // Files, not pipes: a pipe that nobody empties could stop the program.
        let folder = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let output = folder.appending(path: "out")
        let errors = folder.appending(path: "err")
        let id = try spawn(path, [name] + arguments, environment, output: output.path, errors: errors.path)
        let status = await waitForEnd(of: id)
        return Result(
            status: status,
            output: try String(contentsOf: output, encoding: .utf8),
            errors: try String(contentsOf: errors, encoding: .utf8)
        )
    }

    private static func spawn(
        _ path: String,
        _ arguments: [String],
        _ environment: [String: String],
        output: String,
        errors: String
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)

        // Swift's threads block signals, and a server that inherits that could not be ended.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        var argv = arguments.map { strdup($0) } + [nil]
        var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var id = pid_t()
        let code = posix_spawn(&id, path, &actions, &attributes, &argv, &envp)
        guard code == 0 else { throw DriverError("\(path) could not be started: \(String(cString: strerror(code)))") }
        return id
    }

    private static func waitForEnd(of id: pid_t) async -> Int32 {
        await withCheckedContinuation { continuation in
            // A thread of its own: waiting blocks.
            Thread.detachNewThread {
                var status: Int32 = 0
                while waitpid(id, &status, 0) < 0, errno == EINTR {}
                let signal = status & 0x7F
                continuation.resume(returning: signal == 0 ? (status >> 8) & 0xFF : 128 + signal)
            }
        }
    }
}
