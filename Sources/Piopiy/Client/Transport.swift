/// What carries requests. It decides nothing: it reports what happened, above all whether bytes may have left.
protocol Transport: Sendable {
    /// Sends once. A cancelled task gives up at once and says whether the request may have left.
    func send(_ request: OutgoingRequest) async -> Delivery
    /// Gets a body of any length once.
    /// - Parameters:
    ///   - part: which part of it; `nil` for all.
    ///   - accept: told the answer's head; gives what takes the body's pieces, or `nil` for a body that is no file but a
    ///     short answer. A ``PartialFile/Failure`` of either ends the download as ``Delivery/Failure/unwritable(_:)``, any other
    ///     error as one that is lost.
    /// - Returns: `answered` with an empty body when the file is whole.
    func download(_ request: OutgoingRequest, part: DownloadPart?, accept: @escaping DownloadAccept) async -> Delivery
    func shutdown() async
}

/// The rest of a body whose beginning is here.
struct DownloadPart: Sendable, Equatable {
    /// Bytes that are here.
    let offset: Int64
    /// The `ETag` or date of the body that they are of, so that the rest of another one is not taken for it.
    let validator: String?
}

/// What an answer to a download says before its body.
struct DownloadHead: Sendable, Equatable {
    var status: Int
    var contentType: String? = nil
    /// Bytes of this answer's body as it is taken; `nil` when it is not told, or told of a body that is packed.
    var length: Int64? = nil
    /// The body's end can be told from a connection that broke: by a length, by chunks, or by its packing.
    var hasEnd = true
    /// How the body is packed.
    var coding = ContentCoding.none
    /// Where this answer's body begins, of a `Content-Range`.
    var rangeStart: Int64? = nil
    /// Bytes of the whole of which this answer's body is a part, of a `Content-Range` that tells it.
    var rangeTotal: Int64? = nil
    var validator: String? = nil
}

typealias DownloadTake = @Sendable (UnsafeRawBufferPointer) throws -> Void
typealias DownloadAccept = @Sendable (DownloadHead) throws -> DownloadTake?

struct OutgoingRequest: Sendable {
    let method: APIRequest.Method
    let url: String
    /// For the `Authorization` header; `nil` when the body holds it.
    let token: Token?
    let body: [UInt8]?
    let timeouts: Timeouts
    /// After which its body must not leave; `nil` for a request that may leave at any time.
    var deadline: SendDeadline? = nil

    /// Only the platform can have answered.
    var isWithinTLS: Bool { url.prefix(6).lowercased() == "https:" }
}

/// What became of one attempt to send.
enum Delivery: Sendable, Equatable {
    case answered(Answer)
    /// No byte of the request reached a connection.
    case neverLeft(Failure)
    /// Bytes may have left, and no whole answer came.
    case lost(Failure)

    enum Failure: Sendable, Equatable {
        case timedOut
        case cancelled
        /// Its deadline passed before its body was written.
        case expired
        case broken(String)
        case answerTooLong(status: Int)
        /// An answer that is packed in a way that cannot be undone.
        case unreadable(status: Int)
        /// A file on this machine could not be written.
        case unwritable(String)
    }
}

/// How long to wait for the platform.
public struct Timeouts: Sendable, Hashable {
    /// For a connection, TLS included; by default 5 s, and never more than ``answer``.
    public var connect: Duration
    /// From the start of an attempt to the end of its answer, by default 10 s; the connection's time counts in.
    public var answer: Duration

    public init(connect: Duration = .seconds(5), answer: Duration = .seconds(10)) {
        self.connect = min(connect, answer)
        self.answer = answer
    }
}
