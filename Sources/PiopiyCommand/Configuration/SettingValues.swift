import Configuration
import Console
import Synchronization

/// All settings as they hold: flags over the environment over a profile over the file over what is so by itself.
struct SettingValues: Sendable {
    /// A value and where it came from. One that is no list has one word.
    struct Value: Hashable {
        let words: [String]
        let origin: SettingOrigin
    }

    /// The profile in use, and who asked for it.
    struct Profile: Hashable {
        let name: String
        let origin: SettingOrigin
    }

    /// The file that was read, and who named it; `nil` when there is none.
    let file: (path: String, origin: SettingOrigin)?
    let profile: Profile?
    let contacts: [(name: String, number: String, origin: SettingOrigin)]
    let agents: [(name: String, id: String, origin: SettingOrigin)]
    /// The keys that were changed, and the table of keys that this makes.
    let keys: [(change: KeyChange, origin: SettingOrigin)]
    let keymap: Keymap
    /// Whether the profile in use has a token of its own.
    let profileHasToken: Bool
    private let values: [Setting: Value]

    subscript(setting: Setting) -> Value? { values[setting] }

    /// - Parameters:
    ///   - flags: what was given as flags.
    ///   - place: which file and which profile hold.
    ///   - file: what was read; `nil` when there is no file.
    /// - Throws: ``CommandFailure`` for a mistake in the file, a profile that is not there, or a value in the environment
    ///   that breaks a rule.
    init(
        flags: [Setting: [String]] = [:],
        environment: [String: String] = [:],
        place: ConfigurationPlace = .init(path: nil, namedBy: nil, profile: nil),
        file: ConfigurationFile? = nil
    ) throws(CommandFailure) {
        let top = file?.top ?? .init()
        var own = ConfigurationFile.Section()
        try Self.refuse(file?.mistakes ?? [])
        let profile = place.profile
        if let profile {
            guard let section = file?.profiles[profile.name] else {
                throw Self.unknown(profile, file, path: place.path)
            }
            own = section
        }
        self.file = file.map { ($0.path, place.namedBy ?? .standard) }
        self.profile = profile
        profileHasToken = own.values[.token] != nil || own.values[.tokenFile] != nil

        func origin(_ line: Int, isOwn: Bool) -> SettingOrigin {
            .file(file?.path ?? "", line: line, profile: isOwn ? profile?.name : nil)
        }
        values = try Self.layered(flags, environment, own, top) { origin($0, isOwn: $1) }

        func named(_ list: (ConfigurationFile.Section) -> [ConfigurationFile.Named]) -> [(
            String, String, SettingOrigin
        )] {
            let mine = list(own).map { ($0.name, $0.value, origin($0.line, isOwn: true)) }
            let others = list(top).filter { entry in !mine.contains { $0.0 == entry.name } }
            return others.map { ($0.name, $0.value, origin($0.line, isOwn: false)) } + mine
        }
        contacts = named(\.contacts)
        agents = named(\.agents)

        let lines = Set(own.keys.map(\.line))
        let changes = ConfigurationFile.overlay(own.keys, on: top.keys)
        keys = changes.map { ($0.value, origin($0.line, isOwn: lines.contains($0.line))) }
        do throws(KeyChangeProblem) {
            keymap = try Keymap.standard.rebinding(changes.map(\.value))
        } catch {
            // The file was checked with every profile.
            throw CommandFailure(status: .badConfiguration, message: error.words)
        }
    }

    // MARK: Layers

    /// What is asked of every layer in turn, by the library; it tells which had the answer.
    private static func layered(
        _ flags: [Setting: [String]],
        _ environment: [String: String],
        _ own: ConfigurationFile.Section,
        _ top: ConfigurationFile.Section,
        _ origin: (_ line: Int, _ isOwn: Bool) -> SettingOrigin
    ) throws(CommandFailure) -> [Setting: Value] {
        // A variable that is set to nothing counts as unset.
        let variables = EnvironmentVariablesProvider(
            environmentVariables: environment.filter { $0.key.hasPrefix("PIOPIY_") && !$0.value.isEmpty },
            secretsSpecifier: .specific(["PIOPIY_TOKEN", "PIOPIY_UNLOCK_PIN"])
        )
        let answers = Answers()
        let reader = ConfigReader(
            providers: [
                provider("flags", flags),
                variables.prefixKeys(with: "piopiy"),
                // The name that the official SDK's agent package knows.
                KeyMappingProvider(upstream: variables) { key in
                    key.components == [Setting.apiURL.rawValue]
                        ? AbsoluteConfigKey(["piopiy", "base_url"]) : AbsoluteConfigKey(["none"] + key.components)
                },
                provider("profile", own.values.mapValues(\.value)),
                provider("file", top.values.mapValues(\.value)),
                provider(
                    "standard",
                    .init(
                        uniqueKeysWithValues: Setting.allCases.compactMap { setting in
                            setting.standard.map { (setting, $0) }
                        }
                    )
                ),
            ],
            accessReporter: answers
        )
        var values: [Setting: Value] = [:]
        for setting in Setting.allCases {
            let key = ConfigKey(setting.rawValue)
            let words =
                setting.isList
                ? reader.stringArray(forKey: key, isSecret: setting.isSecret)
                : reader.string(forKey: key, isSecret: setting.isSecret).map { [$0] }
            guard let words, let answer = answers.last else { continue }
            let place: SettingOrigin
            switch answer.provider {
            case "InMemoryProvider[flags]":
                place = .flag(setting.flag ?? setting.rawValue)
                // The other flags are checked where they are read.
                if setting.isAddress, let problem = setting.problem(with: words) {
                    throw CommandFailure(status: .badConfiguration, message: "\(place) \(problem).")
                }
            case "InMemoryProvider[profile]": place = origin(own.values[setting]?.line ?? 1, true)
            case "InMemoryProvider[file]": place = origin(top.values[setting]?.line ?? 1, false)
            case "InMemoryProvider[standard]": place = .standard
            default:
                place = .environment(answer.key)
                // Whoever reads a token says what is wrong with it, and ends with its own exit code.
                if setting != .token, let problem = setting.problem(with: words) {
                    throw CommandFailure(status: .badConfiguration, message: "\(place) \(problem).")
                }
            }
            values[setting] = Value(words: setting.normalized(words), origin: place)
        }
        return values
    }

    private static func provider(_ name: String, _ values: [Setting: [String]]) -> InMemoryProvider {
        var contents: [AbsoluteConfigKey: ConfigValue] = [:]
        for (setting, words) in values {
            let key = AbsoluteConfigKey(setting.rawValue.split(separator: ".").map(String.init))
            let content: ConfigContent = setting.isList ? .stringArray(words) : .string(words.first ?? "")
            contents[key] = ConfigValue(content, isSecret: setting.isSecret)
        }
        return InMemoryProvider(name: name, values: contents)
    }

    /// Remembers which layer had the last answer.
    private final class Answers: AccessReporter {
        // Reading is one after the other; the lock is what the protocol's `Sendable` asks for.
        private let held = Mutex<(provider: String, key: String)?>(nil)

        var last: (provider: String, key: String)? { held.withLock { $0 } }

        func report(_ event: AccessEvent) {
            let answer = event.providerResults.lazy.compactMap { result -> (String, String)? in
                guard case .success(let found) = result.result, found.value != nil else { return nil }
                return (result.providerName, found.encodedKey)
            }.first
            held.withLock { $0 = answer }
        }
    }

    // MARK: Mistakes

    private static func refuse(_ mistakes: [ConfigurationMistake]) throws(CommandFailure) {
        guard let first = mistakes.first else { return }
        let more = mistakes.count == 1 ? "" : " (\(mistakes.count - 1) more: piopiy config check)"
        throw CommandFailure(status: .badConfiguration, message: "\(first)\(more)")
    }

    private static func unknown(_ profile: Profile, _ file: ConfigurationFile?, path: String?) -> CommandFailure {
        let place = path ?? "the configuration's file"
        let names = (file?.profiles.keys.sorted() ?? []).joined(separator: ", ")
        let what =
            if file == nil {
                "\(place) does not exist"
            } else if names.isEmpty {
                "\(place) has no profiles"
            } else {
                "the profiles in \(place) are \(names)"
            }
        let message = "\(profile.origin) names the profile \(profile.name), which does not exist: \(what)."
        return CommandFailure(status: .badConfiguration, message: message)
    }
}
