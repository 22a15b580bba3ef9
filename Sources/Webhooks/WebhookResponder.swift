import Hummingbird
import HummingbirdCore
import Logging
import Piopiy

/// Answers one request: decides by its head whether the body is read, reads it within its limit, and hands it on.
struct WebhookResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let secret: WebhookSecret
    let bodyLimit: Int
    let now: @Sendable () -> Timestamp
    let logger: Logger
    let sink: @Sendable (WebhookDelivery) async throws -> Void

    static let path = "/hooks/"

    func respond(to request: Request, context: Context) async throws -> Response {
        let answer = try await answer(to: request)
        // No path in the log: it holds the secret, or one that was nearly right.
        logger.debug("webhook", metadata: ["answer": "\(answer)"])
        return answer.response(isHead: request.method == .head)
    }

    private func answer(to request: Request) async throws -> WebhookAnswer {
        if let refusal = refusal(of: request) { return refusal }
        let body: [UInt8]
        do {
            guard let read = try await read(request.body) else { return .tooLarge }
            body = read
        } catch is ConnectionGuard.SlowSender {
            return .tooSlow
        }
        // A body that breaks off can look complete when the server is being stopped.
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length != body.count {
            return .incomplete
        }
        if Task.isCancelled { return .tryAgain }
        return await take(body)
    }

    /// What is answered without reading the body; `nil` when it is to be read.
    private func refusal(of request: Request) -> WebhookAnswer? {
        let path = request.uri.path
        guard path.hasPrefix(Self.path), secret.matches(path.dropFirst(Self.path.count)) else { return .notFound }
        guard request.method == .post else { return .wrongMethod }
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > bodyLimit { return .tooLarge }
        return nil
    }

    /// `nil` when the body is longer than the limit; no more than that is ever held.
    private func read(_ body: RequestBody) async throws -> [UInt8]? {
        var bytes: [UInt8] = []
        for try await part in body {
            guard bytes.count + part.readableBytes <= bodyLimit else { return nil }
            bytes.append(contentsOf: part.readableBytesView)
        }
        return bytes
    }

    private func take(_ body: [UInt8]) async -> WebhookAnswer {
        let receivedAt = now()
        let payload = WebhookDecoder.decode(body, receivedAt: receivedAt)
        do {
            try await sink(WebhookDelivery(receivedAt: receivedAt, body: body, payload: payload))
            return .taken
        } catch {
            logger.error(
                "a webhook could not be taken; the platform is asked to send it again",
                metadata: ["error": "\(error)"]
            )
            return .tryAgain
        }
    }
}
