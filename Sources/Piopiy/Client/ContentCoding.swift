import NIOCore
import NIOHTTP1
import NIOHTTPCompression

/// How the body of an answer is packed (RFC 9110, Content-Encoding). Requests ask for `identity`; some servers, and
/// storage that keeps its files packed, answer otherwise all the same.
enum ContentCoding: Sendable, Hashable {
    /// It is as it is.
    case none
    /// gzip or deflate: async-http-client unpacks it, and the bytes that it hands on are bare.
    case unpacked(String)
    /// Anything else, such as `br`, or one coding in another: the bytes mean nothing here.
    case unreadable(String)

    /// The value of `Accept-Encoding` in every request.
    static let wanted = "identity"

    init(_ headers: HTTPHeaders) {
        let content = headers[canonicalForm: "Content-Encoding"].map { $0.lowercased() }.filter { !$0.isEmpty }
        // A transfer coding that is not chunked comes unasked as well, and nobody undoes it.
        let transfer = headers[canonicalForm: "Transfer-Encoding"].map { $0.lowercased() }
            .filter { !$0.isEmpty && $0 != "chunked" && $0 != "identity" }
        if headers.first(name: "Content-Length") == "0" {
            self = .none
        } else if !transfer.isEmpty {
            self = .unreadable((content + transfer).joined(separator: ", "))
        } else if content.allSatisfy({ $0 == "identity" }) {
            self = .none
        } else if content == ["gzip"] || content == ["deflate"] {
            self = .unpacked(content[0])
        } else {
            self = .unreadable(content.joined(separator: ", "))
        }
    }

    /// The error is that a body is not packed as it claims.
    static func isBroken(_ error: any Error) -> Bool {
        error is NIOHTTPDecompression.DecompressionError || error is NIOHTTPDecompression.ExtraDecompressionError
            || error is UnreadableCoding
    }

    /// The error is that a body is longer, once unpacked, than it may be.
    static func isTooLong(_ error: any Error) -> Bool {
        error as? NIOHTTPDecompression.DecompressionError == .limit
    }
}

/// A body came in a coding that nobody here can undo.
struct UnreadableCoding: Error {}
