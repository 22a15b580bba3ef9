import Logging
import Piopiy

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What commands get from outside.
struct CommandContext {
    let environment: [String: String]
    let places: FilePlaces

    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.environment = environment
        places = FilePlaces(environment: environment)
    }

    /// A client for one command.
    ///
    /// A log that cannot be written is said, and no reason not to act.
    /// - Parameter connections: the most at once.
    func client(_ options: ClientOptions, connections: Int? = nil) throws(CommandFailure) -> RestClient {
        var configuration = clientConfiguration(options)
        if let connections { configuration.connections = connections }
        do throws(CommandFailure) {
            configuration.logger = try LogFile(places).logger("piopiy.client")
        } catch {
            Streams.error(error.message)
        }
        let client = try Self.client(try TokenSource.token(environment: environment, places: places), configuration)
        if let warning = addresses(options).warning { Streams.error(warning) }
        return client
    }

    func addresses(_ options: ClientOptions) -> Addresses {
        Addresses(apiURL: options.apiURL, environment: environment)
    }

    func clientConfiguration(_ options: ClientOptions) -> RestClient.Configuration {
        let addresses = addresses(options)
        return RestClient.Configuration(
            baseURL: addresses.rest,
            accountURL: addresses.account,
            messagingURL: addresses.messaging,
            timeouts: options.timeouts
        )
    }

    /// The address that a request would go to, where no client is made.
    func url(of request: APIRequest, _ options: ClientOptions) throws(CommandFailure) -> String {
        do throws(ValidationError) {
            return try clientConfiguration(options).url(of: request)
        } catch {
            throw Self.badAddress(error)
        }
    }

    static func client(_ token: Token, _ configuration: RestClient.Configuration) throws(CommandFailure) -> RestClient {
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
            default: "address (--api-url, PIOPIY_API_URL)"
            }
        return CommandFailure(status: .badConfiguration, message: "The platform's \(name) \(error.problem).")
    }
}
