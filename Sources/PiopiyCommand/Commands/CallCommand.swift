import ArgumentParser
import CallBoard
import Piopiy

/// `piopiy call`.
struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Place one call that an AI agent will hold.",
        discussion: """
            The call is never placed a second time by itself: when its answer is lost, the outcome is unknown (exit code \
            75) and it is yours to find out whether the phone rang.
            """
    )

    @Option(name: .customLong("from"), help: ArgumentHelp("The caller id: digits, country code first.", valueName: "n"))
    var callerID: String

    @Option(
        name: .customLong("to"),
        help: ArgumentHelp("The number to ring: digits, country code first.", valueName: "n")
    )
    var toNumber: String

    @Option(name: .customLong("agent"), help: ArgumentHelp("The AI agent's id.", valueName: "uuid"))
    var agentID: String

    @Option(help: ArgumentHelp("The platform ends the call after so many seconds, 30 to 7200.", valueName: "s"))
    var maxDuration: Int?

    @Option(help: ArgumentHelp("It rings for at most so many seconds, 5 to 120.", valueName: "s"))
    var ringTimeout: Int?

    @Flag(inversion: .prefixedNo, help: "Record the call. (default: as the account is set)")
    var record: Bool?

    @Option(
        name: .customLong("var"),
        help: ArgumentHelp(
            "A variable of the call: key=text, or key:=json for a number, true or false. Repeatable.",
            valueName: "k=v"
        )
    )
    var variables: [String] = []

    @Flag(
        inversion: .prefixedNo,
        help: "Add the variable console_ref, by which the call is known even if its answer is lost."
    )
    var consoleRef = true

    @Flag(help: "Check everything and show the request; send nothing.")
    var dryRun = false

    @OptionGroup var client: ClientOptions
    @OptionGroup var result: OutputOptions

    func run() async throws {
        let context = CommandContext()
        var random = SystemRandomNumberGenerator()
        let ref = consoleRef ? CallRef(at: .now, using: &random) : nil

        let call: AICall
        do throws(Piopiy.ValidationError) {
            call = try checked(ref)
        } catch {
            try finish(ResultLine(placement: .invalid(error), ref: nil), .invalid)
            return
        }
        do {
            if dryRun {
                try showRequest(call, ref, context)
                return
            }
            let platform = try context.client(client)
            let outcome = await untilInterrupted { await platform.ai.call(call) }
            await platform.shutdown()
            try finish(ResultLine(placement: outcome, ref: ref), ExitStatus(outcome))
        } catch let failure as CommandFailure {
            var line = ResultLine(outcome: "notSent")
            line.code = failure.status == .noToken ? "no_token" : "bad_configuration"
            line.message = failure.message
            try finish(line, failure.status)
        }
    }

    /// The call as it is sent, the ref with it.
    func checked(_ ref: CallRef?) throws(Piopiy.ValidationError) -> AICall {
        let options = CallOptions(maxDuration: maxDuration, ringTimeout: ringTimeout, record: record)
        let call = try AICall(
            callerID: callerID,
            toNumber: toNumber,
            agentID: agentID,
            options: options.isEmpty ? nil : options,
            variables: try VariableArguments.parse(variables)
        )
        guard let ref else { return call }
        guard call.variables?[CallRef.variableName] == nil else {
            throw Piopiy.ValidationError(
                field: "variables.\(CallRef.variableName)",
                "is the console's own; with --no-console-ref it can be given by hand"
            )
        }
        return try call.with(CallRef.variableName, .text(ref.text))
    }

    private func showRequest(_ call: AICall, _ ref: CallRef?, _ context: CommandContext) throws {
        let url: String
        do throws(Piopiy.ValidationError) {
            url = try context.clientConfiguration(client).url(of: call.request)
        } catch {
            throw CommandContext.badAddress(error)
        }
        var line = ResultLine(outcome: "dryRun")
        line.ref = ref
        line.request = ResultLine.request(call.request, url: url)
        try finish(line, .done)
    }

    /// Prints the result and ends with its exit code.
    private func finish(_ line: ResultLine, _ status: ExitStatus) throws {
        switch result.output {
        case .json: Streams.out(JSONLine.text(line.json))
        case .text: ResultText.print(line, about: toNumber)
        }
        try status.exit()
    }
}
