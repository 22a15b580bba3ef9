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
        return "The token from \(origin) is used instead of the token of the profile \(profile.name). Unset it to "
            + "use the profile's."
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
        throw missing(places, environment: environment)
    }

    /// Variables that other programs take a token of the platform from (source: the official SDK, PyPI piopiy-agent,
    /// the vendor's documentation). They are not used by themselves: which of several is meant nobody can say.
    static let otherVariables = ["TELECMI_TOKEN", "PIOPIY_API_TOKEN", "PIOPIY_API_KEY"]

    /// What to say of another program's variable that is set, and the command that uses it; `nil` when none is.
    static func hint(_ environment: [String: String]) -> (words: String, command: String)? {
        let set = otherVariables.filter { !(environment[$0] ?? "").isEmpty }
        guard let first = set.first else { return nil }
        let them = set.count == 1 ? "\(first) is set, but it" : "\(set.joined(separator: " and ")) are set, but none"
        return ("\(them) is not read here. If it holds the token:", "export PIOPIY_TOKEN=\"$\(first)\"")
    }

    /// What to say where there is none anywhere.
    static func missing(_ places: FilePlaces, environment: [String: String]) -> CommandFailure {
        let file = places.configuration.map { " or put it into \($0)/token, a file that only you can read" } ?? ""
        let other = hint(environment).map { " \($0.words) \($0.command)." } ?? ""
        return noToken(
            "There is no token. Set PIOPIY_TOKEN\(file).\(other) To try without an account: piopiy --sandbox"
        )
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
            let path = SecretFile.absolute(file, environment: environment)
            guard let token = try read(path) else {
                throw noToken("\(file.origin) names \(path), which does not exist.")
            }
            return FoundToken(token: token, origin: file.origin, file: path)
        }
        guard let path = places.configuration.map({ "\($0)/token" }), let token = try read(path) else { return nil }
        return FoundToken(token: token, origin: .standard, file: path)
    }

    private static func read(_ path: String) throws(CommandFailure) -> Token? {
        guard let lines = try SecretFile.lines(of: path, "token") else { return nil }
        return try token(try SecretFile.only(lines, in: path, "token"), from: path)
    }

    static func token(_ text: String, from source: String) throws(CommandFailure) -> Token {
        do throws(ValidationError) {
            return try Token(validating: text)
        } catch {
            throw noToken("The token in \(source) \(error.problem)")
        }
    }

    static func noToken(_ message: String) -> CommandFailure {
        CommandFailure(status: .noToken, message: message)
    }
}
