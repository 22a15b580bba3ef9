import ArgumentParser
import CallBoard
import Journal
import Piopiy
import Station

/// `piopiy who`.
struct WhoCommand: ExitStatusCommand {
    static let configuration = CommandConfiguration(
        commandName: "who",
        abstract: "Show who is on this journal: consoles, listeners, running campaigns.",
        discussion: """
            One line for each process that has the journal open, the first to come first: whose it is, on which host \
            and terminal, since when, and what it does for all: receive webhooks, poll the platform, run a campaign. \
            Processes that were killed are not shown. It needs no token and holds nobody up.
            """
    )

    @Flag(help: "Use the journal of the console's own sandbox.")
    var sandbox = false

    @OptionGroup var setup: ConfigurationOptions
    @OptionGroup var result: OutputOptions

    func perform() async throws -> ExitStatus {
        let path = try JournalPlace(context: CommandContext(setup), isSandbox: sandbox).path()
        let members = try SQLiteJournal.members(path: path)
        if members.isEmpty { Streams.error("Nobody is on this journal.") }
        guard MemberText.lines(members, result.output).allSatisfy({ Streams.out($0) }) else {
            throw CommandFailure.outputLost
        }
        return .done
    }
}

/// Who is on a journal, as it is printed.
enum MemberText {
    static func lines(_ members: [JournalMember], _ format: OutputFormat) -> [String] {
        switch format {
        case .json: members.map { JSONLine.text(json($0)) }
        case .text: members.isEmpty ? [] : TextTable.text(header, members.map(row))
        }
    }

    private static let header = ["SINCE", "ROLE", "OPERATOR", "HOST", "TERMINAL", "PID", "DOES"]

    private static func row(_ member: JournalMember) -> [String] {
        let campaigns = member.campaigns.map { "campaign \($0)" }
        return [
            member.joinedAt?.localText ?? "", member.role?.rawValue ?? "unknown",
            // Older versions tell no more than the audit's name.
            member.user ?? member.operator ?? "", member.host ?? "", member.terminal ?? "",
            member.processID.map { "\($0)" } ?? "", (duties(member).map(words) + campaigns).joined(separator: ", "),
        ]
    }

    private static func duties(_ member: JournalMember) -> [JournalMember.Duty] {
        JournalMember.Duty.allCases.filter { member.duties.contains($0) }
    }

    private static func words(_ duty: JournalMember.Duty) -> String {
        switch duty {
        case .listener: "receives webhooks"
        case .poller: "polls the platform"
        }
    }

    /// One process for scripts; times are ms since 1970, what is not known is left out.
    private static func json(_ member: JournalMember) -> JSONValue {
        var members: [String: JSONValue] = [:]
        func put(_ key: String, _ text: String?) { members[key] = text.map { .string($0) } }
        func put(_ key: String, _ texts: [String]) {
            if !texts.isEmpty { members[key] = .array(texts.map { .string($0) }) }
        }
        put("campaigns", member.campaigns)
        put("duties", duties(member).map(\.rawValue))
        put("role", member.role?.rawValue)
        // A command that only reads has none.
        put("account", member.account.flatMap { $0.contains("#") ? Account.platform(of: $0) : nil })
        put("operator", member.operator)
        put("user", member.user)
        put("host", member.host)
        put("terminal", member.terminal)
        put("version", member.version)
        members["pid"] = member.processID.map { .integer(Int($0)) }
        members["joined_at"] = member.joinedAt.map { .integer(Int($0.milliseconds)) }
        return .object(members)
    }
}
