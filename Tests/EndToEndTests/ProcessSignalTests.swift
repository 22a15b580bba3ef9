import Foundation
import TerminalDriver
import TestSupport
import Testing

/// What ends the program, and what it was started to live through.
@Suite("Signals to a process without a screen")
struct ProcessSignalTests {
    /// Starts the program by a shell that has it ignore signals, as `nohup` does.
    /// - Parameter ignored: names as `trap` takes them.
    private func start(
        _ program: Program,
        ignoring ignored: String,
        _ arguments: String,
        input: FileHandle? = nil
    ) throws -> RunningProgram {
        var environment = program.environment
        environment["piopiy"] = Program.path
        return try RunningProgram(
            executable: "/bin/sh",
            arguments: ["-c", "ulimit -c 0; trap '' \(ignored); exec \"$piopiy\" \(arguments)"],
            environment: environment,
            folder: program.home,
            input: input
        )
    }

    @Test(
        "A batch that was started as by nohup goes on after the logout",
        arguments: [SIGHUP, SIGINT, SIGTERM, SIGQUIT]
    )
    func batch(signal: Int32) async throws {
        let program = try Program()
        defer { program.clean() }
        try await RunningSandbox.with(program) { sandbox in
            let input = Pipe()
            let running = try start(
                program,
                ignoring: "HUP INT TERM QUIT",
                "batch --api-url \(sandbox.base) --output json",
                input: input.fileHandleForReading
            )
            defer { running.stop() }
            let writer = input.fileHandleForWriting
            try writer.write(contentsOf: Data((BatchCommandTests.call("918888888801") + "\n").utf8))
            _ = try await wait(for: "the first result") { running.written.contains("accepted") ? true : nil }
            running.signal(signal)
            try writer.write(contentsOf: Data((BatchCommandTests.call("918888888802") + "\n").utf8))
            try writer.close()
            let result = try await running.result()
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.objects.map { $0["outcome"] as? String } == ["accepted", "accepted"])
            let dials = try await sandbox.dials()
            #expect(dials.count == 2)
        }
    }

    @Test(
        "listen and sandbox go on after a signal that they were started to ignore, and end by one that they were not",
        arguments: ["listen --port 0", "sandbox"]
    )
    func serving(command: String) async throws {
        let program = try Program()
        defer { program.clean() }
        let running = try start(program, ignoring: "HUP INT QUIT", command)
        defer { running.stop() }
        let address = try await wait(for: "the address") {
            running.written.contains("\n") ? running.written.split(separator: "\n").first.map(String.init) : nil
        }
        for signal in [SIGHUP, SIGINT, SIGQUIT] { running.signal(signal) }
        // Whoever takes a signal does so at once; one that was asked something afterwards has lived through it.
        for _ in 0..<3 { try await HTTP.post(address, []) }
        running.signal(SIGTERM)
        let result = try await running.result()
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test(
        "A signal of another process ends it, and is not told as a crash",
        arguments: [SIGQUIT, SIGABRT, SIGSEGV, SIGTRAP, SIGBUS, SIGFPE, SIGILL]
    )
    func sent(signal: Int32) async throws {
        let program = try Program()
        defer { program.clean() }
        let running = try start(program, ignoring: "HUP", "sandbox")
        defer { running.stop() }
        _ = try await wait(for: "the address") { running.written.contains("\n") ? true : nil }
        running.signal(signal)
        let result = try await running.result()
        #expect(result.status == 128 + signal)
        #expect(!result.errors.contains("crashed"), "\(result.errors.prefix(300))")
    }

    @Test("The plain console that was started to ignore the hang-up goes on")
    func plain() async throws {
        let program = try Program()
        defer { program.clean() }
        let input = Pipe()
        let running = try start(
            program,
            ignoring: "HUP",
            "--plain --sandbox --seed 1",
            input: input.fileHandleForReading
        )
        defer { running.stop() }
        let writer = input.fileHandleForWriting
        try writer.write(contentsOf: Data("help\n".utf8))
        _ = try await wait(for: "the help") { running.written.contains("call") ? true : nil }
        running.signal(SIGHUP)
        try writer.write(contentsOf: Data("quit\n".utf8))
        let result = try await running.result()
        #expect(result.status == 0, "\(result.errors)")
        try writer.close()
    }
}
