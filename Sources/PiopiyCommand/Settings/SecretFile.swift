import Piopiy

/// Files that settings name and that hold a secret: tokens, a login, an app's secret.
enum SecretFile {
    /// A path in the configuration counts from its file, any other from where the command runs.
    static func absolute(_ value: SettingValues.Value, environment: [String: String]) -> String {
        let configuration: String? = if case .file(let file, _, _) = value.origin { file } else { nil }
        return absolute(value.words[0], in: configuration, environment: environment)
    }

    private static func absolute(
        _ name: String,
        in configuration: String?,
        environment: [String: String]
    ) -> String {
        let path = FilePlaces.expanded(name, environment: environment)
        guard !path.hasPrefix("/"), let configuration, let slash = configuration.lastIndex(of: "/") else { return path }
        return configuration[...slash] + path
    }

    /// The lines of a file that hold something.
    /// - Parameter what: what it holds, for the error: `token`.
    /// - Returns: `nil` when it is not there.
    /// - Throws: ``CommandFailure``, status ``ExitStatus/noToken``, for one that others can read, or that cannot be
    ///   read.
    static func lines(of path: String, _ what: String) throws(CommandFailure) -> [String]? {
        do throws(PrivateFile.Failure) {
            return try PrivateFile.read(path).split(whereSeparator: \.isNewline).map(String.init)
        } catch {
            switch error {
            case .missing: return nil
            case .notPrivate(let why): throw TokenSource.noToken("The \(what) file \(path) is not used: \(why).")
            case .failed(let why): throw TokenSource.noToken("The \(what) file \(path) cannot be read: \(why).")
            }
        }
    }

    /// The one line of a file that has one.
    static func only(_ lines: [String], in path: String, _ what: String) throws(CommandFailure) -> String {
        guard lines.count == 1 else {
            throw TokenSource.noToken(
                "The \(what) file \(path) has \(lines.count) lines; it must have one, with only the \(what)."
            )
        }
        return lines[0]
    }

    /// What is in a file that a setting names; `nil` when the setting is not set.
    /// - Throws: ``CommandFailure`` for a file that is not there, too.
    static func lines(
        of setting: Setting,
        _ settings: SettingValues,
        environment: [String: String]
    ) throws(CommandFailure) -> (lines: [String], path: String)? {
        guard let value = settings[setting] else { return nil }
        let path = absolute(value, environment: environment)
        guard let lines = try lines(of: path, setting.secretName) else {
            throw TokenSource.noToken("\(value.origin) names \(path), which does not exist.")
        }
        return (lines, path)
    }

    /// Why what a setting is for cannot be read from a file that a configuration names; `nil` when it can.
    /// - Parameter configuration: that file's path, from where a path that is not whole counts.
    static func problem(
        _ setting: Setting,
        withFile name: String,
        in configuration: String,
        environment: [String: String]
    ) -> String? {
        let path = absolute(name, in: configuration, environment: environment)
        do throws(CommandFailure) {
            guard let lines = try lines(of: path, setting.secretName) else {
                return "names \(path), which does not exist"
            }
            if setting == .messagingLoginFile {
                _ = try MessagingSource.login(lines, in: path)
            } else {
                _ = try TokenSource.token(only(lines, in: path, setting.secretName), from: path)
            }
            return nil
        } catch {
            return "names a file that cannot be used: \(error.message)"
        }
    }
}

extension Setting {
    /// What the file that it names holds, for errors.
    fileprivate var secretName: String {
        switch self {
        case .messagingTokenFile: "messaging token"
        case .messagingLoginFile: "messaging login"
        case .appSecretFile: "app secret"
        default: "token"
        }
    }
}
