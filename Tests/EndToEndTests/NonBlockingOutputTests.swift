import Foundation
import TerminalDriver
import TestSupport
import Testing

@testable import PiopiyCommand

/// Output that does not block, as a parent may have made it, or that takes nothing for a while.
@Suite("Output that is slow", .serialized)
struct NonBlockingOutputTests {
    @Test("All of it is written, however little the other end takes at once")
    func waits() async throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        let (readEnd, writeEnd) = (ends[0], ends[1])
        defer { close(readEnd) }
        try #require(fcntl(writeEnd, F_SETFL, O_WRONLY | O_NONBLOCK) == 0)
        let text = String(repeating: "0123456789abcdef", count: 50_000)
        let writer = Task.detached {
            defer { close(writeEnd) }
            return Streams.write(text, to: writeEnd)
        }
        let got = try await Task.detached { () throws -> Int in
            // Until the pipe is full, which is where it was given up.
            var waiting: Int32 = 0
            while ioctl(readEnd, UInt(FIONREAD), &waiting) == 0, waiting < 60_000 { usleep(1000) }
            var (total, buffer) = (0, [UInt8](repeating: 0, count: 3000))
            while true {
                let count = read(readEnd, &buffer, buffer.count)
                guard count > 0 else { return total }
                total += count
            }
        }.value
        let isWritten = await writer.value
        #expect(isWritten && got == text.utf8.count)
        // As the program has it.
        signal(SIGPIPE, SIG_IGN)
        try #require(pipe(&ends) == 0)
        close(ends[0])
        _ = fcntl(ends[1], F_SETFL, O_WRONLY | O_NONBLOCK)
        #expect(!Streams.write("x", to: ends[1]), "a reader that has gone is not waited for")
        close(ends[1])
    }

    /// Runs a command whose standard output does not block, for a reader that waits until the pipe is full.
    private func output(of command: String, program: Program) async throws -> Program.Result {
        let block = "python3 -c 'import fcntl,os; fcntl.fcntl(1, fcntl.F_SETFL, os.O_WRONLY | os.O_NONBLOCK)'"
        let reader = """
            import fcntl,struct,sys,termios,time,os
            while not os.path.exists("done"):
                if struct.unpack("i", fcntl.ioctl(0, termios.FIONREAD, b"0000"))[0] >= 60000: break
                time.sleep(.01)
            sys.stdout.buffer.write(sys.stdin.buffer.read())
            """
        try Data(reader.utf8).write(to: program.home.appending(path: "reader.py"))
        return try await program.shell(
            "cd \"$HOME\"; (\(block); \"$piopiy\" \(command); code=$?; touch done; echo \"exit $code\" >&2) | python3 reader.py"
        )
    }

    @Test("A batch does not stop dialing for it")
    func batch() async throws {
        let program = try Program()
        defer { program.clean() }
        let lines = (1...1200).map { BatchCommandTests.call("918888888801", id: "\"row-\($0)\"") }
        _ = try BatchCommandTests.file(lines, in: program, name: "b.jsonl")
        let result = try await output(of: "batch b.jsonl --dry-run", program: program)
        #expect(result.errors.contains("exit "), "\(result.errors)")
        #expect(
            !result.errors.contains("exit 74") && !result.errors.contains("could not be written"),
            "\(result.errors)"
        )
        #expect(result.output.utf8.count > 65_536)
        #expect(result.output.split(separator: "\n").count >= 1200)
    }

    @Test("A plain console whose output is stopped ends at the first signal", arguments: [SIGTERM, SIGHUP, SIGINT])
    func stopped(signal: Int32) async throws {
        try await ConsoleOnPty.with(["--sandbox", "--plain"]) { console in
            try await console.terminal.see("help lists the commands")
            // Ctrl-S; the line behind it is taken, and its answer cannot be shown.
            console.terminal.type("\u{13}help\n")
            let id = console.terminal.processID
            _ = try await wait(for: "it to be stuck in a write") { () -> Bool? in
                let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/task")
                let calls = threads.compactMap {
                    try? String(contentsOfFile: "/proc/\(id)/task/\($0)/syscall", encoding: .utf8)
                }
                // write(1, …), by its number on x86 and on ARM.
                return calls.contains { $0.hasPrefix("1 0x1 ") || $0.hasPrefix("64 0x1 ") } ? true : nil
            }
            console.terminal.signal(signal)
            let status = try await console.terminal.end()
            #expect(status == 128 + signal)
        }
    }
}
