import HummingbirdCore
import NIOHTTP1

/// Decides by a request's head alone whether its body is read.
struct WebhookGate: Sendable {
    let secret: WebhookSecret
    /// The longest body that is read, in bytes, as it comes.
    let bodyLimit: Int

    static let path = "/hooks/"

    /// Whether a path is the one path: whoever sends it knows the secret.
    func knowsSecret(path: String) -> Bool {
        path.hasPrefix(Self.path) && secret.matches(path.dropFirst(Self.path.count))
    }

    /// As ``knowsSecret(path:)``, of a request's target as it stands in its first line.
    func knowsSecret(target: String) -> Bool { knowsSecret(path: URI(target).path) }

    /// What is answered without reading the body; `nil` when the body is to be read.
    ///
    /// What is wrong with the message itself is looked at first, and told to everybody alike; whether the secret is
    /// right comes next, so that nothing else tells the path from one that does not exist.
    func refusal(of head: HTTPRequestHead) -> WebhookAnswer? {
        guard Self.hasOneHost(head) else { return .badHost }
        return refusal(
            method: head.method.rawValue,
            path: URI(head.uri).path,
            expectations: Self.expectations(of: head),
            contentLength: head.headers.first(name: "content-length")
        )
    }

    /// As ``refusal(of:)``, of a request whose `Host` was looked at.
    /// - Parameter expectations: the values of `Expect`; none for HTTP/1.0, which has no expectations.
    func refusal(
        method: String,
        path: String,
        expectations: [String],
        contentLength: String?
    ) -> WebhookAnswer? {
        guard knowsSecret(path: path) else { return .notFound }
        guard method == "POST" else { return .wrongMethod }
        guard expectations.allSatisfy({ $0.lowercased() == Self.continuation }) else { return .expectationFailed }
        if let length = contentLength.flatMap({ Int($0) }), length > bodyLimit { return .tooLarge }
        return nil
    }

    private static let continuation = "100-continue"

    /// Whether the sender waits for a word before it sends the body.
    static func awaitsContinue(_ head: HTTPRequestHead) -> Bool {
        expectations(of: head).contains { $0.lowercased() == continuation }
    }

    /// HTTP/1.0 has no expectations; what stands there is passed over (RFC 9110, 10.1.1).
    private static func expectations(of head: HTTPRequestHead) -> [String] {
        guard head.version != .http1_0 else { return [] }
        return head.headers[canonicalForm: "expect"].map { String($0) }
    }

    /// HTTP/1.1 asks for exactly one, so that no two who pass a request on take it for different hosts' (RFC 9112,
    /// 3.2).
    private static func hasOneHost(_ head: HTTPRequestHead) -> Bool {
        let count = head.headers["host"].count
        return head.version == .http1_0 ? count <= 1 : count == 1
    }
}
