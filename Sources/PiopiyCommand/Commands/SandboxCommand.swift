import ArgumentParser
import Logging
import Piopiy
import Sandbox
import ServiceLifecycle
import UnixSignals

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// `piopiy sandbox`.
struct SandboxCommand: ExitStatusCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Run a stand-in for the platform on this machine.",
        discussion: """
            The first line of output is its REST base. The last four digits of the called number choose what happens: \
            0001 busy, 0002 never answered, 0003 fails, 0004 an error with status 200, 0005 refused, 0006 no answer, \
            0007 a late answer, 0008 429 on the first try, 0009 502, 0010 503, 0011 events twice and out of order, \
            0012 no events, 0013 an answer that is not JSON, 0014 a recording that breaks off once, 0015 no answer and \
            no events. Any other number rings for two seconds and talks for 20 to 120.

            A transfer rings for two seconds and completes, unless its target ends in 0001 busy, 0002 no answer, 0003 \
            network error, 0005 rejected, 0015 invalid number, 0016 unreachable, 0017 barred, 0006 or 0009 taken \
            without a usable answer.

            A message needs a token from POST /v2/user/login, which accepts any user id and any password but "wrong"; \
            messages to 0015 and 0016 are refused with codes 401 and 407.

            The REST base is under /v3; accounts (agents, CDRs, recordings, webhooks), messages and look-ups are at \
            the root of the same port. GET /_sandbox/calls, /_sandbox/transfers and /_sandbox/messages show what it \
            holds, GET /_sandbox/requests the requests it received.
            """
    )

    @Option(help: "The port on 127.0.0.1; 0 is any free port.")
    var port = 0

    @Option(help: ArgumentHelp("Where live events and CDRs are sent by POST.", valueName: "url"))
    var webhook: String?

    @Option(help: ArgumentHelp("The same seed gives the same ids and the same talk times.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("Speed relative to real time: 60 makes an hour a minute.", valueName: "x"))
    var speed = 1.0

    @Option(help: ArgumentHelp("The only bearer token it accepts. (default: any)", valueName: "t"))
    var token: String?

    @Option(help: ArgumentHelp("The only app secret that look-ups accept. (default: any)", valueName: "s"))
    var appSecret: String?

    @OptionGroup var setup: ConfigurationOptions
    @OptionGroup var log: LogOptions

    static func whatIsWrong(speed: Double) -> String? {
        speed > 0 && speed <= 100_000 ? nil : "--speed is \(speed); it must be more than 0 up to 100000."
    }

    func validate() throws {
        guard (0...65_535).contains(port) else {
            throw ArgumentParser.ValidationError("--port is \(port); it must be 0 to 65535.")
        }
        if let wrong = Self.whatIsWrong(speed: speed) { throw ArgumentParser.ValidationError(wrong) }
        if let webhook {
            do throws(Piopiy.ValidationError) {
                let example = "http://127.0.0.1:8787/hooks/SECRET"
                _ = try WebAddress(validating: webhook, example: example, takesQuery: true)
            } catch {
                throw ArgumentParser.ValidationError("--webhook \(error.problem).")
            }
        }
        if let token, token.isEmpty {
            throw ArgumentParser.ValidationError("--token is empty; leave it out to accept any token.")
        }
        if let appSecret, appSecret.isEmpty {
            throw ArgumentParser.ValidationError("--app-secret is empty; leave it out to accept any secret.")
        }
    }

    /// As the option has it, else the variable. The file is not read: the sandbox is what a configuration is tried out
    /// on, and a mistake in one is no reason not to start.
    private func logFormat(environment: [String: String]) throws(CommandFailure) -> LogFormat {
        if let format = log.logFormat { return format }
        let setting = Setting.logFormat
        guard let word = environment[setting.variable], !word.isEmpty else { return .text }
        guard let format = LogFormat(rawValue: word) else {
            throw CommandFailure(
                status: .badConfiguration,
                message: "\(setting.variable) is “\(word)”; it must be text or json."
            )
        }
        return format
    }

    func perform() async throws -> ExitStatus {
        try ProcessLimits.prepare()
        let format = try logFormat(environment: ProcessInfo.processInfo.environment)
        let logger = Logger(label: "piopiy.sandbox") {
            LineLog(label: $0, format: format, descriptor: 2, level: .notice)
        }
        let first = FirstLine()
        let configuration = SandboxServer.Configuration(
            port: port,
            token: token,
            appSecret: appSecret,
            webhookURL: webhook,
            seed: seed,
            speed: speed
        )
        let server = SandboxServer(
            configuration: configuration,
            logger: logger,
            onRunning: { base in first.print(base) }
        )
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: server),
                    .init(service: first, failureTerminationBehavior: .gracefullyShutdownGroup),
                ],
                gracefulShutdownSignals: ProcessSignals.heeded(.sigterm, .sigint),
                logger: logger
            )
        )
        try await group.run()
        return .done
    }
}
