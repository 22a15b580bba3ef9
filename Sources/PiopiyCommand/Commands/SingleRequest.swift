import Piopiy

/// What commands that send one request have in common: check, show or send, print one result, end with its exit code.
struct SingleRequest {
    let client: ClientOptions
    let output: OutputFormat
    /// Show the request, and send nothing.
    var dryRun = false
    /// It calls or tells somebody, or changes a call.
    var acts = false
    /// It is a message, which takes a credential of its own.
    var isMessage = false
    /// What a person knows it by.
    let subject: String

    /// - Parameters:
    ///   - make: checks the input.
    ///   - shown: the request that is sent first.
    ///   - perform: sends it.
    func run<Request: Sendable>(
        _ make: (CommandContext) async throws -> Request,
        shown: (Request) -> APIRequest,
        perform: @escaping @Sendable (Request, RestClient, CommandContext) async -> (ResultLine, ExitStatus)
    ) async -> ExitStatus {
        await ResultReport(format: output, subject: subject).status {
            let context = try CommandContext(client)
            let request = try await make(context)
            if dryRun { return (try dry(shown(request), context), .done) }
            if acts { try context.mayAct() }
            let platform = isMessage ? try context.messagingClient() : try context.client()
            let result = await untilInterrupted { await perform(request, platform, context) }
            await platform.shutdown()
            return result
        }
    }

    private func dry(_ request: APIRequest, _ context: CommandContext) throws(CommandFailure) -> ResultLine {
        var line = ResultLine(outcome: "dryRun")
        line.request = ResultLine.request(request, url: try context.url(of: request))
        return line
    }
}
