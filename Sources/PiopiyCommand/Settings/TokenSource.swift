import Piopiy

/// Finds the account's token: `PIOPIY_TOKEN`, else a file that only its owner can read.
enum TokenSource {
    /// - Throws: ``CommandFailure`` with the status ``ExitStatus/noToken``; its text never holds the token.
    static func token(environment: [String: String], places: FilePlaces) throws(CommandFailure) -> Token {
        if let text = environment["PIOPIY_TOKEN"], !text.isEmpty { return try token(text, from: "PIOPIY_TOKEN") }

        let named = environment["PIOPIY_TOKEN_FILE"].flatMap { $0.isEmpty ? nil : $0 }
        guard let path = named ?? places.configuration.map({ "\($0)/token" }) else { throw missing(path: nil) }
        let text: String
        do throws(PrivateFile.Failure) {
            text = try PrivateFile.read(path)
        } catch {
            switch error {
            case .missing where named == nil: throw missing(path: path)
            case .missing: throw noToken("PIOPIY_TOKEN_FILE names \(path), which is not there.")
            case .notPrivate(let why): throw noToken("The token's file \(path) is not used: \(why). chmod 600 it.")
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

    private static func missing(path: String?) -> CommandFailure {
        let file = path.map { " or put it into \($0), readable by you alone" } ?? ""
        return noToken("There is no token. Set PIOPIY_TOKEN\(file). To try without an account: piopiy --sandbox")
    }

    private static func noToken(_ message: String) -> CommandFailure {
        CommandFailure(status: .noToken, message: message)
    }
}
