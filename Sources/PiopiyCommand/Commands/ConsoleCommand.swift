import ArgumentParser
import Console
import Piopiy
import Terminal
import Webhooks

/// `piopiy`, `piopiy console`.
struct ConsoleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console",
        abstract: "Open the console. This is what piopiy does without a command.",
        discussion: KeyHelp.text
    )

    @Flag(help: "Place the calls on a stand-in for the platform that runs inside. No account is needed.")
    var sandbox = false

    @Flag(
        help: """
            The same console as lines, for screen readers, scripts, logs and poor links: events are printed as they come, \
            commands are typed.
            """
    )
    var plain = false

    @Option(
        help: ArgumentHelp("A theme's name. (default: dark; monochrome where NO_COLOR is set)", valueName: "name"),
        completion: .list(["colour-blind", "dark", "gruvbox", "high-contrast", "light", "monochrome"])
    )
    var theme: String?

    @Option(
        help: ArgumentHelp("The port on 127.0.0.1 where webhooks are heard; 0 takes any that is free.", valueName: "p")
    )
    var webhookPort = 8787

    @OptionGroup var client: ClientOptions
    @OptionGroup var colors: ColorOptions

    mutating func validate() throws {
        guard (0...65_535).contains(webhookPort) else {
            throw ArgumentParser.ValidationError("--webhook-port is \(webhookPort); it takes 0 to 65535.")
        }
        if sandbox, client.apiURL != nil {
            throw ArgumentParser.ValidationError(
                "--sandbox brings its own platform; leave --api-url out, or leave --sandbox out."
            )
        }
    }

    func run() async throws {
        do {
            try await open()
        } catch let failure as CommandFailure {
            Streams.error(failure.message)
            try failure.status.exit()
        }
    }

    private func open() async throws {
        let context = CommandContext()
        var warnings: [String] = []
        let log = LogFile.open(context.places, warnings: &warnings)

        let allowsColor = colors.allowsColor(environment: context.environment)
        let store = ThemeStore.standard(executable: Executable.path, environment: context.environment)
        let themeName = theme ?? (allowsColor ? "dark" : "monochrome")
        let look = plain ? .fallback : chosenTheme(themeName, store, warnings: &warnings)
        var terminal = TerminalSession.Options()
        terminal.colors = allowsColor
        terminal.standardErrorLog = log.descriptor

        var settings = ConsoleModel.Settings(
            place: "",
            isSandbox: sandbox,
            theme: look,
            utcOffset: LocalTime.utcOffset,
            readFile: TextFile.readPipeline
        )
        settings.ascii = plain && !LocalText.isUTF8(context.environment)
        settings.themeName = themeName
        let services = ConsoleServices(themes: store)
        let exit: ConsoleExit
        if sandbox {
            settings.place = "sandbox"
            let wiring = SandboxConsole(context: context, log: log, timeouts: client.timeouts)
            exit = try await wiring.run(console(settings, terminal, warnings, services))
        } else {
            let token = try TokenSource.token(environment: context.environment, places: context.places)
            var configuration = context.clientConfiguration(client)
            configuration.logger = log.logger("piopiy.client")
            let platform = try CommandContext.client(token, configuration)
            settings.place = PlaceName.of(configuration.baseURL)
            if let warning = context.addresses(client).warning { warnings.append(warning) }
            let wiring = PlatformConsole(
                platform: platform,
                account: Account.name(baseURL: configuration.baseURL, token: token),
                context: context,
                log: log,
                webhookPort: webhookPort,
                secret: secret(context.places, warnings: &warnings),
                patience: configuration.timeouts.answer,
                history: try HistoryDays.duration(context.environment),
                whyNoAgents: context.addresses(client).whyNotAccount
            )
            exit = try await wiring.run(console(settings, terminal, warnings, services))
            await platform.shutdown()
        }
        try end(exit)
    }

    private func console(
        _ settings: ConsoleModel.Settings,
        _ terminal: TerminalSession.Options,
        _ warnings: [String],
        _ services: ConsoleServices
    ) -> any FrontEnd {
        if plain { return PlainConsole(settings: settings, warnings: warnings, services: services) }
        var run = ConsoleRun(settings: settings, terminal: terminal, warnings: warnings)
        run.services = services
        return run
    }

    /// The secret of the webhooks; without one none are heard, and calls can still be hung up.
    private func secret(_ places: FilePlaces, warnings: inout [String]) -> WebhookSecret? {
        do throws(CommandFailure) {
            return try WebhookSecretFile.secret(places)
        } catch {
            warnings.append("no webhooks are heard: \(error.message)")
            return nil
        }
    }

    /// The theme asked for; when there is a mistake in it the default, and a warning.
    private func chosenTheme(_ name: String, _ store: ThemeStore, warnings: inout [String]) -> Theme {
        do throws(ThemeError) {
            return try store.theme(named: name)
        } catch {
            warnings.append("\(error)")
            return .fallback
        }
    }

    private func end(_ exit: ConsoleExit) throws {
        switch exit {
        case .quit: break
        case .signal(let number): TerminalSession.reraise(number)
        case .terminalLost: try ExitStatus.outputLost.exit()
        case .noScreen(let error): throw CommandFailure(status: .badConfiguration, message: "\(error)")
        }
    }
}
