import ArgumentParser
import CallBoard
import Journal
import Piopiy

/// `piopiy journal`.
struct JournalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "The file in which calls, events and who did what are kept.",
        subcommands: [Path.self]
    )

    /// `piopiy journal path`.
    struct Path: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "path", abstract: "Say where the file is.")

        @Flag(help: "The file of the console's own sandbox.")
        var sandbox = false

        func run() async throws {
            do throws(CommandFailure) {
                Streams.out(try JournalPlace(context: CommandContext(), isSandbox: sandbox).path())
            } catch {
                Streams.error(error.message)
                try error.status.exit()
            }
        }
    }
}
