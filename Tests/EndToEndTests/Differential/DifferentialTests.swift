import Foundation
import Testing

@Suite("Same verdict, same bytes")
struct DifferentialTests {
    @Test("The comparison with the official SDK can fail, and does so for each kind of difference")
    func comparison() async throws {
        let result = try await Python.run("-m", "unittest", "compare_tests")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("OK"))
    }

    @Test("The same seed makes the same operations, another seed makes others")
    func seed() async throws {
        let program = try Program()
        defer { program.clean() }
        func lines(seed: Int) async throws -> Data {
            let file = program.home.appending(path: "lines")
            let result = try await Python.run("differential.py", "generate", "300", "\(seed)", file.path)
            try #require(result.status == 0, "\(result.errors)")
            return try Data(contentsOf: file)
        }
        let first = try await lines(seed: 1)
        #expect(try await lines(seed: 1) == first)
        #expect(try await lines(seed: 2) != first)
    }
}
