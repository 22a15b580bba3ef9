import ArgumentParser
import Console
import Piopiy

/// `piopiy config`.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "What is set, and where.",
        discussion: """
            Flags go over the environment (PIOPIY_ and a setting's name in capitals), over the profile in use, over the \
            configuration's file, over what is so by itself.
            """,
        subcommands: [Show.self, Check.self, Path.self],
        defaultSubcommand: Show.self
    )

    /// `piopiy config show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show every setting and where it comes from. A token is never shown.",
            discussion: "With --output json each setting is an object on a line of its own: key, value, from."
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var result: OutputOptions

        func run() async throws {
            do throws(CommandFailure) {
                let lines = SettingLine.all(try CommandContext(client))
                let printed =
                    switch result.output {
                    case .json: lines.map { JSONLine.text($0.json) }
                    case .text: TextTable.text(["SETTING", "VALUE", "FROM"], lines.map(\.cells))
                    }
                for line in printed where !Streams.out(line) {
                    throw CommandFailure(status: .outputLost, message: "The settings could not be written.")
                }
            } catch {
                Streams.error(error.message)
                try error.status.exit()
            }
        }
    }

    /// `piopiy config check`.
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Say what is wrong in the configuration's file, with its line.",
            discussion: "Every profile is checked. Exit codes: 0 nothing, 78 a mistake, or a file that cannot be read."
        )

        @OptionGroup var setup: ConfigurationOptions
        @OptionGroup var result: OutputOptions

        func run() async throws {
            do throws(CommandFailure) {
                let check = try ConfigurationCheck(setup)
                var isWritten = true
                switch result.output {
                case .json: isWritten = Streams.out(JSONLine.text(check.json))
                case .text where check.mistakes.isEmpty: isWritten = Streams.out(ResultText.safe(check.praise))
                case .text: for mistake in check.mistakes { Streams.error("\(mistake)") }
                }
                if !isWritten { throw CommandFailure.outputLost }
                if !check.mistakes.isEmpty { throw CommandFailure(status: .badConfiguration, message: "") }
            } catch {
                if !error.message.isEmpty { Streams.error(error.message) }
                try error.status.exit()
            }
        }
    }

    /// `piopiy config path`.
    struct Path: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "path",
            abstract: "Say which file is read; it need not be there."
        )

        @OptionGroup var setup: ConfigurationOptions

        func run() async throws {
            guard let path = ConfigurationPlace(setup).path else {
                Streams.error("There is no place for a file: set HOME, or XDG_CONFIG_HOME to a directory.")
                try ExitStatus.badConfiguration.exit()
                return
            }
            if !Streams.out(ResultText.safe(path)) { try ExitStatus.outputLost.exit() }
        }
    }
}
