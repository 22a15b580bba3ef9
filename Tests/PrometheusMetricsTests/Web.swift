import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// One request, and what came back.
enum Web {
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: String
    }

    static func send(_ method: HTTPMethod, _ url: String, _ body: String? = nil) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = method
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let text = String(buffer: try await answer.body.collect(upTo: 1 << 20))
        return Answer(status: Int(answer.status.code), headers: answer.headers, body: text)
    }
}
