import Foundation
import TerminalDriver
import TestSupport
import Testing

@testable import PiopiyCommand

@Suite("The log's file")
struct LogFileTests {
    /// A state directory of its own.
    private func with(_ body: (FilePlaces, _ path: String) throws -> Void) throws {
        let state = FileManager.default.temporaryDirectory.appending(path: "piopiy-log-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: state) }
        try body(FilePlaces(environment: ["XDG_STATE_HOME": state.path]), state.path + "/piopiy/piopiy.log")
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test("One that was moved away or deleted is opened anew, under the same descriptor")
    func movedAway() throws {
        try with { places, path in
            let log = try LogFile(places)
            log.write("one\n")
            try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
            log.write("two\n")
            #expect(try text(path + ".1") == "one\n")
            #expect(try text(path) == "two\n")
            try FileManager.default.removeItem(atPath: path)
            log.write("three\n")
            #expect(try text(path) == "three\n")
            Streams.write("four\n", to: log.descriptor)
            #expect(try text(path) == "three\nfour\n")
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(fcntl(log.descriptor, F_GETFD) & FD_CLOEXEC != 0)
        }
    }

    @Test("What took its place and cannot be written leaves the open file to write to")
    func cannotBeOpened() throws {
        try with { places, path in
            let log = try LogFile(places)
            log.write("one\n")
            try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            log.write("two\n")
            #expect(try text(path + ".1") == "one\ntwo\n")
        }
    }

    @Test("Its limit holds while it is written to, by several processes too, and no line is lost")
    func limit() throws {
        try with { places, path in
            // Each has the file open by itself, as processes have.
            let logs = try (0..<3).map { _ in try LogFile(places, limit: 1000) }
            let lines = (0..<60).map { "line \(1000 + $0) of the log\n" }
            for (index, line) in lines.enumerated() {
                logs[index % 3].write(line)
                #expect(try text(path).utf8.count <= 1000)
            }
            let kept = try text(path + ".old") + text(path)
            #expect(try text(path + ".old").utf8.count > 900)
            // The newest lines, whole and in their order.
            #expect(lines.joined().hasSuffix(kept))
        }
    }

    @Test("Lines that many threads write while it is set aside are whole")
    func threads() throws {
        try with { places, path in
            let log = try LogFile(places, limit: 4000)
            let line = String(repeating: "x", count: 79) + "\n"
            DispatchQueue.concurrentPerform(iterations: 8) { _ in
                for _ in 0..<50 { log.write(line) }
            }
            for file in [path, path + ".old"] {
                let kept = try text(file)
                #expect(kept.utf8.count <= 4000)
                #expect(kept.split(separator: "\n").allSatisfy { $0.count == 79 })
            }
        }
    }

    @Test("A console that runs goes on in the new file after the log was moved away")
    func running() async throws {
        let program = try Program()
        defer { program.clean() }
        let log = program.home.appending(path: ".local/state/piopiy/piopiy.log").path
        let input = Pipe()
        let running = try program.start(
            ["--plain", "--sandbox", "--seed", "1"],
            input: input.fileHandleForReading
        )
        defer { running.stop() }
        let writer = input.fileHandleForWriting
        let call = "call 918888888801 from 919999999999 agent \(CallCommandTests.agent)\n"
        try writer.write(contentsOf: Data(call.utf8))
        func isLogged() -> Bool? {
            (try? text(log))?.contains("ai.call") == true ? true : nil
        }
        _ = try await wait(for: "the first call in the log") { isLogged() }
        try FileManager.default.moveItem(atPath: log, toPath: log + ".1")
        try writer.write(contentsOf: Data(call.replacing("8801", with: "8802").utf8))
        _ = try await wait(for: "the second call in the new log") { isLogged() }
        try writer.write(contentsOf: Data("quit\n".utf8))
        try writer.close()
    }
}
