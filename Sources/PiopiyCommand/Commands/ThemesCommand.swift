import ArgumentParser
import Console

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// `piopiy themes`.
struct ThemesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "themes",
        abstract: "The console's themes.",
        subcommands: [List.self, Check.self]
    )

    /// `piopiy themes list`.
    struct List: ExitStatusCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the themes and their files.",
            discussion: "A theme in your own directory overrides one of the same name."
        )

        @OptionGroup var setup: ConfigurationOptions

        func perform() async throws -> ExitStatus {
            let environment = ProcessInfo.processInfo.environment
            let store = ThemeStore.standard(executable: Executable.path, environment: environment)
            let rows = store.names.map { [$0, store.path(of: $0) ?? ""] }
            if rows.isEmpty {
                throw CommandFailure(
                    status: .badConfiguration,
                    message: "There are no themes in \(store.directories.joined(separator: ", "))."
                )
            }
            return TextTable.text(["THEME", "FILE"], rows).allSatisfy { Streams.out($0) } ? .done : .outputLost
        }
    }

    /// `piopiy themes check`.
    struct Check: ExitStatusCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Report errors in a theme file, by line.",
            discussion: "Exit codes: 0 no errors, 64 an error, or a file that cannot be read."
        )

        @Argument(help: ArgumentHelp("The file.", valueName: "file"), completion: .file(extensions: ["yaml"]))
        var file: String

        @OptionGroup var setup: ConfigurationOptions

        func perform() async throws -> ExitStatus {
            let text = try await TextFile.read(file)
            let theme = try ThemeFile.parse(text, file: file)
            guard Streams.out(ResultText.safe("\(file): the theme \(theme.name) has no errors")) else {
                throw CommandFailure.outputLost
            }
            return .done
        }
    }
}
