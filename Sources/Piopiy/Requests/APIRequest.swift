/// A request to the platform: what it is, apart from how it is sent.
public struct APIRequest: Hashable, Sendable {
    /// The HTTP method.
    public enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    /// The HTTP method.
    public let method: Method
    /// The path under the REST base, with its leading slash.
    public let path: String
    /// The JSON body; `nil` for none.
    public let body: JSONValue?
    /// Whether sending it twice does no more than sending it once. A placement is not repeatable.
    public let repeatable: Bool

    public init(method: Method, path: String, body: JSONValue? = nil, repeatable: Bool) {
        self.method = method
        self.path = path
        self.body = body
        self.repeatable = repeatable
    }
}
