import ArgumentParser
import Piopiy

/// `piopiy agents`.
struct AgentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agents",
        abstract: "The account's AI agents.",
        subcommands: [List.self],
        defaultSubcommand: List.self
    )

    /// `piopiy agents list`.
    struct List: ExitStatusCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Show the account's AI agents.",
            discussion: "With --output json: one object per line, with id, name and status."
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var result: OutputOptions

        func perform() async throws -> ExitStatus {
            let platform = try CommandContext(client).client()
            let outcome = await untilInterrupted { await platform.agents.list() }
            await platform.shutdown()
            guard case .accepted(let agents) = outcome else {
                _ = ResultText.print(ResultLine(reading: outcome), about: "agents")
                return ExitStatus(outcome)
            }
            return show(agents) ? .done : .outputLost
        }

        /// - Returns: whether all could be written.
        private func show(_ agents: [AIAgent]) -> Bool {
            switch result.output {
            case .json:
                return agents.allSatisfy { Streams.out(JSONLine.text($0.json)) }
            case .text where agents.isEmpty:
                Streams.error("The account has no agents.")
                return true
            case .text:
                let rows = agents.map { [$0.id, $0.status ?? "", $0.name ?? ""] }
                return TextTable.text(["ID", "STATUS", "NAME"], rows).allSatisfy { Streams.out($0) }
            }
        }
    }
}
