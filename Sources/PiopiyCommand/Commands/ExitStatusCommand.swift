import ArgumentParser

/// A command that ends with an exit status.
///
/// ```swift
/// func perform() async throws -> ExitStatus {
///     let context = try CommandContext(client)
///     …
///     return Streams.out(line) ? .done : .outputLost
/// }
/// ```
///
/// It throws its errors and does not print them: ``RootCommand`` prints the words of each error and ends the process
/// with the error's status. ``CommandFailure/init(_:)`` has the status of each type of error. A command whose errors
/// are results too, for scripts to read, returns what a ``ResultReport`` gives it.
protocol ExitStatusCommand: AsyncParsableCommand {
    /// Does the work, without printing its errors.
    func perform() async throws -> ExitStatus
}

extension ExitStatusCommand {
    func run() async throws {
        let status: ExitStatus
        do {
            status = try await perform()
        } catch {
            throw CommandFailure(error)
        }
        try status.exit()
    }
}
