import Piopiy

/// What a request gets.
enum Reply: Sendable, Equatable {
    /// - retryAfter: seconds of a `Retry-After` header.
    case json(status: Int, JSONValue, retryAfter: Int? = nil)
    /// - retryAfter: as above.
    case html(status: Int, String, retryAfter: Int? = nil)
    case file(File)
    /// The connection is closed, nothing is said.
    case closed
    /// A reply that comes so much later, at speed 1.
    indirect case late(Duration, Reply)

    /// An audio file, or the rest of one.
    struct File: Sendable, Equatable {
        /// The whole file.
        var bytes: [UInt8]
        /// The first byte that is sent.
        var start: Int
        /// Its `ETag`.
        var tag: String
        /// Whether the connection is closed half-way.
        var breaksOff: Bool
    }

    /// An error in the platform's form: `error` is a code for programs, `message` is for people.
    static func error(_ status: Int, _ code: String, field: String? = nil, _ message: String) -> Reply {
        var members: [String: JSONValue] = ["error": .string(code), "message": .string(message)]
        members["field"] = field.map { .string($0) }
        return .json(status: status, .object(members))
    }

    /// An answer of the messaging and look-up bases: HTTP 200, and a code in the body says what it is (source: the
    /// vendor's documentation; nothing public tells their HTTP status).
    static func code(_ code: Int, _ message: String, field: String? = nil) -> Reply {
        var members: [String: JSONValue] = ["code": .integer(code), "msg": .string(message)]
        members["field"] = field.map { .string($0) }
        return .json(status: 200, .object(members))
    }

    /// A cache's error page, as it comes when the platform behind it was slow.
    static let unavailable = Reply.html(
        status: 503,
        "<html><head><title>503 Backend fetch failed</title></head><body><h1>Error 503</h1></body></html>\n",
        retryAfter: 1
    )

    static func invalid(_ error: ValidationError) -> Reply {
        .error(400, "invalid_request", field: error.field, "\(error)")
    }
}
