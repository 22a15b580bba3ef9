import ArgumentParser
import CallBoard
import Piopiy

/// `piopiy calls`.
struct CallsCommand: ExitStatusCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls",
        abstract: "Calls that are up, or in doubt, from the journal.",
        discussion: """
            It only reads the journal, which consoles, commands and piopiy listen on this host write. It does not \
            receive webhooks, and does not ask the platform. With --watch it keeps running and prints each change, \
            until Ctrl-C.
            """
    )

    @Flag(help: "Include calls that ended within the last day.")
    var all = false

    @Flag(help: "Keep running and print each change.")
    var watch = false

    @OptionGroup var client: ClientOptions
    @OptionGroup var result: OutputOptions

    private static let day = Duration.seconds(86_400)

    func perform() async throws -> ExitStatus {
        let reader = try JournalReader(CommandContext(client), sandbox: false, everywhere: false)
        // A journal that cannot be written can be read once, but not followed.
        let journal = watch ? try reader.journal : nil
        let start = try await journal?.position() ?? 0
        var query = CallQuery(limit: 1_000_000)
        query.openOrEndedSince = all ? .now + (.zero - Self.day) : Timestamp(milliseconds: .max)
        let calls = try await reader.calls(query).shown.reversed()
        let text = CallText(format: result.output == .json ? .json : .text)
        if let header = text.header, !calls.isEmpty || watch, !Streams.out(header) { return .outputLost }
        for stored in calls where !Streams.out(text.line(stored.call, account: stored.account)) { return .outputLost }
        guard let journal else { return .done }
        let watching = CallWatching(journal: journal, reader: reader, text: text)
        return await untilInterrupted { await watching.run(Array(calls), from: start) }
    }
}
