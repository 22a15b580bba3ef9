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
    func client(_ options: ClientOptions) throws(CommandFailure) -> RestClient {
        var configuration = clientConfiguration(options)
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
