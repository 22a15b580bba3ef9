import ArgumentParser
import Piopiy

/// `piopiy hangup`.
struct HangupCommand: ExitStatusCommand {
    static let configuration = CommandConfiguration(
        commandName: "hangup",
        abstract: "Hang up calls.",
        discussion: """
            A call that has already ended counts as a success. An id that neither the platform nor the journal of this \
            host knows is refused (exit code 76, code no_such_call). When one of several ids breaks a rule, \
            nothing is sent for any. With --output json each call id gives one line.
            """
    )

    @Argument(help: ArgumentHelp("The call ids. A request id is not a call id.", valueName: "call-id"))
    var callIDs: [String]

    @Option(help: ArgumentHelp("The hangup cause, 1 to 64 characters. (default: NORMAL_CLEARING)", valueName: "cause"))
    var cause: String?

    @Option(help: ArgumentHelp("A reason in words, 1 to 256 characters.", valueName: "text"))
    var reason: String?

    @OptionGroup var client: ClientOptions
    @OptionGroup var result: OutputOptions

    func perform() async -> ExitStatus {
        var hangUps: [HangUp] = []
        var wrong: [CallID: Piopiy.ValidationError] = [:]
        let ids = callIDs.map { CallID($0) }
        for id in ids {
            do throws(Piopiy.ValidationError) {
                hangUps.append(try HangUp(callID: id, cause: cause, reason: reason))
            } catch {
                wrong[id] = error
            }
        }
        guard wrong.isEmpty else {
            return show(ids.map { Self.line($0, wrong[$0]) }) ? .invalid : .outputLost
        }

        let platform: RestClient
        let context: CommandContext
        do throws(CommandFailure) {
            context = try CommandContext(client)
            try context.mayAct()
            platform = try context.client()
        } catch {
            // Each id has its result, whatever stood in the way of all of them.
            let lines = ids.map { id in
                var line = ResultLine(error)
                line.callID = id
                return line
            }
            return show(lines) ? error.status : .outputLost
        }
        let statuses = await hangUpAll(hangUps, ActionJournal(context, platform, patience: .seconds(2)))
        await platform.shutdown()
        return statuses.contains(.outputLost) ? .outputLost : .gravest(statuses)
    }

    /// One after the other is slow, all at once is a flood: so many at a time. Results are shown as they come.
    private static let atOnce = 8

    private func hangUpAll(
        _ hangUps: [HangUp],
        _ journal: ActionJournal
    ) async -> [ExitStatus] {
        let format = result.output
        return await untilInterrupted {
            await withTaskGroup(of: (CallID, Outcome<ActionReceipt>).self) { group in
                var statuses: [ExitStatus] = []
                var waiting = hangUps[...]
                func next() {
                    guard let hangUp = waiting.popFirst() else { return }
                    group.addTask {
                        (hangUp.callID, await journal.hangUp(hangUp))
                    }
                }
                for _ in 0..<Self.atOnce { next() }
                while let (id, outcome) = await group.next() {
                    // Those that are waiting are hung up all the same: nobody is rung by it.
                    let isWritten = Self.show(ResultLine(hangUp: outcome, callID: id), format)
                    statuses.append(isWritten ? ExitStatus(outcome) : .outputLost)
                    next()
                }
                return statuses
            }
        }
    }

    private static func line(_ id: CallID, _ error: Piopiy.ValidationError?) -> ResultLine {
        if let error { return ResultLine(hangUp: .invalid(error), callID: id) }
        var line = ResultLine(outcome: "notSent")
        line.callID = id
        line.code = "other_id_invalid"
        line.message = "Not tried, because another call id is invalid."
        return line
    }

    /// Prints results, the others too when one cannot be written.
    /// - Returns: whether all could be written.
    private func show(_ lines: [ResultLine]) -> Bool {
        lines.map { Self.show($0, result.output) }.allSatisfy { $0 }
    }

    private static func show(_ line: ResultLine, _ format: OutputFormat) -> Bool {
        ResultText.print(line, as: format, about: line.callID?.text ?? "")
    }
}
