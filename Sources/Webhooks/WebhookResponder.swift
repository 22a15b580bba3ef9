import Hummingbird
import HummingbirdCore
import Logging
import Piopiy

/// Answers one request: decides by its head whether the body is read, reads it within its limit, and hands it on.
struct WebhookResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let gate: WebhookGate
    let now: @Sendable () -> Timestamp
    let logger: Logger
    let metrics: WebhookMetrics
    let sink: @Sendable (WebhookDelivery) async throws -> Void

    func respond(to request: Request, context: Context) async throws -> Response {
        let answer = try await answer(to: request)
        // No path in the log: it holds the secret, or one that was nearly right.
        logger.debug("webhook", metadata: ["answer": "\(answer)"])
        switch answer {
        // Counted where it is known what they hold.
        case .taken: break
        case .tryAgain: metrics.notStored()
        case .notFound, .wrongMethod, .badHost, .expectationFailed, .tooLarge, .tooSlow, .incomplete:
            metrics.wasRefused()
        }
        return answer.response(isHead: request.method == .head)
    }

    private func answer(to request: Request) async throws -> WebhookAnswer {
        // The connection's guard has looked at `Host`, and at what HTTP/1.0 may not expect.
        let refusal = gate.refusal(
            method: request.method.rawValue,
            path: request.uri.path,
            expectations: request.headers[values: .expect],
            contentLength: request.headers[.contentLength]
        )
        if let refusal { return refusal }
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
        return await take(body, request.headers)
    }

    /// `nil` when the body is longer than the limit; no more than that is ever held.
    private func read(_ body: RequestBody) async throws -> [UInt8]? {
        var bytes: [UInt8] = []
        for try await part in body {
            guard bytes.count + part.readableBytes <= gate.bodyLimit else { return nil }
            bytes.append(contentsOf: part.readableBytesView)
        }
        return bytes
    }

    private func take(_ body: [UInt8], _ headers: HTTPFields) async -> WebhookAnswer {
        let (receivedAt, began) = (now(), ContinuousClock.now)
        let plain: [UInt8]
        let payload: WebhookPayload
        switch ContentCoding.decode(body, header: headers[.contentEncoding], limit: gate.bodyLimit) {
        case .plain(let unpacked):
            plain = unpacked
            payload = WebhookDecoder.decode(unpacked, receivedAt: receivedAt)
        case .unreadable(let why):
            plain = body
            payload = .unreadable("the body \(why)")
        case .tooLong:
            logger.warning(
                "a webhook was refused: decompressed, it is longer than the limit",
                metadata: ["limit": "\(gate.bodyLimit)"]
            )
            return .tooLarge
        }
        do {
            let delivery = WebhookDelivery(receivedAt: receivedAt, body: plain, payload: payload)
            try await sink(delivery)
            metrics.stored(delivery, began: began, now: now())
            if case .unreadable(let why) = payload { tellUnreadable(why, plain, headers) }
            return .taken
        } catch {
            logger.error(
                "a webhook could not be stored; the platform is asked to send it again",
                metadata: ["error": "\(error)"]
            )
            return .tryAgain
        }
    }

    /// Nothing of the body goes into a log: it may hold numbers and names.
    private func tellUnreadable(_ why: String, _ body: [UInt8], _ headers: HTTPFields) {
        logger.warning(
            "a webhook could not be read: \(why). It is kept in the journal as it came, and no call was changed",
            metadata: [
                "bytes": "\(body.count)", "content_type": "\((headers[.contentType] ?? "none").prefix(100))",
            ]
        )
    }
}
