import Hummingbird
import HummingbirdCore
import NIOCore
import NIOHTTP1

/// What the platform is answered. One place, so that answers that must not be told apart are one value.
enum WebhookAnswer: Equatable {
    /// The delivery is where it belongs.
    case taken
    /// A wrong secret, or anything else that is not the one path.
    case notFound
    case wrongMethod
    /// No `Host`, or more than one.
    case badHost
    /// The sender expects something that nobody here does.
    case expectationFailed
    case tooLarge
    case tooSlow
    /// The body ended before its length.
    case incomplete
    /// It could not be taken now: the platform is to send it again.
    case tryAgain

    private var status: HTTPResponse.Status {
        switch self {
        case .taken: .ok
        case .notFound: .notFound
        case .wrongMethod: .methodNotAllowed
        case .badHost: .badRequest
        case .expectationFailed: .expectationFailed
        case .tooLarge: .contentTooLarge
        case .tooSlow: .requestTimeout
        case .incomplete: .badRequest
        case .tryAgain: .serviceUnavailable
        }
    }

    private var body: String {
        switch self {
        case .taken: #"{"received":true}"#
        case .notFound: #"{"error":"not_found"}"#
        case .wrongMethod: #"{"error":"method_not_allowed"}"#
        case .badHost: #"{"error":"bad_host"}"#
        case .expectationFailed: #"{"error":"expectation_failed"}"#
        case .tooLarge: #"{"error":"too_large"}"#
        case .tooSlow: #"{"error":"too_slow"}"#
        case .incomplete: #"{"error":"incomplete"}"#
        case .tryAgain: #"{"error":"try_again"}"#
        }
    }

    /// Refusals close the connection: what may follow them is not read.
    private var closes: Bool {
        switch self {
        case .taken, .tryAgain: false
        case .notFound, .wrongMethod, .badHost, .expectationFailed, .tooLarge, .tooSlow, .incomplete: true
        }
    }

    /// - Parameter isHead: an answer to `HEAD` has the headers of the body, but no body.
    func response(isHead: Bool = false) -> Response {
        var headers: HTTPFields = [.contentType: "application/json"]
        if self == .wrongMethod { headers[.allow] = "POST" }
        if closes { headers[.connection] = "close" }
        let response = Response(
            status: status,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: body))
        )
        return isHead ? response.createHeadResponse() : response
    }

    /// The answer for where no request was made of a head.
    func parts(version: HTTPVersion) -> (head: HTTPResponseHead, body: ByteBuffer) {
        let body = ByteBuffer(string: body)
        let headers: HTTPHeaders = [
            "content-type": "application/json", "content-length": "\(body.readableBytes)", "connection": "close",
        ]
        return (HTTPResponseHead(version: version, status: .init(statusCode: status.code), headers: headers), body)
    }
}
