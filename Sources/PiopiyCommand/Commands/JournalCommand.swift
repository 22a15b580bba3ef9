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
    struct Path: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "path", abstract: "Print the path of the file.")

        @Flag(help: "Use the journal of the console's own sandbox.")
        var sandbox = false

        @OptionGroup var setup: ConfigurationOptions

        func run() async throws {
            do throws(CommandFailure) {
                let path = try JournalPlace(context: CommandContext(setup), isSandbox: sandbox).path()
                if !Streams.out(ResultText.safe(path)) { throw CommandFailure.outputLost }
            } catch {
                Streams.error(error.message)
                try error.status.exit()
            }
        }
    }

    /// `piopiy journal check`.
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Check the file: integrity, size and version.",
            discussion: "It only reads. Exit codes: 0 sound, 78 damaged, written by a newer version, or missing."
        )

        @Flag(help: "Use the journal of the console's own sandbox.")
        var sandbox = false

        @OptionGroup var setup: ConfigurationOptions
        @OptionGroup var result: OutputOptions

        func run() async throws {
            do throws(CommandFailure) {
                let path = try JournalPlace(context: CommandContext(setup), isSandbox: sandbox).path()
                let check = SQLiteJournal.check(path: path)
                let isWritten = CheckText.print(check, result.output)
                if !isWritten { throw CommandFailure.outputLost }
                guard check.isSound else { throw CommandFailure(status: .badConfiguration, message: "") }
            } catch {
                if !error.message.isEmpty { Streams.error(error.message) }
                try error.status.exit()
            }
        }
    }

    /// `piopiy journal audit`.
    struct Audit: AsyncParsableCommand {
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

        func run() async throws {
            do {
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
                for line in lines {
                    guard Streams.out(CheckText.audit(line, result.output)) else {
                        try ExitStatus.outputLost.exit()
                        return
                    }
                }
                if lines.isEmpty { Streams.error("The journal has no action on such a call.") }
            } catch let failure as CommandFailure {
                Streams.error(failure.message)
                try failure.status.exit()
            } catch let code as ExitCode {
                throw code
            } catch {
                Streams.error("\(error)")
                try ExitStatus.badConfiguration.exit()
            }
        }
    }
}
