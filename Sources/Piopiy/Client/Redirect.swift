/// Where an answer of 301, 302, 303, 307 or 308 leads.
///
/// Only a GET follows, once, and only within its host: same scheme and port, or from `http` to `https` on the default
/// port or the same one. So the token goes nowhere else, and nothing that acts is sent twice.
struct Redirect: Equatable {
    let status: Int
    /// The target, where it can be read.
    let target: WebAddress?

    /// - Returns: `nil` for an answer that is no redirect with a target.
    init?(_ answer: Answer, from url: String) {
        guard [301, 302, 303, 307, 308].contains(answer.status), let location = answer.location,
            let address = try? WebAddress(validating: url, takesQuery: true)
        else { return nil }
        status = answer.status
        target = Self.target(location, from: address)
    }

    private static func target(_ location: String, from address: WebAddress) -> WebAddress? {
        // A fragment is for a browser.
        let text = location.prefix { $0 != "#" }
        let whole =
            if text.hasPrefix("//") {
                "\(address.scheme.rawValue):\(text)"
            } else if text.hasPrefix("/") {
                address.origin + text
            } else {
                String(text)
            }
        return try? WebAddress(validating: whole, takesQuery: true)
    }

    /// The request to send instead; `nil` where the redirect is not followed.
    func followed(_ request: OutgoingRequest) -> OutgoingRequest? {
        guard request.method == .get, let target,
            let address = try? WebAddress(validating: request.url, takesQuery: true),
            target.host == address.host
        else { return nil }
        let isSame = target.scheme == address.scheme && target.effectivePort == address.effectivePort
        let isUpgrade =
            address.scheme == .http && target.scheme == .https
            && (target.effectivePort == 443 || target.effectivePort == address.effectivePort)
        guard isSame || isUpgrade else { return nil }
        return OutgoingRequest(
            method: request.method,
            url: target.text,
            token: request.token,
            body: request.body,
            timeouts: request.timeouts
        )
    }

    /// Where it leads, for people: without its query, which may hold a secret, and without these secrets.
    func words(hiding secrets: [Token]) -> String {
        guard let target else { return "an address that cannot be read" }
        let text = target.origin + target.path
        let safe = secrets.filter { $0.secret.utf8.count >= 8 }
            .reduce(text) { $0.replacing($1.secret, with: $1.description) }
        return safe.count > 200 ? safe.prefix(200) + "…" : safe
    }
}
