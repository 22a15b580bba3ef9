import Foundation

/// A real terminal that a test types on and reads: a tmux server of its own.
///
/// ```swift
/// let terminal = try await TmuxTerminal(columns: 80, rows: 24, command: ["/bin/sh"])
/// try await terminal.type("date")
/// try await terminal.send("Enter")
/// try await terminal.wait(until: "the date is shown") { $0.contains("2026") }
/// await terminal.close()
/// ```
public actor TmuxTerminal {
    private let folder: URL
    private let environment: [String: String]
    /// When keys were last sent.
    private var lastKeys: ContinuousClock.Instant?

    /// Starts a terminal that runs `command` and keeps its screen when the command ends.
    /// - Parameters:
    ///   - columns: 1 or more.
    ///   - rows: 1 or more.
    ///   - term: what the command sees as `TERM`.
    ///   - environment: all that the command sees, `TERM` may be among it; nothing of the tests' own comes through.
    ///   - command: the program and its arguments.
    /// - Throws: ``DriverError``, also when tmux is not installed.
    public init(
        columns: Int,
        rows: Int,
        term: String = "tmux-256color",
        environment: [String: String] = [:],
        command: [String]
    ) async throws {
        // The socket's path must be short, and nobody else's.
        folder = URL(filePath: "/tmp").appending(path: "tmux-\(UUID().uuidString.prefix(13))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        self.environment = ["PATH": path, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "HOME": folder.path]

        var variables = ["PATH": path, "TERM": term]
        variables.merge(environment) { _, new in new }
        let settings = """
            set -g default-terminal tmux-256color
            set -g remain-on-exit on
            set -g escape-time 0
            set -g status off
            """
        let file = folder.appending(path: "conf")
        try settings.write(to: file, atomically: true, encoding: .utf8)
        var arguments = [
            "-f", file.path, "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "/usr/bin/env", "-i",
        ]
        arguments += variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        try await tmux(arguments + command)
    }

    // MARK: Typing

    /// Presses keys, by tmux's names: `Enter`, `Escape`, `C-s`, `BTab`, `x`.
    public func send(_ keys: String...) async throws {
        try await keepPace()
        try await tmux(["send-keys"] + keys)
    }

    /// Presses keys in one piece, as ``send(_:)`` does.
    public func sendTogether(_ keys: [String]) async throws {
        try await keepPace()
        try await tmux(["send-keys"] + keys)
    }

    /// Types text, character by character.
    public func type(_ text: String) async throws {
        try await keepPace()
        try await tmux(["send-keys", "-l", "--", text])
    }

    /// Pastes text as a terminal does that marks no paste: its characters come as keys.
    public func pasteUnmarked(_ text: String) async throws {
        try await keepPace()
        try await tmux(["set-buffer", "-b", "paste", "--", text])
        try await tmux(["paste-buffer", "-d", "-b", "paste"])
    }

    /// Lets as much time go by since the keys before as a person takes who looks in between. What comes faster counts
    /// as typed together, whatever the screen showed: so the time itself is waited for here.
    private func keepPace() async throws {
        if let lastKeys { try await Task.sleep(until: lastKeys + .milliseconds(60), clock: .continuous) }
        lastKeys = .now
    }

    /// Pastes text; as one bracketed paste when the program asked for those.
    public func paste(_ text: String) async throws {
        try await tmux(["set-buffer", "-b", "paste", "--", text])
        try await tmux(["paste-buffer", "-p", "-r", "-d", "-b", "paste"])
    }

    /// Changes the terminal's size.
    public func resize(columns: Int, rows: Int) async throws {
        try await tmux(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
    }

    // MARK: Looking

    /// The screen's rows, joined by line ends.
    /// - Parameter colors: whether the escape sequences of colours and attributes are kept.
    public func screen(colors: Bool = false) async throws -> String {
        try await tmux(["capture-pane", "-p"] + (colors ? ["-e"] : []))
    }

    /// Appends every byte that the program writes from now on to a file.
    /// - Parameter file: whose path has no quotes in it.
    public func record(to file: URL) async throws {
        try await tmux(["pipe-pane", "cat >> '\(file.path)'"])
    }

    /// A tmux format of the terminal's state, such as `#{alternate_on}`.
    public func display(_ format: String) async throws -> String {
        try await tmux(["display-message", "-p", format]).trimmingCharacters(in: .newlines)
    }

    /// Looks at the screen until `holds` does.
    /// - Parameters:
    ///   - description: what is waited for, for the error.
    ///   - deadline: for a slow machine; it is no measure of anything.
    /// - Returns: the screen on which it held.
    /// - Throws: ``DriverError`` with the last screen.
    @discardableResult
    public func wait(
        until description: String,
        deadline: Duration = .seconds(180),
        _ holds: @Sendable (String) -> Bool
    ) async throws -> String {
        let end = ContinuousClock.now + deadline
        // Where other tests keep the machine busy, time passes in which nobody could look: only looks count.
        var looks = 0
        while true {
            let screen = try await screen()
            if holds(screen) {
                // What was seen is read before the next key.
                if lastKeys != nil { lastKeys = .now }
                return screen
            }
            looks += 1
            if ContinuousClock.now > end, looks > 200 {
                throw DriverError("waited in vain until \(description); the screen:\n\(screen)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    // MARK: Ending

    /// Closes the terminal: what runs in it loses its other end.
    public func close() async {
        _ = try? await tmux(["kill-server"])
        try? FileManager.default.removeItem(at: folder)
    }

    @discardableResult
    private func tmux(_ arguments: [String]) async throws -> String {
        let result = try await Subprocess.run(
            "tmux",
            ["-S", folder.appending(path: "socket").path] + arguments,
            environment: environment
        )
        guard result.status == 0 else {
            throw DriverError("tmux \(arguments.first ?? "") failed (\(result.status)): \(result.errors)")
        }
        return result.output
    }
}

/// Why a terminal could not be driven.
public struct DriverError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
