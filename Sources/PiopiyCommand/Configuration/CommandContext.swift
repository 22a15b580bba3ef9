import Logging
import Piopiy

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What commands get from outside: the environment, the places of files, and the settings.
struct CommandContext {
    let environment: [String: String]
    let places: FilePlaces
    let settings: SettingValues

    /// - Parameter flags: what was given as flags beside the client's own.
    /// - Throws: ``CommandFailure`` when the configuration has a mistake.
    init(
        _ client: ClientOptions,
        flags: [Setting: [String]] = [:],
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(CommandFailure) {
        let all = flags.merging(client.flags) { one, _ in one }
        try self.init(client.setup, flags: all, environment: environment)
    }

    /// For a command that does not talk to the platform.
    init(
        _ options: ConfigurationOptions,
        flags: [Setting: [String]] = [:],
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(CommandFailure) {
        try ProcessLimits.prepare()
        self.environment = environment
        places = FilePlaces(environment: environment)
        let place = ConfigurationPlace(options, environment: environment)
        settings = try SettingValues(flags: flags, environment: environment, place: place, file: try place.read())
    }

    /// A client for one command.
    ///
    /// A log that cannot be written is said, and no reason not to act.
    /// - Parameters:
    ///   - connections: the most at once.
    ///   - messaging: what messages are sent with, where some may be.
    ///   - looksUp: whether calls are looked up, where an app's secret is set. One that cannot be used is said.
    func client(
        connections: Int? = nil,
        messaging: MessagingCredential? = nil,
        looksUp: Bool = false
    ) throws(CommandFailure) -> RestClient {
        var configuration = try clientConfiguration()
        if let connections { configuration.connections = connections }
        do throws(CommandFailure) {
            configuration.logger = try LogFile(places, format: settings.logFormat).logger("piopiy.client")
        } catch {
            Streams.error(error.message)
        }
        let found = try token()
        configuration.messaging = messaging
        var said = warnings(found)
        if looksUp { configuration.app = AppSecretSource.find(self, warnings: &said) }
        let client = try Self.client(found.token, configuration)
        for warning in said { Streams.error(warning) }
        return client
    }

    /// A client that only sends messages, by a credential of their own.
    func messagingClient() throws(CommandFailure) -> RestClient {
        var configuration = try clientConfiguration()
        configuration.messaging = try MessagingSource.credential(self)
        do throws(CommandFailure) {
            configuration.logger = try LogFile(places, format: settings.logFormat).logger("piopiy.client")
        } catch {
            Streams.error(error.message)
        }
        if let warning = settings.addresses.warning { Streams.error(warning) }
        return try Self.client(nil, configuration)
    }

    /// - Throws: where it is set that nothing is placed, handed over or hung up.
    func mayAct() throws(CommandFailure) {
        guard settings.isReadOnly else { return }
        let origin = settings[.readOnly].map { "\($0.origin)" } ?? "the settings"
        throw CommandFailure(
            status: .badConfiguration,
            message: "Nothing was done: read_only is set by \(origin). PIOPIY_READ_ONLY=no overrides a file."
        )
    }

    /// The account's token.
    func token() throws(CommandFailure) -> FoundToken {
        try TokenSource.token(settings, environment: environment, places: places)
    }

    /// The account's token; `nil` when there is none anywhere.
    func findToken() throws(CommandFailure) -> FoundToken? {
        try TokenSource.find(settings, environment: environment, places: places)
    }

    /// What to say before something is sent with a token.
    func warnings(_ found: FoundToken) -> [String] {
        [found.warning(settings), settings.addresses.warning].compactMap(\.self)
    }

    /// - Throws: ``CommandFailure`` for addresses, a proxy or certificates that cannot be used.
    func clientConfiguration() throws(CommandFailure) -> RestClient.Configuration {
        try NetworkSettings(settings: settings, environment: environment).configuration()
    }

    /// The address that a request would go to, where no client is made.
    func url(of request: APIRequest) throws(CommandFailure) -> String {
        let configuration = try clientConfiguration()
        do throws(ValidationError) {
            return try configuration.url(of: request)
        } catch {
            throw Self.badAddress(error)
        }
    }

    static func client(_ token: Token?, _ configuration: RestClient.Configuration) throws(CommandFailure) -> RestClient
    {
        do throws(ValidationError) {
            return try RestClient(token: token, configuration)
        } catch {
            throw badAddress(error)
        }
    }

    private static func badAddress(_ error: ValidationError) -> CommandFailure {
        let name =
            switch error.field {
            case "account_url": "account base (PIOPIY_ACCOUNT_URL)"
            case "messaging_url": "messaging base (PIOPIY_MESSAGING_URL)"
            case "lookup_url": "look-up base (PIOPIY_LOOKUP_URL)"
            default: "address (--api-url, PIOPIY_API_URL)"
            }
        return CommandFailure(status: .badConfiguration, message: "The platform's \(name) \(error.problem).")
    }
}
