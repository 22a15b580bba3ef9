import Piopiy

/// Where the platform is: four hosts, or one when it is a sandbox.
struct Addresses: Equatable {
    let rest: String
    let account: String
    let messaging: String
    /// Look-ups of single calls, and the balance.
    let lookup: String
    /// Whether the REST base is a sandbox on this machine.
    let isSandbox: Bool
    /// Whether the account base is the platform's own, though the REST base is another's.
    let isAccountGuessed: Bool

    /// Where the REST base is plain http on this machine, it is a sandbox, which serves the others at the same place;
    /// unless they are set at least as near as it: a flag that leads to a sandbox is not to leave them with the real one.
    init(_ settings: SettingValues) {
        let base = settings[.apiURL]
        rest = base?.words.first ?? RestClient.Configuration.defaultBaseURL
        let sandbox = Self.sandboxOrigin(rest)
        isSandbox = sandbox != nil
        isAccountGuessed =
            settings[.accountURL] == nil && sandbox == nil && rest != RestClient.Configuration.defaultBaseURL
        func other(_ setting: Setting, _ standard: String) -> String {
            guard let value = settings[setting], let address = value.words.first else { return sandbox ?? standard }
            let isNearer = value.origin.layer <= max(1, base?.origin.layer ?? 4)
            return isNearer ? address : sandbox ?? address
        }
        account = other(.accountURL, RestClient.Configuration.defaultAccountURL)
        messaging = other(.messagingURL, RestClient.Configuration.defaultMessagingURL)
        lookup = other(.lookupURL, RestClient.Configuration.defaultLookupURL)
    }

    /// The address without its path, when it is http on this machine.
    private static func sandboxOrigin(_ address: String) -> String? {
        guard let address = try? WebAddress(validating: address), address.scheme == .http, address.host.isLoopback
        else { return nil }
        return address.origin
    }

    /// What to say of addresses to which the token goes for all to read, where that is allowed; `nil` when there are
    /// none.
    var warning: String? {
        let hosts = [rest, account, messaging, lookup]
        guard let open = hosts.first(where: { (try? WebAddress(validating: $0))?.isOpenToOthers == true }) else {
            return nil
        }
        return "\(open) is plain http to another machine: others on the network can read the token. Use https."
    }

    /// Why nothing is asked of the account base that nobody asked for: a token that is for another host is not sent there by
    /// itself. `nil` when there is no reason.
    var whyNotAccount: String? {
        guard isAccountGuessed else { return nil }
        return "The account base of \(PlaceName.of(rest)) is not known; set account_url (PIOPIY_ACCOUNT_URL)."
    }
}
