import ArgumentParser
import CallBoard
import Piopiy

/// `piopiy history`.
struct HistoryCommand: ExitStatusCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Calls of this user on this host, ended and running, from the journal.",
        discussion: """
            The newest call comes first, by when it took place: placed, else begun, else ended. A time is \
            \(TimeArgument.help); without a zone it is local time. When --until names a day, a minute or a second, all of \
            it is included. Only calls of the platform in use (--api-url) are shown, whatever the token was; \
            --everywhere shows calls of all platforms.
            """
    )

    @Option(parsing: .unconditional, help: ArgumentHelp("Calls from this time on.", valueName: "time"))
    var since: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Calls up to this time.", valueName: "time"))
    var until: String?

    @Option(
        help: ArgumentHelp("The called number, with or without +; 9188* for all that begin with it.", valueName: "n")
    )
    var to: String?

    @Option(help: ArgumentHelp("The caller's number, written as in --to.", valueName: "n"))
    var from: String?

    @Option(help: ArgumentHelp("The AI agent: its name or its id.", valueName: "agent"))
    var agent: String?

    @Option(help: ArgumentHelp("The call's id.", valueName: "id"))
    var callID: String?

    @Option(help: ArgumentHelp("placing, queued, ringing, talking, ended or unknown. Repeatable.", valueName: "state"))
    var state: [String] = []

    @Option(
        help: ArgumentHelp("completed, noAnswer, busy, failed, rejected or cancelled. Repeatable.", valueName: "end")
    )
    var end: [String] = []

    @Option(help: ArgumentHelp("Any part of a number, an id, a variable or the operator.", valueName: "text"))
    var search: String?

    @Option(help: ArgumentHelp("The most calls to show.", valueName: "n"))
    var limit = 1000

    @Flag(help: "Calls of every platform.")
    var everywhere = false

    @Flag(help: "Calls of the console's own sandbox.")
    var sandbox = false

    @Option(help: "text is for people, json and csv for scripts and spreadsheets.")
    var output: ListFormat = .text

    @OptionGroup var client: ClientOptions

    private static let states: Set<String> = ["placing", "queued", "ringing", "talking", "ended", "unknown"]
    private static let ends: Set<String> = ["completed", "noAnswer", "busy", "failed", "rejected", "cancelled"]

    mutating func validate() throws {
        if limit < 1 { throw ArgumentParser.ValidationError("--limit is \(limit); it must be 1 or more.") }
        for word in state where !Self.states.contains(word) {
            throw ArgumentParser.ValidationError(
                "--state is \(word); it must be one of \(Self.states.sorted().joined(separator: ", "))."
            )
        }
        for word in end where !Self.ends.contains(word) {
            throw ArgumentParser.ValidationError(
                "--end is \(word); it must be one of \(Self.ends.sorted().joined(separator: ", "))."
            )
        }
    }

    func perform() async throws -> ExitStatus {
        let context = try CommandContext(client)
        let reader = try JournalReader(context, sandbox: sandbox, everywhere: everywhere)
        var query = try query(context.settings.numberPlan)
        if let agent { query.conditions.append(.init(agentIDs: try await Self.agentIDs(agent, context))) }
        do {
            try await print(query, reader)
        } catch is OutputLost {
            return .outputLost
        }
        return .done
    }

    /// Ends the reading of calls that nobody can be shown.
    private struct OutputLost: Error {}

    /// Prints calls as they are read: an export may be longer than what the memory holds.
    private func print(_ query: CallQuery, _ reader: JournalReader) async throws {
        let text = CallText(format: output)
        var header = text.header
        func out(_ lines: [String]) throws {
            let all = [header].compactMap(\.self) + lines
            header = nil
            // Together: a write of its own for each line would take longer than all else.
            if !all.isEmpty, !Streams.out(all.joined(separator: "\n")) { throw OutputLost() }
        }
        let (shown, leftOut) = try await reader.pages(query) { page in
            try out(await text.lines(page))
        }
        if shown == 0, output == .csv { try out([]) }
        if shown == 0, leftOut > 0 {
            Streams.error("No call of this platform matches; --everywhere shows \(leftOut) of other platforms.")
        } else if shown == 0, output == .text {
            let isShort = search.map { (1...2).contains($0.unicodeScalars.count) } ?? false
            Streams.error(
                isShort
                    ? "None of the newest \(CallQuery.reachOfShortText) calls matches; three characters or more search all."
                    : "No call in the journal matches."
            )
        }
    }

    /// The ids of the agents that are meant. A name that several have shows the calls of all of them.
    private static func agentIDs(
        _ text: String,
        _ context: CommandContext
    ) async throws(CommandFailure) -> Set<String> {
        guard AgentNames.isName(text) else { return [text] }
        let names = await AgentNames.load(context, for: [text])
        if let ids = names.idsByName[text.lowercased()] { return Set(ids) }
        do throws(Piopiy.ValidationError) {
            return [try names.id(of: text, field: "--agent")]
        } catch {
            throw CommandFailure(status: .invalid, message: "\(error).")
        }
    }

    private func query(_ plan: NumberPlan) throws(CommandFailure) -> CallQuery {
        var query = CallQuery(limit: limit)
        query.leavesOutRequests = true
        query.plan = plan
        (query.from, query.to) = try TimeArgument.range(from: ("--since", since), to: ("--until", until), now: .now)
        query.toNumber = to
        query.callerID = from
        query.callID = callID
        query.states = Set(state)
        query.ends = Set(end)
        query.text = search
        return query
    }
}
