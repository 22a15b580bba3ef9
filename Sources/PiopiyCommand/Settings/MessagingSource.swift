import Piopiy

/// Finds what messages are sent with: a user's token of the messaging service, or a login that gives one. The account's
/// token is never sent to that service.
enum MessagingSource {
    /// - Returns: `nil` when neither is set.
    /// - Throws: ``CommandFailure`` when what is set cannot be used.
    static func find(_ context: CommandContext) throws(CommandFailure) -> MessagingCredential? {
        let (settings, environment) = (context.settings, context.environment)
        let (token, login) = (settings[.messagingTokenFile], settings[.messagingLoginFile])
        // Of two, the one that is set nearer; a file of settings takes one of them alone.
        if let token, token.origin.layer <= login?.origin.layer ?? .max,
            let (lines, path) = try SecretFile.lines(of: .messagingTokenFile, settings, environment: environment)
        {
            return .token(try TokenSource.token(SecretFile.only(lines, in: path, "messaging token"), from: path))
        }
        guard let (lines, path) = try SecretFile.lines(of: .messagingLoginFile, settings, environment: environment)
        else {
            return nil
        }
        let user = try self.login(lines, in: path)
        return .login(user, store: MessagingTokenFile(context.places, base: settings.addresses.messaging, user: user))
    }

    /// - Throws: ``CommandFailure`` that says what is missing, where nothing is set.
    static func credential(_ context: CommandContext) throws(CommandFailure) -> MessagingCredential {
        if let found = try find(context) { return found }
        throw TokenSource.noToken(
            """
            There is no credential for messages, so nothing was sent. The account's token does not work for them. Set \
            messaging_token_file (or PIOPIY_MESSAGING_TOKEN_FILE) to a file with a user's messaging token, or \
            messaging_login_file (or PIOPIY_MESSAGING_LOGIN_FILE) to one with the user id in its first line and the \
            password in its second. Only you may be able to read the file.
            """
        )
    }

    /// User id and password of a file's lines.
    static func login(_ lines: [String], in path: String) throws(CommandFailure) -> MessagingLogin {
        guard lines.count == 2 else {
            throw TokenSource.noToken(
                "The messaging login file \(path) has \(lines.count) lines; it must have two: user id and password."
            )
        }
        do throws(ValidationError) {
            return try MessagingLogin(userID: lines[0], password: lines[1])
        } catch {
            throw TokenSource.noToken("The messaging login in \(path): \(error).")
        }
    }
}

/// The messaging token that a login gave, kept in the state directory for as long as it is good. Otherwise each command
/// that sends a message would log in.
struct MessagingTokenFile: MessagingTokenStore {
    private let path: String?
    /// Whose it is: of another user or place it is of no use.
    private let owner: String

    init(_ places: FilePlaces, base: String, user: MessagingLogin) {
        path = (try? places.makeState()).map { "\($0)/messaging-token" }
        owner = "\(user.userID) at \(base)"
    }

    func load() async -> KeptMessagingToken? {
        guard let path, let text = try? PrivateFile.read(path), let json = try? JSONValue(parsing: Array(text.utf8)),
            json["for"]?.string == owner, let token = json["token"]?.string, let since = json["since"]?.looseNumber,
            let milliseconds = Int64(exactly: since)
        else { return nil }
        return KeptMessagingToken(text: token, since: Timestamp(milliseconds: milliseconds))
    }

    func save(_ token: KeptMessagingToken) async {
        let json: JSONValue = [
            "for": .string(owner), "token": .string(token.text), "since": .integer(Int(token.since.milliseconds)),
        ]
        guard let path, let text = try? json.text() else { return }
        try? PrivateFile.replace(path, text + "\n")
    }
}
