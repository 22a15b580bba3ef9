import Piopiy

/// How the platform is reached: addresses, proxy and trusted certificates, from our settings and from the variables
/// that other programs know as well.
struct NetworkSettings {
    let settings: SettingValues
    let environment: [String: String]

    /// What a client goes by.
    /// - Throws: ``CommandFailure`` with ``ExitStatus/badConfiguration`` for whatever cannot be used of it.
    func configuration() throws(CommandFailure) -> RestClient.Configuration {
        try checkPlainHTTP()
        let addresses = settings.addresses
        var configuration = RestClient.Configuration(
            baseURL: addresses.rest,
            accountURL: addresses.account,
            messagingURL: addresses.messaging,
            timeouts: settings.timeouts,
            proxies: try proxies(),
            trustedCertificates: try trust(),
            allowsPlainHTTP: settings.allowsHTTP
        )
        configuration.lookupURL = addresses.lookup
        return configuration
    }

    /// The platform's four hosts, with the setting of each.
    var hosts: [(setting: Setting, address: WebAddress)] {
        let addresses = settings.addresses
        let all = [
            (Setting.apiURL, addresses.rest), (.accountURL, addresses.account), (.messagingURL, addresses.messaging),
            (.lookupURL, addresses.lookup),
        ]
        return all.compactMap { setting, text in
            (try? WebAddress(validating: text)).map { (setting, $0) }
        }
    }

    /// - Throws: where the token would go in the clear to another machine, and nobody has allowed it.
    private func checkPlainHTTP() throws(CommandFailure) {
        guard !settings.allowsHTTP else { return }
        for (setting, address) in hosts where address.isOpenToOthers {
            let origin = settings[setting].map { "\($0.origin)" } ?? setting.rawValue
            throw CommandFailure(
                status: .badConfiguration,
                message: "\(origin) is \(address.text), plain http to another machine: others on the network could "
                    + "read the token. Nothing was sent. Use https, or set allow_http: yes (PIOPIY_ALLOW_HTTP=yes)."
            )
        }
    }

    // MARK: Proxy

    /// The proxy of the setting, else those of `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY`. `NO_PROXY` holds for all.
    func proxies() throws(CommandFailure) -> ProxyRules {
        let exceptions = ProxyExceptions(environment: environment)
        do throws(ValidationError) {
            if let value = settings[.proxy], let text = value.words.first {
                if Self.isOff(text) { return .none }
                let choice = ProxyRules.Choice(try ProxyAddress(validating: text), source: "\(value.origin)")
                return ProxyRules(https: choice, http: choice, exceptions: exceptions)
            }
            // A proxy that is not used may be wrong.
            guard hosts.contains(where: { !$0.address.host.isLoopback }) else { return .none }
            return try ProxyRules(environment: environment)
        } catch {
            throw CommandFailure(
                status: .badConfiguration,
                message:
                    "\(error.field) \(error.problem). The setting proxy (PIOPIY_PROXY) overrides it; off uses no proxy."
            )
        }
    }

    /// Whether the setting `proxy` says that none is used.
    static func isOff(_ text: String) -> Bool { YesNo.parse(text) == false }

    // MARK: Trust

    private func trust() throws(CommandFailure) -> TrustedCertificates? {
        // Where no TLS is spoken nobody has to be trusted.
        guard hosts.contains(where: { $0.address.scheme == .https }) else { return nil }
        let value = settings[.caFile]
        return try CertificateFiles.trusted(
            file: value.map { $0.path(environment: environment) },
            namedBy: value.map { "\($0.origin)" } ?? "",
            environment: environment
        )
    }
}

extension SettingValues.Value {
    /// The path that a setting names, whole: in the configuration's file it counts from that file.
    func path(environment: [String: String]) -> String {
        let path = FilePlaces.expanded(words[0], environment: environment)
        guard !path.hasPrefix("/"), case .file(let file, _, _) = origin, let slash = file.lastIndex(of: "/")
        else { return path }
        return file[...slash] + path
    }
}
