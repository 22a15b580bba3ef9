import Hummingbird
import HummingbirdCore
import NIOCore

/// Answers a scrape with the figures, and everything else with a refusal.
struct MetricsResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let registry: PrometheusRegistry

    static let path = "/metrics"
    static let type = "text/plain; version=0.0.4; charset=utf-8"

    func respond(to request: Request, context: Context) async throws -> Response {
        guard request.uri.path == Self.path else {
            return Self.refusal(.notFound, "The figures are at \(Self.path).\n")
        }
        guard request.method == .get || request.method == .head else {
            var refusal = Self.refusal(.methodNotAllowed, "Use GET.\n")
            refusal.headers[.allow] = "GET, HEAD"
            return refusal
        }
        let response = Response(
            status: .ok,
            headers: [.contentType: Self.type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: await registry.text()))
        )
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// It closes the connection: what may follow is not read.
    private static func refusal(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/plain; charset=utf-8", .connection: "close"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
