import ArgumentParser
import Piopiy

/// `piopiy sms`.
struct SMSCommand: ExitStatusCommand {
    static let configuration = CommandConfiguration(
        commandName: "sms",
        abstract: "Send a short message.",
        discussion: """
            Like a call it is never repeated automatically: when its answer is lost, the outcome is unknown \
            (exit code 75).

            It needs its own credential, never the account's token: messaging_token_file names a file with a user's \
            messaging token, messaging_login_file one with the user id in its first line and the password in its \
            second. The token of a login is kept in the state directory for 29 days.
            """
    )

    @Option(name: .customLong("to"), help: ArgumentHelp("The number, with its country code.", valueName: "n"))
    var toNumber: String

    @Option(help: ArgumentHelp("The text.", valueName: "text"))
    var text: String?

    @Option(
        help: ArgumentHelp(
            "A file with the text; - is standard input. The final line break is dropped.",
            valueName: "file"
        ),
        completion: .file()
    )
    var textFile: String?

    @Flag(help: "Check everything and show the request; send nothing.")
    var dryRun = false

    @OptionGroup var client: ClientOptions
    @OptionGroup var result: OutputOptions

    mutating func validate() throws {
        guard (text == nil) != (textFile == nil) else {
            throw ArgumentParser.ValidationError("Give the text with either --text or --text-file.")
        }
    }

    func perform() async -> ExitStatus {
        let request = SingleRequest(
            client: client,
            output: result.output,
            dryRun: dryRun,
            acts: true,
            isMessage: true,
            subject: toNumber
        )
        return await request.run(
            { context -> TextMessage in
                let text = try await wholeText()
                let number = try PhoneNumber(reading: toNumber, plan: context.settings.numberPlan, field: "to")
                return try TextMessage(to: number.digits, text: text)
            },
            shown: \.request,
            perform: { message, platform, _ in
                let outcome = await platform.messages.send(message)
                let line = ResultLine(action: outcome, doubt: "The message may have been sent; it was not repeated.") {
                    $0.status = $1.status
                }
                return (line, ExitStatus(outcome))
            }
        )
    }

    private func wholeText() async throws(CommandFailure) -> String {
        guard let textFile else { return text ?? "" }
        var text = try await TextFile.read(textFile)
        if text.hasSuffix("\r\n") || text.hasSuffix("\n") { text.removeLast() }
        return text
    }
}
