import Foundation
import Piopiy

/// The examples of reaching the platform. Each is shown word for word in the documentation.
enum Reaching {
    static func proxies() throws -> RestClient.Configuration {
        var configuration = RestClient.Configuration()
        configuration.proxies = try ProxyRules(environment: ProcessInfo.processInfo.environment)
        return configuration
    }

    static func address() throws -> WebAddress {
        let address = try WebAddress(validating: "https://rest.piopiy.com/v3", field: "base_url")
        return address
    }
}
