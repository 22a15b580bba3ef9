import Foundation
import TerminalDriver
import TestSupport

/// The built binary, run as a user or a script runs it.
struct Program: Sendable {
    struct Result: Sendable {
        let status: Int32
        let output: String
        let errors: String

        /// The JSON objects that were printed, one a line.
        var objects: [[String: Any]] {
            output.split(separator: "\n").compactMap { line in
                (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
            }
        }

        /// The one object that was printed.
        var object: [String: Any] { objects.count == 1 ? objects[0] : [:] }
        var outcome: String? { object["outcome"] as? String }
        var error: [String: Any] { object["error"] as? [String: Any] ?? [:] }
    }

    /// Beside the tests, in the same build.
    static let path: String = {
        let bundle = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        let places = [
            bundle.appending(path: "piopiy"),
            PackageFolder.root.appending(path: ".build/debug/piopiy"),
        ]
        return places.map(\.path).first { FileManager.default.isExecutableFile(atPath: $0) } ?? places[0].path
    }()

    /// A home of its own: nothing of the tester's is read, nothing of it is left.
    let home: URL
    var environment: [String: String]

    /// Has the consoles and listeners of this home take this secret, rather than make one.
    func keep(webhookSecret: String) throws {
        let state = home.appending(path: ".local/state/piopiy")
        try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
        let file = state.appending(path: "webhook-secret").path
        try Data("\(webhookSecret)\n".utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    }

    /// Gives this home a login for messages, as the sandbox takes any.
    mutating func keepMessagingLogin(_ text: String = "101_2222224\npass-4711-word\n") throws {
        let file = home.appending(path: "messaging-login").path
        try Data(text.utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        environment["PIOPIY_MESSAGING_LOGIN_FILE"] = file
    }

    init(token: String? = "test-token") throws {
        home = FileManager.default.temporaryDirectory.appending(path: "piopiy-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        environment = [
            "HOME": home.path, "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
        ]
        environment["PIOPIY_TOKEN"] = token
    }

    /// Runs it to its end.
    func run(_ arguments: String...) async throws -> Result { try await run(arguments) }

    func run(_ arguments: [String]) async throws -> Result {
        try await start(arguments).result()
    }

    func start(_ arguments: [String], input: FileHandle? = nil) throws -> RunningProgram {
        try RunningProgram(arguments: arguments, environment: environment, folder: home, input: input)
    }

    /// Runs a shell's script to its end; in it `$piopiy` is the program.
    func shell(_ script: String) async throws -> Result {
        var environment = environment
        environment["piopiy"] = Program.path
        let running = try RunningProgram(
            executable: "/bin/sh",
            arguments: ["-c", script],
            environment: environment,
            folder: home
        )
        return try await running.result()
    }

    func clean() { try? FileManager.default.removeItem(at: home) }
}

/// A program that is running. Its output goes to files: no pipe that nobody empties can stop it.
final class RunningProgram: Sendable {
    private let process: ChildProcess
    private let output: URL
    private let errors: URL

    init(
        executable: String = Program.path,
        arguments: [String],
        environment: [String: String],
        folder: URL,
        input: FileHandle? = nil
    ) throws {
        let name = UUID().uuidString
        output = folder.appending(path: "\(name).out")
        errors = folder.appending(path: "\(name).err")
        for file in [output, errors] { try Data().write(to: file) }
        process = try ChildProcess(
            executable,
            arguments,
            environment: environment,
            input: input?.fileDescriptor,
            output: output.path,
            errors: errors.path
        )
    }

    var processID: Int32 { process.processID }

    /// What it has written on standard output so far.
    var written: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }

    /// What it has written on standard error so far.
    var complaints: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

    func signal(_ number: Int32) { process.signal(number) }

    /// Waits for its end.
    func result() async throws -> Program.Result {
        return Program.Result(
            status: await process.end(),
            output: try String(contentsOf: output, encoding: .utf8),
            errors: try String(contentsOf: errors, encoding: .utf8)
        )
    }

    /// Ends it, if it still runs.
    func stop() { process.signal(SIGKILL) }
}
