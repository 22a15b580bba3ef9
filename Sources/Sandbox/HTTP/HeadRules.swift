import NIOCore
import NIOHTTP1

/// What HTTP asks of a server before a body comes: a word for who waits with it, and a refusal of a head whose host is
/// not clear.
///
/// It stands between the HTTP decoder and Hummingbird, which does neither.
final class HeadRules: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Heads read whose answers are not written.
    private var unanswered = 0
    /// What the newest head is answered with as soon as the ones before it have their answers.
    private var due: HTTPResponseStatus?
    /// A refusal was written, or is due: nothing more is read.
    private var isDone = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isDone { return }
        if case .head(let head) = unwrapInboundIn(data) {
            unanswered += 1
            due = Self.answer(to: head)
            isDone = due.map { $0 != .continue } ?? false
            answerIfDue(context)
            if isDone { return }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        context.write(data, promise: promise)
        guard case .end = unwrapOutboundIn(data) else { return }
        unanswered = max(0, unanswered - 1)
        answerIfDue(context)
    }

    /// - Returns: `nil` for a head that needs nothing beforehand.
    private static func answer(to head: HTTPRequestHead) -> HTTPResponseStatus? {
        let hosts = head.headers["host"].count
        if head.version == .http1_0 { return hosts > 1 ? .badRequest : nil }
        guard hosts == 1 else { return .badRequest }
        let expectations = head.headers[canonicalForm: "expect"].map { $0.lowercased() }
        if expectations.isEmpty { return nil }
        return expectations.allSatisfy { $0 == "100-continue" } ? .continue : .expectationFailed
    }

    private func answerIfDue(_ context: ChannelHandlerContext) {
        guard unanswered == 1, let status = due else { return }
        due = nil
        if status == .continue {
            let word = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(word)), promise: nil)
            return
        }
        let error = status == .badRequest ? "bad_host" : "expectation_failed"
        let body = ByteBuffer(string: #"{"error":"\#(error)"}"#)
        let headers: HTTPHeaders = [
            "content-type": "application/json", "content-length": "\(body.readableBytes)", "connection": "close",
        ]
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    }
}
