import ArgumentParser
import CallBoard
import Campaigns
import Journal
import Piopiy
import Station

/// `piopiy campaign run`.
struct CampaignRunCommand: ExitStatusCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Dial the numbers of a list.",
        discussion: """
            The list is a file of comma-separated values (or semicolons, or tabs), UTF-8, whose first line names \
            the columns. The column to (or to_number, number, phone) holds the numbers, as people write them. \
            from, agent (a name or an id), max_duration, ring_timeout and record override, for their row, \
            the options here. Every other column is a variable of the calls; NAME:= holds JSON cells: \
            numbers, true or false. The variable campaign is the campaign's name. --map gives a column another \
            name, and --columns names the columns of a list without a header.

            The whole list is checked before anybody is dialed: with a row that breaks a rule, or a number that \
            appears twice, nobody is (exit code 64), unless --skip-invalid leaves such rows out.

            Run again with the same list, it continues where it was: nobody is dialed again. It ends when all calls \
            have ended. With a new token of the account use campaign resume --take-over. Ctrl-C pauses it; calls that \
            are up go on.

            Exit codes: 0 when all was dialed, 75 when some calls are in doubt, 69 when it ended early; when it has \
            paused by itself, the reason: 69 not sent, 74 not written, 75 in doubt, 76 refused, 77 token.
            """
    )

    @Argument(help: ArgumentHelp("The list; - is standard input, with --name.", valueName: "file"), completion: .file())
    var file: String

    @Option(
        help: ArgumentHelp("The campaign's name. (default: the file's name without its extension)", valueName: "name")
    )
    var name: String?

    @Option(
        name: .customLong("from"),
        help: ArgumentHelp("The caller id for rows without one, with its country code.", valueName: "n")
    )
    var callerID: String?

    @Option(
        name: .customLong("agent"),
        help: ArgumentHelp("The AI agent for rows without one: its name or its id.", valueName: "agent")
    )
    var agentID: String?

    @OptionGroup var placement: PlacementOptions<ListWording>
    @OptionGroup var variables: VariableOptions<ListWording>

    @Option(
        help: ArgumentHelp(
            "Rename a column: 'Phone Number=to'; 'Notes=' leaves it out. Repeatable.",
            valueName: "name=meaning"
        )
    )
    var map: [String] = []

    @Option(
        help: ArgumentHelp(
            "The column names of a list without a header: to,name,order.",
            valueName: "names"
        )
    )
    var columns: String?

    @OptionGroup var pace: CampaignPaceOptions

    @Flag(help: "Leave out rows that break a rule, and repeated numbers.")
    var skipInvalid = false

    @Flag(help: "Dial a number once for each row that has it.")
    var allowRepeats = false

    @Flag(help: "Leave out numbers that a campaign has dialed before.")
    var skipRung = false

    @Flag(help: "Also dial numbers that a campaign has dialed before.")
    var ringAgain = false

    @Flag(help: "Check the list and show what would be dialed; dial nobody.")
    var dryRun = false

    @OptionGroup var client: ClientOptions
    @OptionGroup var result: OutputOptions

    mutating func validate() throws {
        if file == "-", name == nil {
            throw ArgumentParser.ValidationError("A list from standard input needs --name.")
        }
        if let name, let problem = Campaign.problem(withName: name) {
            throw ArgumentParser.ValidationError("--name \(problem).")
        }
    }

    func perform() async throws -> ExitStatus {
        let reading = try await read()
        for problem in reading.problems { Streams.error("\(file), \(problem).") }
        let rows = reading.list.rows.count
        if !reading.problems.isEmpty, !skipInvalid {
            throw CommandFailure(
                status: .invalid,
                message: """
                    Nobody was dialed: \(Self.count(reading.problems.count, "row")) cannot be dialed, \(rows) \
                    can. Correct the list\(rows == 0 ? "" : ", or leave them out with --skip-invalid").
                    """
            )
        }
        guard rows > 0 else {
            throw CommandFailure(status: .invalid, message: "Nobody was dialed: no row of \(file) can be dialed.")
        }
        if dryRun { return try await rehearse(reading) }
        let book = try CampaignBook(client, acts: true, isServing: true, flags: pace.flags)
        let work = try await work(reading.list, book)
        let ringing = CampaignRinging(
            context: book.context,
            token: book.token,
            journal: book.journal,
            format: result.output,
            metrics: book.metrics
        )
        return try await ringing.run(work)
    }

    private func read() async throws(CommandFailure) -> CampaignList.Reading {
        var names: AgentNames?
        if AgentNames.isName(agentID) {
            names = try await AgentNames.require(try CommandContext(client, flags: pace.flags), for: [agentID])
        }
        var defaults = CampaignList.Defaults()
        defaults.plan = try CommandContext(client, flags: pace.flags).settings.numberPlan
        do throws(Piopiy.ValidationError) {
            defaults.callerID = try callerID.map { text throws(Piopiy.ValidationError) in
                try PhoneNumber(reading: text, plan: defaults.plan, field: "--from").digits
            }
            defaults.agentID = try agentID.map { text throws(Piopiy.ValidationError) in
                let id = try names?.id(of: text, field: "--agent") ?? text
                if let problem = UUIDText.problem(with: id) {
                    throw Piopiy.ValidationError(field: "--agent", problem)
                }
                return id
            }
            defaults.options = placement.options
            defaults.variables = try variables.parse(field: "--var") ?? [:]
        } catch {
            throw CommandFailure(status: .invalid, message: "\(error).")
        }
        for key in [Campaign.variableName, CallRef.variableName] where defaults.variables[key] != nil {
            throw CommandFailure(
                status: .invalid,
                message: "--var \(key) is reserved for the console; choose another name."
            )
        }
        return try await CampaignFile.read(
            file,
            name: name,
            defaults: defaults,
            pace: try pace.checked(),
            layout: try layout(),
            allowRepeats: allowRepeats,
            syntax: .options,
            home: nil,
            agentNames: { [client, pace] () throws(CommandFailure) in
                await AgentNames.load(try CommandContext(client, flags: pace.flags), for: ["names of a list"])
            }
        )
    }

    private func layout() throws(CommandFailure) -> ListLayout {
        do throws(Piopiy.ValidationError) {
            return try ListLayout(map: map, columns: columns)
        } catch {
            throw CommandFailure(status: .invalid, message: "--\(error).")
        }
    }

    /// A new campaign, or the one that this list is of.
    private func work(_ list: CampaignList, _ book: CampaignBook) async throws -> CampaignProgress.Work {
        try await CampaignAccounts.adopt(list, book.journal)
        guard let there = try await book.journal.campaign(of: list) else {
            return .new(try await checkedNew(list, book.journal))
        }
        guard there.state.isOpen else {
            throw CommandFailure(
                status: .invalid,
                message:
                    "\(CampaignError.ended(there.name, there.state)). To dial the list again, give it another name "
                    + "(--name)."
            )
        }
        if let runner = there.runner {
            throw CommandFailure(
                status: .invalid,
                message: "\(CampaignError.rungBy(there.name, runner)). piopiy campaign status shows its progress."
            )
        }
        if !ringAgain { try await book.refuseRepeats(of: there) }
        if let changed = try pace.changed(there.pace) {
            try await book.journal.change(changed, of: there.id, at: .now)
        }
        let counts = there.counts
        Streams.error("Campaign \(there.name) continues: \(counts.rung) of \(counts.total) were dialed before.")
        return .goOn(there.id)
    }

    /// A list that was not begun yet, with what would be rung of it.
    /// - Throws: when it was rung with another token, or numbers of it by other campaigns and nothing was said of that.
    private func checkedNew(_ list: CampaignList, _ journal: SQLiteJournal) async throws -> CampaignList {
        try await CampaignAccounts.check(list, journal)
        let (numbers, names) = try await CampaignAccounts.rungBefore(list, journal)
        if numbers.isEmpty || ringAgain { return list }
        guard skipRung else {
            let error = CampaignError.rungByOthers(list.name, numbers.count, list.rows.count, names)
            throw CommandFailure(
                status: .invalid,
                message: "Nobody was dialed: \(error). --skip-rung leaves them out, --ring-again dials them again."
            )
        }
        let left = list.without(numbers)
        Streams.error(
            "\(Self.count(numbers.count, "number")) left out: dialed by campaign "
                + "\(names.prefix(3).joined(separator: ", "))."
        )
        guard !left.rows.isEmpty else {
            throw CommandFailure(status: .invalid, message: "Nobody was dialed: every number was dialed before.")
        }
        return left
    }

    private func rehearse(_ reading: CampaignList.Reading) async throws -> ExitStatus {
        let context = try CommandContext(client, flags: pace.flags)
        var list = reading.list
        if let book = openBook(context) {
            if let there = try await book.journal.campaign(of: list) {
                Streams.error("There is a campaign \(CampaignText.line(there)).")
            } else {
                list = try await checkedNew(list, book.journal)
            }
        }
        guard result.output == .json else {
            let seconds = list.rows.count * 60 / list.pace.perMinute
            let time = "\(seconds / 60) min \(seconds % 60) s"
            let words =
                "Would dial \(Self.count(list.rows.count, "number")) as campaign \(list.name), \(list.pace.words): "
                + "at least \(time)."
            return Streams.result(ResultText.safe(words)) ? .done : .outputLost
        }
        for row in list.rows {
            let request = ResultLine.request(row.call.request, url: try context.url(of: row.call.request))
            let line: JSONValue = ["line": .integer(row.line), "outcome": "dryRun", "request": request]
            guard Streams.out(JSONLine.text(line)) else { return .outputLost }
        }
        return .done
    }

    /// The campaigns that tell which numbers were dialed before: `nil` without a token, as nobody knows whose they
    /// would be. That they cannot be read is reported, and the list is shown all the same.
    private func openBook(_ context: CommandContext) -> CampaignBook? {
        do throws(CommandFailure) {
            guard let token = try context.findToken() else { return nil }
            return try CampaignBook(context: context, token: token)
        } catch {
            Streams.error("It is not known which numbers were dialed before. \(error.message)")
            return nil
        }
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
