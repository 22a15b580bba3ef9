import ArgumentParser
import Piopiy

/// `piopiy batch`.
struct BatchCommand: ExitStatusCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch",
        abstract: "Run many operations: one JSON line in, one result line out.",
        discussion: """
            A line is {"op":"ai.call","args":{"caller_id":…,"to_number":…,"agent_id":…},"id":"A-17"}: an operation's \
            name and arguments as in the SDK, and an id of yours (a string or a number) that its result line repeats. \
            Without an id the result has the line's number. Empty lines are skipped; a line that breaks a rule gives \
            an invalid result, and the batch continues. A line has at most 1 MiB.

            Results come in the order in which operations finish. Lines are read only as fast as they can start, so a \
            million lines need no more memory than a thousand. When results can no longer be written, no further \
            operation starts (exit code 74). After Ctrl-C no further operation starts, those under way are given up, \
            and each says what that means.

            To continue after a break, give the results so far: piopiy batch calls.jsonl --output json --skip-done \
            results.jsonl >> results.jsonl. Every line needs an id then. What was under way when the machine or the \
            process was killed (at most as many as --concurrency) has no result: look for it by its number before \
            running the file again.

            A number that is up, in doubt or was called less than a minute ago, from anywhere on this host, is not \
            called: its result is notSent, code number_busy. --allow-busy dials it anyway.

            The exit code is that of the most serious result: unknown (75), no or bad token (77), not sent (69), \
            refused (76), invalid (64), done (0).
            """
    )

    @Argument(
        help: ArgumentHelp("The file with the lines; - or nothing is standard input.", valueName: "file"),
        completion: .file()
    )
    var file = "-"

    @Option(help: ArgumentHelp("Operations at once, 1 to 256.", valueName: "n"))
    var concurrency = 8

    @Flag(help: "Check every line and show the requests in the order of the lines; send nothing.")
    var dryRun = false

    @Flag(
        inversion: .prefixedNo,
        help: "Add the variable console_ref, which identifies the call even when the answer is lost."
    )
    var consoleRef = true

    @Option(
        help: ArgumentHelp(
            "A former run's JSON results: skip ids that are accepted, ok, unknown or refused there.",
            valueName: "results"
        ),
        completion: .file()
    )
    var skipDone: String?

    @Flag(help: "Dial numbers even while they are busy: up, in doubt, or called less than a minute ago.")
    var allowBusy = false

    @OptionGroup var client: ClientOptions
    @OptionGroup var result: OutputOptions

    mutating func validate() throws {
        guard (1...256).contains(concurrency) else {
            throw ArgumentParser.ValidationError("--concurrency is \(concurrency); it must be 1 to 256.")
        }
    }

    func perform() async throws -> ExitStatus {
        let summary = try await carryOut()
        if let stop = summary.stop { Streams.error(stop) }
        if result.output == .text { Streams.error(summary.text) }
        return summary.status
    }

    private func carryOut() async throws -> BatchSummary {
        // Before anything is opened: what is opened next would take the place of an output that is closed.
        let writer = ResultWriter()
        guard writer.isOpen else {
            throw CommandFailure(
                status: .outputLost,
                message: "Standard output is closed, so the results would be lost. Nothing was sent."
            )
        }
        let context = try CommandContext(client)
        var done: DoneOperations?
        if let skipDone { done = try await DoneOperations.read(skipDone) }
        let plan = BatchPlan(addsRef: consoleRef, numberPlan: context.settings.numberPlan, done: done)
        let source = try ByteSource(path: file)
        if dryRun { return try await rehearse(plan, source, writer, context) }
        return try await send(plan, source, writer, context)
    }

    private func rehearse(
        _ plan: BatchPlan,
        _ source: ByteSource,
        _ writer: ResultWriter,
        _ context: CommandContext
    ) async throws(CommandFailure) -> BatchSummary {
        // Looked at once, not once a line.
        var bases: [APIBase: String] = [:]
        for base in APIBase.allCases {
            bases[base] = try context.url(of: APIRequest(method: .get, base: base, path: "", repeatable: true))
        }
        let urls = bases
        let rehearsal = BatchRehearsal(
            source: source,
            writer: writer,
            format: result.output,
            url: { (urls[$0.base] ?? "") + $0.path }
        )
        return await untilInterrupted { await rehearsal.run(plan) }
    }

    /// What messages among the lines are sent with. One that cannot be used is said; each message is then invalid, and
    /// other lines go on.
    private func messaging(_ context: CommandContext) -> MessagingCredential? {
        do throws(CommandFailure) {
            return try MessagingSource.find(context)
        } catch {
            Streams.error("No message can be sent: \(error.message)")
            return nil
        }
    }

    private func send(
        _ plan: BatchPlan,
        _ source: ByteSource,
        _ writer: ResultWriter,
        _ context: CommandContext
    ) async throws(CommandFailure) -> BatchSummary {
        try context.mayAct()
        let platform = try context.client(connections: concurrency, messaging: messaging(context))
        let journal = ActionJournal(context, platform, atOnce: concurrency)
        let allowsBusy = allowBusy
        let run = BatchRun(
            source: source,
            writer: writer,
            format: result.output,
            concurrency: concurrency,
            perform: { await journal.perform($0.operation, ref: $0.journalRef, allowsBusy: allowsBusy) },
            onLost: { Streams.error("This result could not be written: \($0.text(.json))") }
        )
        let summary = await untilInterrupted { await run.run(plan) }
        await platform.shutdown()
        return summary
    }
}
