import ArgumentParser
import Console
import Piopiy

/// `piopiy config`.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show and check the settings.",
        discussion: """
            Precedence: flag, environment (PIOPIY_ and the setting's name in capitals), profile in use, \
            configuration file, default.
            """,
        subcommands: [Show.self, Check.self, Path.self],
        defaultSubcommand: Show.self
    )

    /// `piopiy config show`.
    struct Show: ExitStatusCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show every setting and where it comes from. A token is never shown.",
            discussion: "With --output json: one object per line, with key, value and from."
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var result: OutputOptions

        func perform() async throws -> ExitStatus {
            let lines = SettingLine.all(try CommandContext(client))
            let printed =
                switch result.output {
                case .json: lines.map { JSONLine.text($0.json) }
                case .text: TextTable.text(["SETTING", "VALUE", "FROM"], lines.map(\.cells))
                }
            for line in printed where !Streams.out(line) {
                throw CommandFailure(status: .outputLost, message: "The settings could not be written.")
            }
            return .done
        }
    }

    /// `piopiy config check`.
    struct Check: ExitStatusCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Report errors in the configuration file, by line.",
            discussion: "Every profile is checked. Exit codes: 0 no errors, 78 an error, or a file that cannot be read."
        )

        @OptionGroup var setup: ConfigurationOptions
        @OptionGroup var result: OutputOptions

        func perform() async throws -> ExitStatus {
            let check = try ConfigurationCheck(setup)
            var isWritten = true
            switch result.output {
            case .json: isWritten = Streams.out(JSONLine.text(check.json))
            case .text where check.mistakes.isEmpty: isWritten = Streams.out(ResultText.safe(check.praise))
            case .text: for mistake in check.mistakes { Streams.error("\(mistake)") }
            }
            if !isWritten { throw CommandFailure.outputLost }
            return check.mistakes.isEmpty ? .done : .badConfiguration
        }
    }

    /// `piopiy config path`.
    struct Path: ExitStatusCommand {
        static let configuration = CommandConfiguration(
            commandName: "path",
            abstract: "Print the path of the configuration file; the file need not exist."
        )

        @OptionGroup var setup: ConfigurationOptions

        func perform() async throws -> ExitStatus {
            guard let path = ConfigurationPlace(setup).path else {
                throw CommandFailure(
                    status: .badConfiguration,
                    message: "There is no directory for a configuration file: set HOME, or set XDG_CONFIG_HOME to a "
                        + "directory."
                )
            }
            return Streams.out(ResultText.safe(path)) ? .done : .outputLost
        }
    }
}
