import ArgumentParser
import Piopiy

/// `piopiy cdr`.
struct CDRCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cdr",
        abstract: "Call detail records: the platform's records of ended calls.",
        subcommands: [List.self],
        defaultSubcommand: List.self
    )

    /// `piopiy cdr list`.
    struct List: ExitStatusCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Show the records of a period, oldest first.",
            discussion: """
                A time is \(TimeArgument.help); without a zone it is local time. In --to a day, minute or \
                second includes all of it. All records are shown, page by page.
                """
        )

        @Option(
            name: .customLong("app"),
            help: ArgumentHelp("The app's id. (default: PIOPIY_APP_ID, else the configuration's)", valueName: "id")
        )
        var appID: String?

        @Option(parsing: .unconditional, help: ArgumentHelp("The earliest time.", valueName: "time"))
        var from: String

        @Option(parsing: .unconditional, help: ArgumentHelp("The latest time.", valueName: "time"))
        var to = "now"

        @Option(help: ArgumentHelp("The most records to show. (default: all)", valueName: "n"))
        var limit: Int?

        @Option(help: "text is for people, json and csv for scripts and spreadsheets.")
        var output: ListFormat = .text

        @OptionGroup var client: ClientOptions

        mutating func validate() throws {
            if let limit, limit < 1 {
                throw ArgumentParser.ValidationError(
                    "--limit is \(limit); it must be 1 or more."
                )
            }
        }

        func perform() async throws -> ExitStatus {
            let context = try CommandContext(client, flags: appID.map { [.appID: [$0]] } ?? [:])
            guard let app = context.settings.appID else {
                throw CommandFailure(
                    status: .invalid,
                    message: "No app is named. Give --app, set PIOPIY_APP_ID, or set app_id in the configuration."
                )
            }
            let query = try checkedQuery(app)
            let platform = try context.client()
            let status = await untilInterrupted { await show(platform.cdr.pages(query)) }
            await platform.shutdown()
            return status
        }

        private func checkedQuery(_ appID: String) throws(CommandFailure) -> CDRQuery {
            let now = Timestamp.now
            let (first, last) = try TimeArgument.range(from: ("--from", from), to: ("--to", to), now: now)
            do throws(Piopiy.ValidationError) {
                return try CDRQuery(appID: appID, from: first ?? now, to: last ?? now)
            } catch {
                throw CommandFailure(status: .invalid, message: "\(error).")
            }
        }

        private func show(_ pages: CDRPages) async -> ExitStatus {
            let text = RecordText(format: output)
            var left = limit ?? .max
            var isFirst = true
            for await outcome in pages {
                guard case .accepted(let page) = outcome else {
                    _ = ResultText.print(ResultLine(reading: outcome), about: "cdr")
                    return ExitStatus(outcome)
                }
                if page.isCut {
                    Streams.error(
                        "Some records are missing: more of them have the same time than the platform returns at once."
                    )
                }
                if isFirst, let header = text.header, !Streams.out(header) { return .outputLost }
                isFirst = false
                for record in page.records.prefix(left) {
                    guard Streams.out(text.line(record)) else { return .outputLost }
                }
                left -= min(left, page.records.count)
                if left == 0 { return .done }
            }
            if isFirst, output == .text { Streams.error("There are no records in that period.") }
            if isFirst, output == .csv, let header = text.header, !Streams.out(header) { return .outputLost }
            return .done
        }
    }
}
