import Piopiy

/// The way out of a command that has one result, for scripts to read: whatever becomes of its request is a result line,
/// and so is each error before anything was sent.
struct ResultReport {
    let format: OutputFormat
    /// What a person knows the request by: a number, a call id.
    let subject: String
    /// Whether people were told each state when it was reached. A result with a state is then not printed for them.
    var hasToldStates = false

    /// Does the work and prints its result, or its error as a result.
    /// - Returns: the result's exit status; ``ExitStatus/outputLost`` where it could not be written.
    func status(of work: () async throws -> (ResultLine, ExitStatus)) async -> ExitStatus {
        let (line, status): (ResultLine, ExitStatus)
        do {
            (line, status) = try await work()
        } catch let error as ValidationError {
            (line, status) = (ResultLine(invalid: error), .invalid)
        } catch {
            let failure = CommandFailure(error)
            (line, status) = (ResultLine(failure), failure.status)
        }
        if hasToldStates, format == .text, line.state != nil { return status }
        return ResultText.print(line, as: format, about: subject) ? status : .outputLost
    }
}
