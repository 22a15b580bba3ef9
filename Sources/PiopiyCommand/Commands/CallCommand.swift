import ArgumentParser
import CallBoard
import Piopiy

/// `piopiy call`.
struct CallCommand: ExitStatusCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Place one call that an AI agent will hold.",
        discussion: """
            The call is never repeated automatically: when its answer is lost, the outcome is unknown (exit code \
            75), and you must find out whether the phone rang.

            A number that is up, in doubt or was called less than a minute ago, from anywhere on this host, is not \
            called: exit code 69, code number_busy. --allow-busy dials it anyway.

            With --failover-agent (and --app) a second agent takes the call when the first cannot.

            With --wait it follows the call by webhooks and by polling. It receives webhooks as the console does, or \
            reads them from the process that receives them on this host: a console, piopiy listen, another piopiy \
            call. Without webhooks it can be followed only if the platform returns the call id at once. Exit codes: 0 \
            when it was answered or has ended, as asked; 1 when it ended unanswered with --wait answered; 75 when the \
            time ran out, at Ctrl-C, or when it cannot be followed: the call goes on.
            """
    )

    @Option(name: .customLong("from"), help: ArgumentHelp("The caller id, with its country code.", valueName: "n"))
    var callerID: String

    @Option(
        name: .customLong("to"),
        help: ArgumentHelp("The number to call, with its country code.", valueName: "n")
    )
    var toNumber: String

    @Option(name: .customLong("agent"), help: ArgumentHelp("The AI agent: its name or its id.", valueName: "agent"))
    var agentID: String

    @OptionGroup var placement: PlacementOptions<OneCallWording>
    @OptionGroup var failover: FailoverOptions
    @OptionGroup var variables: VariableOptions<OneCallWording>

    @Flag(
        inversion: .prefixedNo,
        help: "Add the variable console_ref, which identifies the call even when the answer is lost."
    )
    var consoleRef = true

    @Flag(help: "Dial the number even if it is busy: on a call, in doubt, or called less than a minute ago.")
    var allowBusy = false

    @OptionGroup var waiting: WaitOptions

    @Flag(help: "Check everything and show the request; send nothing.")
    var dryRun = false

    @OptionGroup var client: ClientOptions
    @OptionGroup var result: OutputOptions

    func perform() async -> ExitStatus {
        var random = SystemRandomNumberGenerator()
        let ref = consoleRef ? CallRef(at: .now, using: &random) : nil
        return await ResultReport(format: result.output, subject: toNumber, hasToldStates: true).status {
            let context = try CommandContext(client, flags: waiting.flags)
            if !dryRun { try context.mayAct() }
            let call = try checked(ref, try await agentNames(context), context.settings.numberPlan)
            if dryRun { return (try dry(call, ref, context), .done) }
            return try await place(call, ref, context)
        }
    }

    /// The names of agents; `nil` when every agent is given by its id.
    private func agentNames(_ context: CommandContext) async throws(CommandFailure) -> AgentNames? {
        let wanted = [agentID, failover.agentID]
        guard wanted.contains(where: { AgentNames.isName($0) }) else { return nil }
        return try await AgentNames.require(context, for: wanted)
    }

    /// The call as it is sent, the ref with it.
    private func checked(
        _ ref: CallRef?,
        _ names: AgentNames?,
        _ plan: NumberPlan
    ) throws(Piopiy.ValidationError) -> AICall {
        let options = placement.options
        let call = try AICall(
            callerID: try PhoneNumber(reading: callerID, plan: plan, field: "caller_id").digits,
            toNumber: try PhoneNumber(reading: toNumber, plan: plan, field: "to_number").digits,
            agentID: try names?.id(of: agentID, field: "agent_id") ?? agentID,
            options: options.isEmpty ? nil : options,
            variables: try variables.parse(),
            appID: failover.appID,
            failover: try failover.failover(names)
        )
        guard let ref else { return call }
        guard call.variables?[CallRef.variableName] == nil else {
            throw Piopiy.ValidationError(
                field: "variables.\(CallRef.variableName)",
                "is reserved for the console; with --no-console-ref you can set it yourself"
            )
        }
        return try call.with(CallRef.variableName, .text(ref.text))
    }

    private func dry(_ call: AICall, _ ref: CallRef?, _ context: CommandContext) throws(CommandFailure) -> ResultLine {
        var line = ResultLine(outcome: "dryRun")
        line.ref = ref
        line.request = ResultLine.request(call.request, url: try context.url(of: call.request))
        return line
    }

    private func place(
        _ call: AICall,
        _ ref: CallRef?,
        _ context: CommandContext
    ) async throws(CommandFailure) -> (ResultLine, ExitStatus) {
        let platform = try context.client(looksUp: waiting.wait != nil)
        let journal = ActionJournal(context, platform)
        var random = SystemRandomNumberGenerator()
        // The journal knows each call by a ref, also one that is not sent along.
        let placement = TaggedPlacement(call, ref: ref ?? CallRef(at: .now, using: &random), isTagged: false)
        let allowsBusy = allowBusy
        let result: (ResultLine, ExitStatus)
        if let goal = waiting.wait {
            let following = FollowedCall(
                call: call,
                ref: ref,
                place: { await journal.place(placement, allowsBusy: allowsBusy) },
                keep: { try await journal.keep($0) },
                journal: journal.store,
                platform: platform,
                goal: goal,
                timeout: .seconds(waiting.seconds(goal)),
                port: context.settings.webhookPort,
                format: self.result.output
            )
            result = await untilInterrupted { await following.run(context) }
        } else {
            let outcome = await untilInterrupted { await journal.place(placement, allowsBusy: allowsBusy) }
            result = (ResultLine(placement: outcome, ref: ref), ExitStatus(outcome))
        }
        await platform.shutdown()
        return result
    }
}
