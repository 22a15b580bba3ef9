import ArgumentParser
import Piopiy

/// `piopiy webhooks`.
struct WebhooksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhooks",
        abstract: "Register where the platform sends webhooks.",
        subcommands: [Register.self, Add.self]
    )

    /// `piopiy webhooks add`.
    struct Add: ExitStatusCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Register an address for webhooks.",
            discussion: """
                Webhooks are not signed: anybody who knows the address can post to it. It should contain a secret and \
                be https. The request is not repeated when its answer is lost (exit code 75).
                """
        )

        @Option(help: ArgumentHelp("The address, http or https.", valueName: "url"))
        var url: String

        @Option(help: "cdr: when a call has ended; event: while it is up.")
        var kind: WebhookRegistration.Kind

        @Option(help: ArgumentHelp("A JSON value that the platform adds to each webhook.", valueName: "json"))
        var custom: String?

        @Flag(help: "Check everything and show the request; send nothing.")
        var dryRun = false

        @OptionGroup var client: ClientOptions
        @OptionGroup var result: OutputOptions

        func perform() async -> ExitStatus {
            let request = SingleRequest(client: client, output: result.output, dryRun: dryRun, subject: kind.rawValue)
            return await request.run(
                { _ -> WebhookRegistration in
                    var json: JSONValue?
                    if let custom {
                        do {
                            json = try JSONValue(strictlyParsing: custom.utf8)
                        } catch {
                            let twice = JSONValue.repeatedKey(in: error).map { "has the key \($0) twice; give it once" }
                            throw Piopiy.ValidationError(
                                field: "custom",
                                twice ?? "is not JSON; put text in quotes"
                            )
                        }
                    }
                    return try WebhookRegistration(kind: kind, url: url, custom: json)
                },
                shown: \.request,
                perform: { registration, platform, _ in
                    let outcome = await platform.webhooks.add(registration)
                    let line = ResultLine(action: outcome, doubt: "It may have been registered; it was not repeated.") {
                        $0.requestID = $1.requestID
                        $0.status = $1.status
                    }
                    return (line, ExitStatus(outcome))
                }
            )
        }
    }
}

extension WebhookRegistration.Kind: ExpressibleByArgument {}
