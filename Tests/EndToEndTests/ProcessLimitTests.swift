import Foundation
import Testing

@testable import PiopiyCommand

@Suite("Limits of the process", .timeLimit(.minutes(5)))
struct ProcessLimitTests {
    static let commands = [
        "--plain --sandbox", "--plain", "call --from 919999999999 --to 918888888888 --agent \(CallCommandTests.agent)",
        "batch -", "sandbox", "listen --port 0", "agents list",
    ]

    @Test(
        "Too few open files, or too little memory, ends each command with an error, before anything is done",
        arguments: commands,
        [("ulimit -n 16", "only 16 files at once"), ("ulimit -v 400000", "390 MiB of address space")]
    )
    func tooLow(command: String, limit: (command: String, words: String)) async throws {
        var program = try Program()
        defer { program.clean() }
        program.environment["PIOPIY_API_URL"] = "http://127.0.0.1:1/v3"
        let result = try await program.shell("\(limit.command); exec \"$piopiy\" \(command)")
        #expect(result.status == 78, "\(result)")
        #expect(result.errors.contains(limit.words) && result.errors.contains("Nothing was done."), "\(result)")
        #expect(result.output.isEmpty || command.hasPrefix("call"), "\(result)")
    }

    @Test("A limit of open files that may be raised is raised")
    func raised() async throws {
        var program = try Program()
        defer { program.clean() }
        program.environment["PIOPIY_API_URL"] = "http://127.0.0.1:1/v3"
        let result = try await program.shell("ulimit -S -n 16; exec \"$piopiy\" \(Self.commands[2])")
        #expect(result.status == 69, "\(result)")
    }

    @Test("What is needed grows with the machine, and no limit at all suffices")
    func needs() {
        #expect(ProcessLimits.problem(files: .max, memory: .max, cores: 512) == nil)
        let files = ProcessLimits.neededFiles(cores: 64)
        #expect(ProcessLimits.problem(files: files - 1, memory: .max, cores: 64)?.contains("ulimit -n") == true)
        #expect(ProcessLimits.problem(files: files, memory: .max, cores: 64) == nil)
        let memory = ProcessLimits.neededMemory(cores: 2)
        #expect(memory == 1 << 30)
        #expect(ProcessLimits.problem(files: .max, memory: memory - 1, cores: 2)?.contains("ulimit -v 1048576") == true)
        #expect(ProcessLimits.problem(files: .max, memory: memory, cores: 2) == nil)
    }
}
