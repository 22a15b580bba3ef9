import Piopiy

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Where the platform is: three hosts, or one when it is a sandbox.
struct Addresses: Equatable {
    let rest: String
    let account: String
    let messaging: String
    /// Whether the account base is the platform's own, though the REST base is another's.
    let isAccountGuessed: Bool

    /// Options over the environment over the platform's own. Where the REST base is plain http on this machine, it is a
    /// sandbox, which serves the other two at the same place.
    init(apiURL: String?, environment: [String: String]) {
        func given(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        // PIOPIY_BASE_URL is the name that the official SDK's agent package knows.
        let base = apiURL.flatMap { $0.isEmpty ? nil : $0 } ?? given("PIOPIY_API_URL") ?? given("PIOPIY_BASE_URL")
        let sandbox = base.flatMap { Self.sandboxOrigin($0) }
        rest = base ?? RestClient.Configuration.defaultBaseURL
        account = given("PIOPIY_ACCOUNT_URL") ?? sandbox ?? RestClient.Configuration.defaultAccountURL
        messaging = given("PIOPIY_MESSAGING_URL") ?? sandbox ?? RestClient.Configuration.defaultMessagingURL
        isAccountGuessed =
            given("PIOPIY_ACCOUNT_URL") == nil && sandbox == nil && rest != RestClient.Configuration.defaultBaseURL
    }

    /// The address without its path, when it is http on this machine.
    private static func sandboxOrigin(_ address: String) -> String? {
        guard let url = URL(string: address), url.scheme?.lowercased() == "http", let host = url.host(),
            isLoopback(host)
        else { return nil }
        let name = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        return "http://\(name)" + (url.port.map { ":\($0)" } ?? "")
    }

    /// What to say of addresses to which the token would go for all to read; `nil` when there are none.
    var warning: String? {
        let open = [rest, account, messaging].filter { address in
            guard let url = URL(string: address), url.scheme?.lowercased() == "http" else { return false }
            return url.host().map { !Self.isLoopback($0) } ?? false
        }
        guard let first = open.first else { return nil }
        return "\(first) is plain http to another machine: whoever is on the way can read the token. Use https."
    }

    /// Why nothing is asked of the account base that nobody asked for: a token that is for another host is not sent there by
    /// itself. `nil` when there is no reason.
    var whyNotAccount: String? {
        guard isAccountGuessed else { return nil }
        return "PIOPIY_ACCOUNT_URL does not say where the account of \(PlaceName.of(rest)) is."
    }

    private static func isLoopback(_ host: String) -> Bool {
        let name = host.filter { $0 != "[" && $0 != "]" }.lowercased()
        if name == "localhost" || name.hasSuffix(".localhost") || name == "::1" { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
