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
        do {
            try checkOptions()
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                // Help can be had whatever the names of files are; every command of ours asks that they can be read.
                try RawText.check()
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            end(error)
        }
    }

    /// The library would take the last value of an option that is given twice, and not say so.
    private static func checkOptions() throws(CommandFailure) {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard let option = RepeatedOptions.first(in: arguments, of: RootCommand.self) else { return }
        throw CommandFailure(
            status: .invalid,
            message: "\(option) is given twice, but takes one value. Nothing was done. Give it once."
        )
    }

    /// The one way out for errors. Help, versions and errors of the library's end the process as the library does it,
    /// but for one thing: help, version and completion scripts that could not be written are no success.
    private static func end(_ error: any Error) -> Never {
        if let failure = error as? CommandFailure { fail(failure) }
        let code = exitCode(for: error)
        let text = fullMessage(for: error)
        if code == .success {
            if !text.isEmpty, !Streams.write(text + "\n", to: 1) {
                fail(CommandFailure(status: .outputLost, message: "The text could not be written to standard output."))
            }
        } else if !text.isEmpty {
            Streams.write(text + "\n", to: 2)
        }
        exit(withError: code)
    }

    private static func fail(_ failure: CommandFailure) -> Never {
        Streams.error(failure.message)
        exit(withError: ExitCode(failure.status.rawValue))
    }
}
