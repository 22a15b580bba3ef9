import ArgumentParser
import BuildFacts
import Piopiy

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// `piopiy help`: the pages of the manual, and the help of each command.
struct HelpCommand: ExitStatusCommand {
    static let configuration = CommandConfiguration(
        commandName: "help",
        abstract: "Show a page of the manual, or the help of a command.",
        discussion: """
            Topics:
            \(ManualPage.all.map { "  " + $0.topic.padded(to: 17) + $0.about }.joined(separator: "\n"))

            A name that is a topic and a command shows the topic; `piopiy COMMAND --help` shows the command.
            """
    )

    @Argument(help: "A topic, or a command such as “campaign run”; none lists them.")
    var topic: [String] = []

    @Flag(help: "Print the whole reference as a manual page, in roff: “piopiy help --man | man -l -”.")
    var man = false

    func validate() throws {
        guard !man || topic.isEmpty else {
            throw ValidationError("--man prints the whole reference; it takes no topic and no command.")
        }
    }

    func perform() async throws -> ExitStatus {
        if man { return try show(try ManPage.current(version: PiopiyVersion.current, date: BuildFacts.date).text) }
        guard !topic.isEmpty else { return try show(RootCommand.helpMessage() + "\n\n" + Self.topics) }
        if let page = ManualPage.named(topic.joined()) {
            let columns = OutputWidth.columns(ProcessInfo.processInfo.environment) ?? 80
            // Longer lines are hard to read.
            return try show(PlainText(width: min(100, columns)).render(page.markdown))
        }
        guard let command = Self.command(topic[...], of: RootCommand.self) else {
            let known = ManualPage.all.map(\.topic).joined(separator: ", ")
            let typed = topic.joined(separator: " ")
            throw CommandFailure(
                status: .invalid,
                message: "“\(typed)” is neither a command nor a topic. Topics: \(known). `piopiy help` lists both."
            )
        }
        return try show(RootCommand.helpMessage(for: command))
    }

    private func show(_ text: String) throws(CommandFailure) -> ExitStatus {
        guard Streams.write(text.hasSuffix("\n") ? text : text + "\n", to: 1) else {
            throw CommandFailure(
                status: .outputLost,
                message: "The text could not be written on standard output."
            )
        }
        return .done
    }

    private static var topics: String {
        (["TOPICS:"] + ManualPage.all.map { "  " + $0.topic.padded(to: 24) + $0.about }
            + ["", "  See 'piopiy help <topic>' for a page of the manual."]).joined(separator: "\n")
    }

    private static func command(
        _ names: ArraySlice<String>,
        of parent: any ParsableCommand.Type
    ) -> (any ParsableCommand.Type)? {
        guard let name = names.first else { return parent }
        let found = parent.configuration.subcommands.first { $0._commandName == name }
        return found.flatMap { command(names.dropFirst(), of: $0) }
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
