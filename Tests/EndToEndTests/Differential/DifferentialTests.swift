import Foundation
import TestSupport
import Testing

@Suite("Same verdict, same bytes")
struct DifferentialTests {
    /// What the comparison prints.
    private struct Comparison: Decodable {
        var operations: Int
        /// How many the official SDK would have sent, without those that are refused here on purpose.
        var valid: Int
        /// How many the official SDK refuses.
        var invalid: Int
        var mismatches: Int
        /// By reason: how many the official SDK lets pass that are refused here on purpose.
        var stricter: [String: Int]
        /// How many valid ones of each name.
        var ops: [String: Int]
        /// How many actions of each name in valid ones.
        var actions: [String: Int]
        /// The first mismatches, in words.
        var shown: [String]
    }

    /// A number from the environment, so that anybody can try other operations, or more.
    private static func setting(_ name: String, _ usual: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? usual
    }

    @Test("`piopiy batch --dry-run` and the official SDK agree on each of thousands of operations")
    func agree() async throws {
        let count = Self.setting("PIOPIY_DIFFERENTIAL_COUNT", 6000)
        let seed = Self.setting("PIOPIY_DIFFERENTIAL_SEED", 20_261_123)
        print("Differential test: PIOPIY_DIFFERENTIAL_SEED=\(seed) PIOPIY_DIFFERENTIAL_COUNT=\(count)")
        let program = try Program()
        defer { program.clean() }
        let lines = program.home.appending(path: "lines")
        let generated = try await Python.differential("differential.py", "generate", "\(count)", "\(seed)", lines.path)
        try #require(generated.status == 0, "\(generated.errors)")

        let batch = try await program.run("batch", lines.path, "--dry-run", "--output", "json", "--no-console-ref")
        // Some lines are invalid, and nothing worse happened.
        #expect(batch.status == 64, "\(batch.errors)")
        let results = program.home.appending(path: "results")
        try batch.output.write(to: results, atomically: true, encoding: .utf8)

        let compared = try await Python.differential("differential.py", "compare", lines.path, results.path)
        try #require(compared.status == 0, "\(compared.errors)")
        let comparison = try JSONDecoder().decode(Comparison.self, from: compared.output)
        #expect(comparison.operations == count)
        #expect(comparison.mismatches == 0, "seed \(seed):\n\(comparison.shown.joined(separator: "\n"))")

        // What was asked is worth asking.
        #expect(comparison.valid * 10 >= count * 3)
        #expect(comparison.invalid * 10 >= count * 3)
        #expect(comparison.stricter.count == 8)
        for (reason, hits) in comparison.stricter { #expect(hits > 0, "never asked: \(reason)") }
        #expect(comparison.ops.count == 9)
        #expect(comparison.actions.count == 7)
        #expect(comparison.ops.values.allSatisfy { $0 >= count / 60 })
        #expect(comparison.actions.values.allSatisfy { $0 >= count / 60 })
    }

    @Test("The comparison can fail, and does so for each kind of difference")
    func comparison() async throws {
        let result = try await Python.differential("-m", "unittest", "compare_tests")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("OK"))
    }

    @Test("The same seed makes the same operations, another seed makes others")
    func seed() async throws {
        let program = try Program()
        defer { program.clean() }
        func lines(seed: Int) async throws -> Data {
            let file = program.home.appending(path: "lines")
            let result = try await Python.differential("differential.py", "generate", "300", "\(seed)", file.path)
            try #require(result.status == 0, "\(result.errors)")
            return try Data(contentsOf: file)
        }
        let first = try await lines(seed: 1)
        #expect(try await lines(seed: 2) != first)
        #expect(try await lines(seed: 1) == first)
    }
}
