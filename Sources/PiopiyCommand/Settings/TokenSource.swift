import Piopiy

/// A token, and where it came from.
struct FoundToken {
    let token: Token
    let origin: SettingOrigin
    /// The file it was read from, when it was.
    var file: String?

    /// Where it came from, for people.
    var place: String {
        switch (origin, file) {
        case (.standard, let file?): file
        case (_, let file?): "\(file), named by \(origin)"
        default: "\(origin)"
        }
    }

    /// Says when it is not the one that the profile in use has: calls would be placed for another account than was meant.
    func warning(_ settings: SettingValues) -> String? {
        guard let profile = settings.profile, settings.profileHasToken, origin.layer < 2 else { return nil }
        return "\(origin) is used, and not the token of the profile \(profile.name); unset it to use that one."
    }
}

/// Finds the account's token: `PIOPIY_TOKEN`, the configuration, or a file that only its owner can read.
enum TokenSource {
    /// - Throws: ``CommandFailure`` with the status ``ExitStatus/noToken``; its text never holds the token.
    static func token(
        _ settings: SettingValues,
        environment: [String: String],
        places: FilePlaces
    ) throws(CommandFailure) -> FoundToken {
        if let found = try find(settings, environment: environment, places: places) { return found }
        throw missing(places)
    }

    /// What to say where there is none anywhere.
    static func missing(_ places: FilePlaces) -> CommandFailure {
        let file = places.configuration.map { " or put it into \($0)/token, readable by you alone" } ?? ""
        return noToken("There is no token. Set PIOPIY_TOKEN\(file). To try without an account: piopiy --sandbox")
    }

    /// - Returns: `nil` when there is none anywhere.
    /// - Throws: ``CommandFailure`` when there is one that cannot be used.
    static func find(
        _ settings: SettingValues,
        environment: [String: String],
        places: FilePlaces
    ) throws(CommandFailure) -> FoundToken? {
        let file = settings[.tokenFile]
        if let value = settings[.token], value.origin.layer <= file?.origin.layer ?? .max {
            return FoundToken(token: try token(value.words[0], from: "\(value.origin)"), origin: value.origin)
        }
        if let file {
            let path = absolute(file, environment: environment)
            guard let token = try read(path) else {
                throw noToken("\(file.origin) names \(path), which is not there.")
            }
            return FoundToken(token: token, origin: file.origin, file: path)
        }
        guard let path = places.configuration.map({ "\($0)/token" }), let token = try read(path) else { return nil }
        return FoundToken(token: token, origin: .standard, file: path)
    }

    /// A path in the configuration counts from its file, any other from where the command runs.
    private static func absolute(_ value: SettingValues.Value, environment: [String: String]) -> String {
        let path = FilePlaces.expanded(value.words[0], environment: environment)
        guard !path.hasPrefix("/"), case .file(let file, _, _) = value.origin, let slash = file.lastIndex(of: "/")
        else { return path }
        return file[...slash] + path
    }

    /// Why a token cannot be read from a file that a configuration names; `nil` when it can.
    /// - Parameter configuration: that file's path, from where a path that is not whole counts.
    static func problem(
        withFile name: String,
        in configuration: String,
        environment: [String: String]
    ) -> String? {
        var path = FilePlaces.expanded(name, environment: environment)
        if !path.hasPrefix("/"), let slash = configuration.lastIndex(of: "/") { path = configuration[...slash] + path }
        do throws(CommandFailure) {
            return try read(path) == nil ? "names \(path), which is not there" : nil
        } catch {
            return "names a file that cannot be used: \(error.message)"
        }
    }

    private static func read(_ path: String) throws(CommandFailure) -> Token? {
        let text: String
        do throws(PrivateFile.Failure) {
            text = try PrivateFile.read(path)
        } catch {
            switch error {
            case .missing: return nil
            case .notPrivate(let why): throw noToken("The token's file \(path) is not used: \(why).")
            case .failed(let why): throw noToken("The token's file \(path) cannot be read: \(why).")
            }
        }
        let lines = text.split(whereSeparator: \.isNewline)
        guard lines.count == 1, let line = lines.first else {
            throw noToken("The token's file \(path) has \(lines.count) lines; it takes one, with the token alone.")
        }
        return try token(String(line), from: path)
    }

    private static func token(_ text: String, from source: String) throws(CommandFailure) -> Token {
        do throws(ValidationError) {
            return try Token(validating: text)
        } catch {
            throw noToken("The token in \(source) \(error.problem)")
        }
    }

    private static func noToken(_ message: String) -> CommandFailure {
        CommandFailure(status: .noToken, message: message)
    }
}
