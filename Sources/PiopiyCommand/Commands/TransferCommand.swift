import ArgumentParser
import CallBoard
import Piopiy

/// `piopiy transfer`.
struct TransferCommand: ExitStatusCommand {
    static let configuration = CommandConfiguration(
        commandName: "transfer",
        abstract: "Transfer a call to a person or to another pipeline.",
        discussion: """
            Without --warm the caller is transferred at once (blind). With --warm a person is called while the caller \
            stays with the agent, and joined when they answer; if nobody answers, nothing changes for the caller.

            When a transfer of the call is already running, it is followed: no second one starts, its request id is \
            shown.

            With --wait it follows the transfer until it has completed (exit code 0) or failed (76, with the reason). \
            When the time runs out, or at Ctrl-C, the transfer goes on (75).
            """
    )

    @Argument(help: ArgumentHelp("The call id. A request id is not a call id.", valueName: "call-id"))
    var callID: String

    @OptionGroup var transfer: TransferOptions

    @Flag(help: "Wait until it has completed or failed.")
    var wait = false

    @Option(help: ArgumentHelp("How long to wait, in seconds, 1 to 7200.", valueName: "s"))
    var waitTimeout = 150

    @Flag(help: "Check everything and show the request; send nothing.")
    var dryRun = false

    @OptionGroup var client: ClientOptions
    @OptionGroup var result: OutputOptions

    mutating func validate() throws {
        guard (1...7200).contains(waitTimeout) else {
            throw ArgumentParser.ValidationError("--wait-timeout is \(waitTimeout); it must be 1 to 7200 seconds.")
        }
    }

    func perform() async -> ExitStatus {
        let request = SingleRequest(client: client, output: result.output, dryRun: dryRun, acts: true, subject: callID)
        let id = CallID(callID)
        return await request.run(
            { context -> CallTransferRequest in
                var pipeline: String?
                if let file = transfer.pipeline { pipeline = try await TextFile.read(file) }
                return try transfer.transfer(of: id, pipeline: pipeline, context.settings.numberPlan)
            },
            shown: \.request,
            perform: { await send($0, of: id, $1, $2) }
        )
    }

    private func send(
        _ transfer: CallTransferRequest,
        of id: CallID,
        _ platform: RestClient,
        _ context: CommandContext
    ) async -> (ResultLine, ExitStatus) {
        let outcome = await ActionJournal(context, platform, patience: .seconds(2)).transfer(transfer)
        let doubt = "The caller may have been transferred; check before you try again."
        var line = ResultLine(action: outcome, doubt: doubt) {
            $0.requestID = $1.requestID
            $0.status = $1.status
        }
        line.callID = id
        guard case .accepted(let receipt) = outcome else { return (line, ExitStatus(outcome)) }
        if receipt.joined {
            Streams.error("A transfer of this call was already running. It is followed; no second one was started.")
        }
        guard wait else { return (line, .done) }
        guard let requestID = receipt.requestID else {
            Streams.error("The platform returned no request id, so the transfer cannot be followed. It continues.")
            return (line, .unknown)
        }
        return await follow(requestID, line, platform)
    }

    private func follow(
        _ id: RequestID,
        _ line: ResultLine,
        _ platform: RestClient
    ) async -> (ResultLine, ExitStatus) {
        let isText = result.output == .text
        let outcome = await platform.transfers.settled(id, every: .seconds(1), within: .seconds(waitTimeout)) {
            status in
            // The last one is told with the result.
            if isText, !status.hasSettled { _ = Streams.out(ResultText.safe("\(status.state.word)  \(callID)")) }
        }
        var line = line
        guard case .accepted(let status) = outcome else {
            Streams.error(
                "\(ResultLine(reading: outcome).message ?? "") The transfer was started and may still be running."
            )
            return (line, .unknown)
        }
        line.state = status.state.word
        guard status.hasSettled else {
            Streams.error("The time is up; the transfer is still running.")
            return (line, .unknown)
        }
        guard status.state == .failed else { return (line, .done) }
        line.outcome = "refused"
        line.code = status.reason ?? "failed"
        let reason = status.reason.map { TransferReason($0).word } ?? ""
        let end = status.hasEndedCall ? " The call has ended with it: the caller is lost." : ""
        line.message = "The transfer failed: \(reason.isEmpty ? "no reason was given" : reason).\(end)"
        return (line, .refused)
    }
}
