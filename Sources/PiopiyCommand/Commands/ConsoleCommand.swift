import ArgumentParser
import Console
import Piopiy
import Station
import Terminal
import Webhooks

/// `piopiy`, `piopiy console`.
struct ConsoleCommand: ExitStatusCommand {
    static let configuration = CommandConfiguration(
        commandName: "console",
        abstract: "Open the console. This is the default command.",
        discussion: KeyHelp.text
    )

    @Flag(help: "Use a built-in stand-in for the platform. No account is needed.")
    var sandbox = false

    @Flag(help: "With --sandbox: fill the board with calls and run a campaign, to look around and to practise.")
    var demo = false

    @Flag(
        help: """
            The console as plain lines, for screen readers, scripts, logs and poor links: events are printed, \
            commands are typed.
            """
    )
    var plain = false

    @Option(
        help: ArgumentHelp(
            "A theme's name. (default: PIOPIY_THEME, the configuration's, else dark; monochrome where NO_COLOR is set)",
            valueName: "name"
        ),
        completion: .list(["colour-blind", "dark", "gruvbox", "high-contrast", "light", "monochrome"])
    )
    var theme: String?

    @Flag(inversion: .prefixedNo, help: "Look only; disables every action that affects calls.")
    var readOnly: Bool?

    @Flag(inversion: .prefixedNo, help: "Mask phone numbers on the screen.")
    var mask: Bool?

    @Flag(inversion: .prefixedNo, help: "Use the mouse; selecting text in the terminal then needs Shift.")
    var mouse: Bool?

    @Option(
        help: ArgumentHelp(
            """
            The port on 127.0.0.1 that receives webhooks; 0 is any free port. (default: the configuration's, \
            else 8787)
            """,
            valueName: "p"
        )
    )
    var webhookPort: Int?

    @Option(
        help: ArgumentHelp(
            """
            Serve metrics for Prometheus on this address, such as 127.0.0.1:9464. (default: the configuration's, \
            else off)
            """,
            valueName: "address"
        )
    )
    var metrics: String?

    @Option(
        help: ArgumentHelp("With --sandbox: the same seed gives the same talk times. (default: any)", valueName: "n")
    )
    var seed: UInt64?

    @Option(help: ArgumentHelp("With --sandbox: speed relative to real time. (default: 1)", valueName: "x"))
    var speed: Double?

    @OptionGroup var client: ClientOptions
    @OptionGroup var colors: ColorOptions

    mutating func validate() throws {
        if let webhookPort, !(0...65_535).contains(webhookPort) {
            throw ArgumentParser.ValidationError("--webhook-port is \(webhookPort); it must be 0 to 65535.")
        }
        try MetricsOption.check(metrics)
        if sandbox, client.apiURL != nil {
            throw ArgumentParser.ValidationError(
                "--sandbox has its own platform; leave out --api-url or --sandbox."
            )
        }
        if !sandbox, let name = demo ? "--demo" : seed != nil ? "--seed" : speed != nil ? "--speed" : nil {
            throw ArgumentParser.ValidationError("\(name) works only with --sandbox; add --sandbox, or leave it out.")
        }
        if let speed, let wrong = SandboxCommand.whatIsWrong(speed: speed) {
            throw ArgumentParser.ValidationError(wrong)
        }
    }

    /// What was given of the settings.
    private var flags: [Setting: [String]] {
        var flags: [Setting: [String]] = [:]
        if let theme { flags[.theme] = [theme] }
        if let webhookPort { flags[.webhookPort] = ["\(webhookPort)"] }
        if let metrics { flags[.metrics] = [metrics] }
        for (setting, isOn) in [(Setting.readOnly, readOnly), (.mask, mask), (.mouse, mouse)] {
            if let isOn { flags[setting] = [isOn ? "yes" : "no"] }
        }
        return flags
    }

    func perform() async throws -> ExitStatus {
        let context = try CommandContext(client, flags: flags)
        guard let place = try await choosePlace(context) else { return .done }
        let metrics = try MetricsService.begin(context.settings)

        var warnings: [String] = []
        let log = LogFile.open(context.places, format: context.settings.logFormat, warnings: &warnings)
        let allowsColor = colors.allowsColor(environment: context.environment)
        let store = ThemeStore.standard(executable: Executable.path, environment: context.environment)
        let themeName = context.settings.text(.theme) ?? ThemeStore.standardName(allowsColor)
        let look = plain ? .fallback : chosenTheme(themeName, store, warnings: &warnings)
        var terminal = TerminalSession.Options()
        terminal.colors = allowsColor
        terminal.standardErrorLog = log.descriptor
        terminal.mouse = context.settings.usesMouse
        terminal.escapeDelay = context.settings.escapeDelay(context.environment)

        var settings = ConsoleModel.Settings(
            place: "",
            theme: look,
            utcOffset: LocalTime.utcOffset,
            readFile: TextFile.readPipeline
        )
        settings.themeName = themeName
        context.settings.apply(to: &settings)
        if plain, !LocalText.isUTF8(context.environment) { settings.ascii = true }
        var services = ConsoleServices(themes: store)
        services.readLists(home: context.environment["HOME"])
        let exit: ConsoleExit
        switch place {
        case .sandbox:
            settings.place = demo ? "sandbox demo" : "sandbox"
            settings.isSandbox = true
            // What the demo's calls are about; an operator who chose columns gets those.
            if demo, settings.columns.isEmpty { settings.columns = DemoCast.columns }
            let wiring = SandboxConsole(
                context: context,
                log: log,
                seed: seed,
                speed: speed ?? 1,
                isDemo: demo,
                metrics: metrics
            )
            exit = try await wiring.run(console(settings, terminal, warnings, services))
        case .platform(let token, let said):
            var configuration = try context.clientConfiguration()
            configuration.logger = log.logger("piopiy.client")
            configuration.app = AppSecretSource.find(context, warnings: &warnings)
            configuration.connections = Station.connections
            let platform = try CommandContext.client(token, configuration)
            settings.place = PlaceName.of(configuration.baseURL)
            if let profile = context.settings.profile { settings.place = "\(profile.name) @ \(settings.place)" }
            let place = PlatformPlace(
                platform: platform,
                account: Account.name(baseURL: configuration.baseURL, token: token),
                context: context,
                log: log,
                secret: secret(context.places, warnings: &warnings),
                metrics: metrics
            )
            let wiring = PlatformConsole(
                place: place,
                patience: configuration.timeouts.answer,
                whyNoAgents: context.settings.addresses.whyNotAccount
            )
            exit = await wiring.run(console(settings, terminal, warnings + said, services))
            await platform.shutdown()
        }
        return try Self.status(of: exit)
    }

    /// Where calls are placed.
    private enum Place {
        case sandbox
        /// With what is to be said first.
        case platform(Token, warnings: [String])
    }

    /// - Returns: `nil` for an operator who was asked, and wants neither.
    private func choosePlace(_ context: CommandContext) async throws -> Place? {
        if sandbox { return .sandbox }
        if let found = try context.findToken() {
            return .platform(found.token, warnings: context.warnings(found))
        }
        guard FrontDoor.canAsk else { throw TokenSource.missing(context.places, environment: context.environment) }
        let door = FrontDoor(context)
        switch await withTerminalThread({ door.open() }) {
        case .sandbox: return .sandbox
        case .token(let token):
            return .platform(token, warnings: [context.settings.addresses.warning].compactMap(\.self))
        case .quit: return nil
        case .end: throw TokenSource.missing(context.places, environment: context.environment)
        case .signal(let number): TerminalSession.reraise(number)
        }
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
            warnings.append("no webhooks are received: \(error.message)")
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

    private static func status(of exit: ConsoleExit) throws(CommandFailure) -> ExitStatus {
        switch exit {
        case .quit, .inputEnded: return .done
        case .signal(let number): TerminalSession.reraise(number)
        case .terminalLost: return .outputLost
        case .noScreen(let error): throw CommandFailure(status: .badConfiguration, message: "\(error)")
        }
    }
}

extension ThemeStore {
    /// The theme of whoever has named none.
    static func standardName(_ allowsColor: Bool) -> String { allowsColor ? "dark" : "monochrome" }
}
