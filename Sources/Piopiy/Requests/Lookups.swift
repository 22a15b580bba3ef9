/// The second credential of an app: its id and its secret (source: the vendor's documentation). Look-ups take it.
///
/// Whatever prints it gets the app's id alone.
public struct AppCredential: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The app's id.
    public let appID: String
    let secret: Token

    /// - Throws: ``ValidationError``, field `app_id`, for an empty id.
    public init(appID: String, secret: Token) throws(ValidationError) {
        if appID.isEmpty { throw ValidationError(field: "app_id", "is empty; it must be the id of an app") }
        self.appID = appID
        self.secret = secret
    }

    public var description: String { "\(appID), •••••" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// ``Refusal/code`` where the platform says that it does not take the secret.
    public static let refusalCode = "app_secret_not_accepted"

    /// The app's id as the vendor's examples write it: a JSON number where it is one.
    var json: JSONValue {
        let isNumber =
            appID.utf8.count <= 15 && appID.first != "0" && appID.utf8.allSatisfy { (0x30...0x39).contains($0) }
        return isNumber ? Int(appID).map { .integer($0) } ?? .string(appID) : .string(appID)
    }
}

/// By what a single call is looked up.
public enum CallLookup: Hashable, Sendable {
    /// The id of the request that placed it: `POST /v1/piopiy/requestid_cdr` under the look-up base.
    case request(RequestID)
    /// Its own id: `POST /v1/piopiy/cmiuuid_cdr` under the look-up base.
    case call(CallID)

    /// The id's text.
    public var text: String {
        switch self {
        case .request(let id): id.text
        case .call(let id): id.text
        }
    }
}

/// What an app's secret lets us ask (source: the vendor's documentation). All of it only reads, so it may be repeated.
enum LookupRequest {
    static func records(_ lookup: CallLookup, _ app: AppCredential) -> APIRequest {
        let (name, key) =
            switch lookup {
            case .request: ("requestid_cdr", "request_id")
            case .call: ("cmiuuid_cdr", "cmiuuid")
            }
        return APIRequest(
            method: .post,
            base: .lookup,
            path: "/v1/piopiy/\(name)",
            body: ["appid": app.json, key: .string(lookup.text)],
            repeatable: true,
            credential: .appSecret(key: "secret")
        )
    }

    static func balance(_ app: AppCredential) -> APIRequest {
        APIRequest(
            method: .post,
            base: .lookup,
            path: "/v1/balance",
            body: ["appid": app.json],
            repeatable: true,
            credential: .appSecret(key: "token")
        )
    }

    static func callsUp(_ app: AppCredential) -> APIRequest {
        APIRequest(
            method: .post,
            base: .messaging,
            path: "/v2/piopiy/get_channels",
            body: ["appid": app.json],
            repeatable: true,
            credential: .appSecret(key: "secret")
        )
    }
}
