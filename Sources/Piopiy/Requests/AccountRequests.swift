/// Which calls' records are asked for: `POST /sip/app/cdr/get` under the account base (source: public integrations).
public struct CDRQuery: Hashable, Sendable {
    /// The account's app. Not empty.
    public let appID: String
    /// The first moment.
    public let from: Timestamp
    /// The last moment.
    public let to: Timestamp
    /// The most records that one answer holds, 1…1000.
    public let limit: Int

    /// Allowed values of ``limit`` (nothing public says a range; this one is ours).
    public static let limitRange = 1...1000

    /// - Throws: ``ValidationError``, fields `app_id`, `end_time`, `limit`.
    public init(appID: String, from: Timestamp, to: Timestamp, limit: Int = 100) throws(ValidationError) {
        if appID.isEmpty { throw ValidationError(field: "app_id", "is empty; it must be the id of an app") }
        if to < from {
            throw ValidationError(field: "end_time", "is before start_time; it must be the same or later")
        }
        guard Self.limitRange.contains(limit) else {
            throw ValidationError(field: "limit", "is \(limit); it must be 1 to 1000")
        }
        self.appID = appID
        self.from = from
        self.to = to
        self.limit = limit
    }

    /// Reads the request's JSON body. Unknown keys are refused.
    public init(json: JSONValue) throws(ValidationError) {
        var reader = try ObjectReader(json, nullIsAbsent: true)
        let appID = try reader.requiredString("app_id")
        guard let from = try reader.integer("start_time") else {
            throw reader.missing("start_time", takes: "ms since 1970")
        }
        guard let to = try reader.integer("end_time") else { throw reader.missing("end_time", takes: "ms since 1970") }
        let limit = try reader.integer("limit")
        try reader.finish()
        try self.init(
            appID: appID,
            from: Timestamp(milliseconds: Int64(from)),
            to: Timestamp(milliseconds: Int64(to)),
            limit: limit ?? 100
        )
    }

    /// The same query for another time.
    func between(_ from: Timestamp, _ to: Timestamp) throws(ValidationError) -> CDRQuery {
        try CDRQuery(appID: appID, from: from, to: to, limit: limit)
    }

    /// The request's body, as it is sent.
    public var json: JSONValue {
        [
            "app_id": .string(appID),
            "start_time": .integer(Int(from.milliseconds)),
            "end_time": .integer(Int(to.milliseconds)),
            "limit": .integer(limit),
        ]
    }

    /// What is sent, and where to. It only reads, so it may be repeated.
    public var request: APIRequest {
        APIRequest(method: .post, base: .account, path: "/sip/app/cdr/get", body: json, repeatable: true)
    }
}

/// An address of yours that the platform is to tell of calls: `POST /webhook/add` under the account base (source: public
/// integrations).
public struct WebhookRegistration: Hashable, Sendable {
    /// What is told.
    public enum Kind: String, CaseIterable, Sendable {
        /// Call detail records, when a call has ended.
        case cdr
        /// Live events, while a call runs.
        case event
    }

    /// What is told.
    public let kind: Kind
    /// `http` or `https`. Whoever knows it can tell lies: keep a secret in it.
    public let url: String
    /// Anything that is to come along with what is told.
    public let custom: JSONValue?

    /// - Throws: ``ValidationError``, field `url`, for what ``WebAddress`` does not take; a query is allowed.
    public init(kind: Kind, url: String, custom: JSONValue? = nil) throws(ValidationError) {
        let example = "https://example.com/hooks/SECRET"
        self.kind = kind
        self.url = try WebAddress(validating: url, example: example, takesQuery: true).text
        self.custom = custom
    }

    /// Reads the request's JSON body. Unknown keys are refused.
    public init(json: JSONValue) throws(ValidationError) {
        var reader = try ObjectReader(json, nullIsAbsent: true)
        guard let kind = try reader.choice("type", as: Kind.self) else {
            throw reader.missing("type", takes: "cdr or event")
        }
        let url = try reader.requiredString("url")
        if let method = try reader.string("method"), method != "POST" {
            throw ValidationError(field: "method", "is not known; it must be POST")
        }
        let custom = reader.value("custom")
        try reader.finish()
        try self.init(kind: kind, url: url, custom: custom)
    }

    /// The request's body, as it is sent.
    public var json: JSONValue {
        var members: [String: JSONValue] = ["type": .string(kind.rawValue), "method": "POST", "url": .string(url)]
        members["custom"] = custom
        return .object(members)
    }

    /// What is sent, and where to. Nothing public says what a second registration does, so it is not repeated in doubt.
    public var request: APIRequest {
        APIRequest(method: .post, base: .account, path: "/webhook/add", body: json, repeatable: false)
    }
}

/// A short message: `POST /v2/messages` under the messaging base (source: the vendor's documentation).
///
/// Like a placement it reaches a person, so it is never repeated when in doubt.
public struct TextMessage: Hashable, Sendable {
    /// Who gets it.
    public let to: PhoneNumber
    /// At least one character. The platform tells no limit; a long text goes out as several messages.
    public let text: String

    /// - Throws: ``ValidationError``, fields `to`, `text`.
    public init(to: String, text: String) throws(ValidationError) {
        self.to = try PhoneNumber(validating: to, field: "to")
        if text.isEmpty { throw ValidationError(field: "text", "is empty; it must have at least one character") }
        self.text = text
    }

    /// Reads the request's JSON body, whose `token` is not looked at. Unknown keys are refused.
    public init(json: JSONValue) throws(ValidationError) {
        var reader = try ObjectReader(json, nullIsAbsent: true)
        let to: String
        switch reader.value("to") {
        case nil: throw reader.missing("to", takes: "a phone number")
        case .integer(let number): to = String(number)
        case .bigInteger(let digits): to = digits
        default: to = try reader.requiredString("to")
        }
        let text = try reader.requiredString("text")
        _ = reader.value("token")
        try reader.finish()
        try self.init(to: to, text: text)
    }

    /// The request's body without the token, which is put in when it is sent.
    public var json: JSONValue {
        // 16 digits always fit.
        ["to": Int(to.digits).map { .integer($0) } ?? .string(to.digits), "text": .string(text)]
    }

    /// What is sent, and where to.
    public var request: APIRequest {
        APIRequest(
            method: .post,
            base: .messaging,
            path: "/v2/messages",
            body: json,
            repeatable: false,
            credential: .messagingToken
        )
    }
}
