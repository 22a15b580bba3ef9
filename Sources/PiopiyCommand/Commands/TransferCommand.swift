import ArgumentParser
import CallBoard
import Piopiy

/// `piopiy transfer`.
struct TransferCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transfer",
        abstract: "Hand a call over to a person, or let it go on in another pipeline.",
        discussion: """
            Without --warm the caller is handed over at once (blind). With --warm a person is rung while the caller stays \
            with the agent, and joined when they answer; when nobody does, nothing changes for the caller.

            A transfer of the call that runs already is joined: its request id is told, and no second one is begun.

            With --wait it follows the transfer until it has completed (exit code 0) or failed (76, with the reason). When \
            the time runs out, or at Ctrl-C, the transfer goes on (75).
            """
    )

    @Argument(help: ArgumentHelp("The call's id. A request id is none.", valueName: "call-id"))
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
            throw ArgumentParser.ValidationError("--wait-timeout is \(waitTimeout); it takes 1 to 7200 seconds.")
        }
    }

    func run() async throws {
        let request = SingleRequest(client: client, output: result.output, dryRun: dryRun, acts: true, subject: callID)
        var pipeline: String?
        if let file = transfer.pipeline {
            do throws(CommandFailure) {
                pipeline = try await TextFile.read(file)
            } catch {
                try request.finish(ResultLine(error), error.status)
                return
            }
        }
        let text = pipeline
        let id = CallID(callID)
        let plan = request.numberPlan
        try await request.run(
            { () throws(Piopiy.ValidationError) in try transfer.transfer(of: id, pipeline: text, plan) },
            shown: \.request,
            perform: { await perform($0, of: id, $1, $2) }
        )
    }

    private func perform(
        _ transfer: CallTransferRequest,
        of id: CallID,
        _ platform: RestClient,
        _ context: CommandContext
    ) async -> (ResultLine, ExitStatus) {
        let outcome = await ActionJournal(context, platform, patience: .seconds(2)).transfer(transfer)
        var line = ResultLine(action: outcome, doubt: "The caller may have been handed over; look before trying again.")
        {
            $0.requestID = $1.requestID
            $0.status = $1.status
        }
        line.callID = id
        guard case .accepted(let receipt) = outcome else { return (line, ExitStatus(outcome)) }
        if receipt.joined {
            Streams.error("A transfer of this call was running already; it is joined, none was begun.")
        }
        guard wait else { return (line, .done) }
        guard let requestID = receipt.requestID else {
            Streams.error("The platform told no request id, so the transfer cannot be followed. It goes on.")
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
            Streams.error("\(ResultLine(reading: outcome).message ?? "") The transfer was begun and may go on.")
            return (line, .unknown)
        }
        line.state = status.state.word
        guard status.hasSettled else {
            Streams.error("It has not settled. The transfer goes on.")
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
