import ArgumentParser
import BuildFacts
import Piopiy

@main
struct RootCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "piopiy",
        abstract: "A call console for the Piopiy voice-AI platform.",
        discussion: """
            Without a command, piopiy opens the console. `piopiy --sandbox` needs no account: a stand-in for the \
            platform runs inside the program and takes the calls.

            No option takes the token, because `ps` shows options: it comes from PIOPIY_TOKEN, or from a file that \
            only its owner can read (PIOPIY_TOKEN_FILE, else $XDG_CONFIG_HOME/piopiy/token).

            Precedence: option, environment, profile, $XDG_CONFIG_HOME/piopiy/config.yaml, default; \
            `piopiy config show` shows each value and where it comes from.

            Exit codes:

            \(ExitStatus.list)

            After 75, find out what happened before you repeat it.

            Shell completions: --generate-completion-script bash, zsh or fish.
            """,
        version: "piopiy \(PiopiyVersion.current) (\(BuildFacts.summary))",
        subcommands: [
            ConsoleCommand.self, CallCommand.self, HangupCommand.self, TransferCommand.self, BatchCommand.self,
            CampaignCommand.self, AgentsCommand.self, CDRCommand.self, RecordingCommand.self, SMSCommand.self,
            WebhooksCommand.self,
            SandboxCommand.self, ListenCommand.self, CallsCommand.self, HistoryCommand.self, WhoCommand.self,
            JournalCommand.self,
            ConfigCommand.self, ThemesCommand.self, HelpCommand.self,
        ],
        defaultSubcommand: ConsoleCommand.self
    )

    static func main() async {
        Streams.prepare()
        ProcessSignals.prepare()
        if let option = RepeatedOptions.first(in: Array(CommandLine.arguments.dropFirst()), of: RootCommand.self) {
            Streams.error("\(option) is given twice, but takes one value. Nothing was done. Give it once.")
            exit(withError: ExitCode(ExitStatus.invalid.rawValue))
        }
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try checkNames()
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            end(error)
        }
    }

    /// Help can be had whatever the names of files are; every command of ours asks that they can be read.
    private static func checkNames() throws {
        do throws(CommandFailure) {
            try RawText.check()
        } catch {
            Streams.error(error.message)
            try error.status.exit()
        }
    }

    /// Ends the process as the library does, but for one thing: help, version and completion scripts that could not be
    /// written are no success.
    private static func end(_ error: any Error) -> Never {
        let code = exitCode(for: error)
        let text = fullMessage(for: error)
        if code == .success {
            if !text.isEmpty, !Streams.write(text + "\n", to: 1) {
                Streams.error("The text could not be written to standard output.")
                exit(withError: ExitCode(ExitStatus.outputLost.rawValue))
            }
        } else if !text.isEmpty {
            Streams.write(text + "\n", to: 2)
        }
        exit(withError: code)
    }
}
