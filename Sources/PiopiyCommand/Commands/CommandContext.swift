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
        return try Self.client(try TokenSource.token(environment: environment, places: places), configuration)
    }

    func clientConfiguration(_ options: ClientOptions) -> RestClient.Configuration {
        RestClient.Configuration(baseURL: options.baseURL(environment: environment), timeouts: options.timeouts)
    }

    /// Checks the addresses where no client is made.
    static func check(_ configuration: RestClient.Configuration) throws(CommandFailure) {
        do throws(ValidationError) {
            _ = try configuration.url(of: APIRequest(method: .get, path: "/", repeatable: true))
        } catch {
            throw badAddress(error)
        }
    }

    static func client(_ token: Token, _ configuration: RestClient.Configuration) throws(CommandFailure) -> RestClient {
        do throws(ValidationError) {
            return try RestClient(token: token, configuration)
        } catch {
            throw badAddress(error)
        }
    }

    static func badAddress(_ error: ValidationError) -> CommandFailure {
        CommandFailure(
            status: .badConfiguration,
            message: "The platform's address (--api-url, PIOPIY_API_URL) \(error.problem)."
        )
    }
}
