import TestSupport

extension Python {
    /// Runs Python in the folder of the differential test's scripts, and waits for its end.
    static func differential(_ arguments: String...) async throws -> Result {
        try await run(in: "Tests/EndToEndTests/Differential", arguments)
    }
}
