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

    /// In which country numbers are written that have no country code. A configuration with a mistake is told when it is
    /// used.
    var numberPlan: NumberPlan { (try? CommandContext(client))?.settings.numberPlan ?? .international }

    /// - Parameters:
    ///   - make: checks the input.
    ///   - shown: the request that is sent first.
    ///   - perform: sends it.
    func run<Request: Sendable>(
        _ make: () throws(ValidationError) -> Request,
        shown: (Request) -> APIRequest,
        perform: @escaping @Sendable (Request, RestClient, CommandContext) async -> (ResultLine, ExitStatus)
    ) async throws {
        let request: Request
        do throws(ValidationError) {
            request = try make()
        } catch {
            try finish(ResultLine(invalid: error), .invalid)
            return
        }
        let (line, status): (ResultLine, ExitStatus)
        do throws(CommandFailure) {
            let context = try CommandContext(client)
            if dryRun {
                (line, status) = (try dry(shown(request), context), .done)
            } else {
                if acts { try context.mayAct() }
                let platform = isMessage ? try context.messagingClient() : try context.client()
                (line, status) = await untilInterrupted { await perform(request, platform, context) }
                await platform.shutdown()
            }
        } catch {
            (line, status) = (ResultLine(error), error.status)
        }
        try finish(line, status)
    }

    private func dry(_ request: APIRequest, _ context: CommandContext) throws(CommandFailure) -> ResultLine {
        var line = ResultLine(outcome: "dryRun")
        line.request = ResultLine.request(request, url: try context.url(of: request))
        return line
    }

    /// Prints the result and ends with its exit code.
    func finish(_ line: ResultLine, _ status: ExitStatus) throws {
        let isWritten =
            switch output {
            case .json: Streams.result(JSONLine.text(line.json))
            case .text: ResultText.print(line, about: subject)
            }
        try (isWritten ? status : .outputLost).exit()
    }
}
