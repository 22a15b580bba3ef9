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
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Show the account's AI agents.",
            discussion: "With --output json each agent is an object on a line of its own: id, name, status."
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var result: OutputOptions

        func run() async throws {
            let platform: RestClient
            do throws(CommandFailure) {
                platform = try CommandContext(client).client()
            } catch {
                Streams.error(error.message)
                try error.status.exit()
                return
            }
            let outcome = await untilInterrupted { await platform.agents.list() }
            await platform.shutdown()
            guard case .accepted(let agents) = outcome else {
                ResultText.print(ResultLine(reading: outcome), about: "agents")
                try ExitStatus(outcome).exit()
                return
            }
            switch result.output {
            case .json: for agent in agents { Streams.out(JSONLine.text(agent.json)) }
            case .text where agents.isEmpty: Streams.error("The account has no agents.")
            case .text:
                let rows = agents.map { [$0.id, $0.status ?? "", $0.name ?? ""] }
                for line in TextTable.text(["ID", "STATUS", "NAME"], rows) { Streams.out(line) }
            }
        }
    }
}
