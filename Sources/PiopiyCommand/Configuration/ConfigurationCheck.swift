import Console
import Piopiy

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What `piopiy config check` finds.
struct ConfigurationCheck {
    let path: String
    let isThere: Bool
    let mistakes: [ConfigurationMistake]

    /// - Throws: ``CommandFailure`` for a file that cannot be read, and for what is wrong outside of it.
    init(
        _ options: ConfigurationOptions,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(CommandFailure) {
        let place = ConfigurationPlace(options, environment: environment)
        let file = try place.read()
        path = place.path ?? ""
        isThere = file != nil
        guard let file, file.mistakes.isEmpty else {
            mistakes = file?.mistakes ?? []
            if file == nil {
                try Self.checkNetwork(SettingValues(environment: environment, place: place), environment)
            }
            return
        }
        let found =
            Self.unknownThemes(file, environment) + Self.unusableTokenFiles(file, environment)
            + Self.unusableCertificates(file, environment) + Self.openAddresses(file, environment)
        mistakes = found.sorted { ($0.line ?? 0) < ($1.line ?? 0) }
        // The profile and the environment, as every command would find them.
        let settings = try SettingValues(environment: environment, place: place, file: file)
        if mistakes.isEmpty { try Self.checkNetwork(settings, environment) }
    }

    /// - Throws: ``CommandFailure`` for what a client could not use (proxy, certificates, plain http), and for metrics
    ///   on the webhooks' port.
    private static func checkNetwork(_ settings: SettingValues, _ environment: [String: String]) throws(CommandFailure)
    {
        _ = try NetworkSettings(settings: settings, environment: environment).configuration()
        _ = try settings.metricsAddress()
    }

    private static func unusableCertificates(
        _ file: ConfigurationFile,
        _ environment: [String: String]
    ) -> [ConfigurationMistake] {
        sections(of: file).compactMap { prefix, section in
            guard let entry = section.values[.caFile] else { return nil }
            let origin = SettingOrigin.file(file.path, line: entry.line, profile: nil)
            let path = SettingValues.Value(words: entry.value, origin: origin).path(environment: environment)
            do throws(CertificateFiles.Problem) {
                _ = try CertificateFiles.read(file: path)
                return nil
            } catch {
                let problem = "names \(path), which \(error.words)"
                return ConfigurationMistake(
                    file: file.path,
                    line: entry.line,
                    key: "\(prefix)ca_file",
                    problem: problem
                )
            }
        }
    }

    /// The addresses to which the token would go in the clear, in every profile.
    private static func openAddresses(
        _ file: ConfigurationFile,
        _ environment: [String: String]
    ) -> [ConfigurationMistake] {
        sections(of: file).flatMap { prefix, section -> [ConfigurationMistake] in
            let own = section.values[.allowHTTP] ?? file.top.values[.allowHTTP]
            let word = environment["PIOPIY_ALLOW_HTTP"].flatMap { $0.isEmpty ? nil : $0 } ?? own?.value.first
            if word.flatMap({ YesNo.parse($0) }) == true { return [] }
            return Setting.allCases.filter(\.isAddress).compactMap { setting in
                guard let entry = section.values[setting],
                    let address = try? WebAddress(validating: entry.value[0]), address.isOpenToOthers
                else { return nil }
                return ConfigurationMistake(
                    file: file.path,
                    line: entry.line,
                    key: prefix + setting.rawValue,
                    problem: "is plain http to another machine, where others can read the token; use https, or set "
                        + "allow_http: yes"
                )
            }
        }
    }

    private static func unusableTokenFiles(
        _ file: ConfigurationFile,
        _ environment: [String: String]
    ) -> [ConfigurationMistake] {
        sections(of: file).flatMap { prefix, section in
            Setting.secretFiles.compactMap { setting in
                guard let value = section.values[setting], let name = value.value.first,
                    let problem = SecretFile.problem(setting, withFile: name, in: file.path, environment: environment)
                else { return nil }
                return ConfigurationMistake(
                    file: file.path,
                    line: value.line,
                    key: "\(prefix)\(setting.rawValue)",
                    problem: problem
                )
            }
        }
    }

    private static func sections(of file: ConfigurationFile) -> [(String, ConfigurationFile.Section)] {
        [("", file.top)] + file.profiles.map { ("profiles.\($0.key).", $0.value) }
    }

    /// A console starts without such a theme, with a warning; here it is a mistake.
    private static func unknownThemes(
        _ file: ConfigurationFile,
        _ environment: [String: String]
    ) -> [ConfigurationMistake] {
        let store = ThemeStore.standard(executable: Executable.path, environment: environment)
        return sections(of: file).compactMap { prefix, section in
            guard let theme = section.values[.theme], let name = theme.value.first else { return nil }
            do throws(ThemeError) {
                _ = try store.theme(named: name)
                return nil
            } catch {
                return ConfigurationMistake(
                    file: file.path,
                    line: theme.line,
                    key: "\(prefix)theme",
                    problem: "is “\(name)”, which cannot be used: \(error)"
                )
            }
        }
    }

    /// What to say when nothing is wrong.
    var praise: String {
        if path.isEmpty { return "There is no directory for a configuration file, so there is nothing to check." }
        return isThere ? "\(path): no errors" : "\(path) does not exist; no file is needed."
    }

    var json: JSONValue {
        let list = mistakes.map { mistake -> JSONValue in
            var members: [String: JSONValue] = ["problem": .string(mistake.problem)]
            members["line"] = mistake.line.map { .integer($0) }
            members["key"] = mistake.key.map { .string($0) }
            return .object(members)
        }
        return .object(["file": .string(path), "mistakes": .array(list)])
    }
}
