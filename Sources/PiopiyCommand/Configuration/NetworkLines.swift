import Piopiy

extension SettingLine {
    /// The proxy that leads to the platform, and who named it; a line more for each host that is reached in another
    /// way.
    static func proxies(_ context: CommandContext) -> [SettingLine] {
        let key = Setting.proxy.rawValue
        let network = NetworkSettings(settings: context.settings, environment: context.environment)
        let rules: ProxyRules
        do throws(CommandFailure) {
            rules = try network.proxies()
        } catch {
            return [SettingLine(key: key, words: ["not usable: \(error.message)"], from: "-")]
        }
        if let value = context.settings[.proxy], NetworkSettings.isOff(value.words[0]) {
            return [SettingLine(key: key, words: ["off"], from: "\(value.origin)")]
        }
        let lines = network.hosts.map { setting, address in
            let name = setting == .apiURL ? key : "\(key) for \(setting.rawValue)"
            return switch rules.route(to: address) {
            case .proxy(let choice): SettingLine(key: name, words: ["\(choice.proxy)"], from: choice.source)
            case .direct(nil): SettingLine(key: name, from: "default")
            case .direct(let why?): SettingLine(key: name, words: ["none"], from: why)
            }
        }
        guard let first = lines.first else { return [] }
        return [first] + lines.dropFirst().filter { $0.words != first.words || $0.from != first.from }
    }

    /// The files of certificates that are trusted beside the system's.
    static func certificates(_ context: CommandContext) -> [SettingLine] {
        let value = context.settings[.caFile]
        let own = SettingLine(key: Setting.caFile.rawValue, words: value?.words, from: "\(value?.origin ?? .standard)")
        let others = ["SSL_CERT_FILE", "SSL_CERT_DIR"].compactMap { name -> SettingLine? in
            guard let path = context.environment[name], !path.isEmpty else { return nil }
            return SettingLine(key: name.lowercased(), words: [path], from: name)
        }
        return [own] + others
    }
}
