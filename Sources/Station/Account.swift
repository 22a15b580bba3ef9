import Piopiy

/// The platform, and which account at it: consoles on one journal show each other's calls only when both are the same.
///
/// Otherwise a call of one account could be hung up with the token of another: the platform would say that it does not
/// know the call, which reads as "it has ended".
package enum Account {
    /// - Parameters:
    ///   - baseURL: the platform's REST base.
    ///   - token: only a short hash of it is kept, of which nobody can make a token.
    package static func name(baseURL: String, token: Token) -> String {
        platform(baseURL) + "#" + token.fingerprint
    }

    /// The part of an account's name that says which platform it is at.
    package static func platform(_ baseURL: String) -> String {
        (try? WebAddress(validating: baseURL))?.place ?? baseURL
    }

    /// The platform's part of an account's name.
    package static func platform(of account: String) -> String { String(account.prefix { $0 != "#" }) }
}
