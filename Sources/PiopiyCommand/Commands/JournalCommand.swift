import ArgumentParser
import CallBoard
import Journal
import Piopiy

/// `piopiy journal`.
struct JournalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "The journal: the file that keeps calls, events and the audit trail.",
        subcommands: [Check.self, Audit.self, Path.self]
    )

    /// `piopiy journal path`.
    struct Path: ExitStatusCommand {
        static let configuration = CommandConfiguration(commandName: "path", abstract: "Print the path of the file.")

        @Flag(help: "Use the journal of the console's own sandbox.")
        var sandbox = false

        @OptionGroup var setup: ConfigurationOptions

        func perform() async throws -> ExitStatus {
            let path = try JournalPlace(context: CommandContext(setup), isSandbox: sandbox).path()
            if !Streams.out(ResultText.safe(path)) { throw CommandFailure.outputLost }
            return .done
        }
    }

    /// `piopiy journal check`.
    struct Check: ExitStatusCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Check the file: integrity, size and version.",
            discussion: "It only reads. Exit codes: 0 sound, 78 damaged, written by a newer version, or missing."
        )

        @Flag(help: "Use the journal of the console's own sandbox.")
        var sandbox = false

        @OptionGroup var setup: ConfigurationOptions
        @OptionGroup var result: OutputOptions

        func perform() async throws -> ExitStatus {
            let path = try JournalPlace(context: CommandContext(setup), isSandbox: sandbox).path()
            let check = SQLiteJournal.check(path: path)
            if !CheckText.print(check, result.output) { throw CommandFailure.outputLost }
            return check.isSound ? .done : .badConfiguration
        }
    }

    /// `piopiy journal audit`.
    struct Audit: ExitStatusCommand {
        static let configuration = CommandConfiguration(
            commandName: "audit",
            abstract: "Show who placed, transferred, hung up and settled a call, the newest first."
        )

        @Argument(help: ArgumentHelp("The call id or the reference.", valueName: "id"))
        var id: String

        @Flag(help: "Use the journal of the console's own sandbox.")
        var sandbox = false

        @OptionGroup var client: ClientOptions
        @OptionGroup var result: OutputOptions

        func perform() async throws -> ExitStatus {
            let reader = try JournalReader(try CommandContext(client), sandbox: sandbox, everywhere: true)
            var query = CallQuery(limit: 10)
            query.text = id
            var lines: [RecordedLine] = []
            for stored in try await reader.calls(query).shown
            where stored.call.callID?.text == id || stored.call.ref?.text == id {
                lines += try await reader.lines(about: stored)
            }
            // A hang-up or a transfer that met no call belongs to none.
            if lines.isEmpty { lines = try await reader.lines(of: CallID(id)) }
            for line in lines where !Streams.out(CheckText.audit(line, result.output)) { return .outputLost }
            if lines.isEmpty { Streams.error("The journal has no action on such a call.") }
            return .done
        }
    }
}
