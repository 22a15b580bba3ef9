#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Which file is read for the configuration, and which profile of it holds.
struct ConfigurationPlace {
    /// `nil` where there is no place for one: no home.
    let path: String?
    /// Who named it; `nil` when it is where it always is, and need not be there.
    let namedBy: SettingOrigin?
    let profile: SettingValues.Profile?
}

extension ConfigurationPlace {
    init(
        _ options: ConfigurationOptions,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        func given(_ option: String?, _ flag: String, _ variable: String) -> (String, SettingOrigin)? {
            if let option, !option.isEmpty { return (option, .flag(flag)) }
            if let value = environment[variable], !value.isEmpty { return (value, .environment(variable)) }
            return nil
        }
        let named = given(options.config, "--config", "PIOPIY_CONFIG")
        let path =
            named.map { FilePlaces.expanded($0.0, environment: environment) }
            ?? FilePlaces(environment: environment).configuration.map { "\($0)/config.yaml" }
        let profile = given(options.profile, "--profile", "PIOPIY_PROFILE")
        self.init(path: path, namedBy: named?.1, profile: profile.map { .init(name: $0.0, origin: $0.1) })
    }

    /// Reads the file.
    /// - Returns: `nil` when there is none, and none has to be.
    /// - Throws: ``CommandFailure`` when it cannot be read; mistakes in it are its own affair.
    func read() throws(CommandFailure) -> ConfigurationFile? {
        guard let path else { return nil }
        do throws(PrivateFile.Failure) {
            let (bytes, access) = try PrivateFile.look(path)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw .failed("it is not UTF-8 text")
            }
            return ConfigurationFile(text, path: path, access: access)
        } catch {
            switch error {
            case .missing:
                guard let namedBy else { return nil }
                throw Self.failure("\(namedBy) names \(path), which does not exist.")
            case .notPrivate(let why), .failed(let why):
                throw Self.failure("The configuration file \(path) cannot be read: \(why).")
            }
        }
    }

    private static func failure(_ message: String) -> CommandFailure {
        CommandFailure(status: .badConfiguration, message: message)
    }
}
