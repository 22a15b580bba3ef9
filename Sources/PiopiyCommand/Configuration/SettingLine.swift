import Console
import Piopiy

/// A setting as `piopiy config show` prints it.
struct SettingLine {
    let key: String
    /// `nil` where nothing is set.
    var words: [String]?
    let from: String
    /// Whether it is printed as a list.
    var isList = false

    var cells: [String] { [key, words.map { $0.isEmpty ? "none" : $0.joined(separator: ", ") } ?? "-", from] }

    var json: JSONValue {
        var members: [String: JSONValue] = ["key": .string(key), "from": .string(from)]
        if let words {
            members["value"] = isList ? .array(words.map { .string($0) }) : words.first.map { .string($0) }
        }
        return .object(members)
    }

    /// All of them, in the order of the table.
    static func all(_ context: CommandContext) -> [SettingLine] {
        let settings = context.settings
        let file = settings.file.map { SettingLine(key: "config", words: [$0.path], from: "\($0.origin)") }
        var lines = [file ?? SettingLine(key: "config", from: "default")]
        if let profile = settings.profile {
            lines.append(SettingLine(key: "profile", words: [profile.name], from: "\(profile.origin)"))
        }
        for setting in Setting.allCases {
            switch setting {
            case .token: lines.append(token(context))
            case .unlockPIN:
                let value = settings[setting]
                let from = "\(value?.origin ?? .standard)"
                lines.append(SettingLine(key: setting.rawValue, words: value.map { _ in ["set"] }, from: from))
            case .accountURL: lines.append(address(setting, settings.addresses.account, settings))
            case .messagingURL: lines.append(address(setting, settings.addresses.messaging, settings))
            case .lookupURL: lines.append(address(setting, settings.addresses.lookup, settings))
            case .proxy: lines += proxies(context)
            case .caFile: lines += certificates(context)
            case .theme where settings[.theme] == nil:
                let name = ThemeStore.standardName((context.environment["NO_COLOR"] ?? "").isEmpty)
                lines.append(SettingLine(key: setting.rawValue, words: [name], from: "default"))
            default:
                let value = settings[setting]
                let from = "\(value?.origin ?? .standard)"
                lines.append(
                    SettingLine(key: setting.rawValue, words: value?.words, from: from, isList: setting.isList)
                )
            }
        }
        lines += settings.contacts.map { .init(key: "contacts.\($0.name)", words: [$0.number], from: "\($0.origin)") }
        lines += settings.agents.map { .init(key: "agents.\($0.name)", words: [$0.id], from: "\($0.origin)") }
        lines += settings.keys.map { change, origin in
            SettingLine(
                key: "keys.\(change.context.rawValue).\(change.action.rawValue)",
                words: change.keys.map(\.name),
                from: "\(origin)",
                isList: true
            )
        }
        return lines
    }

    /// That there is one, and where; never the token.
    private static func token(_ context: CommandContext) -> SettingLine {
        let key = Setting.token.rawValue
        do throws(CommandFailure) {
            guard let found = try context.findToken() else { return SettingLine(key: key, from: "default") }
            return SettingLine(key: key, words: ["set"], from: found.place)
        } catch {
            return SettingLine(key: key, words: ["not usable: \(error.message)"], from: "-")
        }
    }

    /// The platform's other hosts follow the REST base where that is a sandbox's.
    private static func address(_ setting: Setting, _ address: String, _ settings: SettingValues) -> SettingLine {
        let value = settings[setting]
        let from =
            if let value, value.words.first == address {
                "\(value.origin)"
            } else {
                settings.addresses.isSandbox ? "follows api_url" : "default"
            }
        return SettingLine(key: setting.rawValue, words: [address], from: from)
    }
}
