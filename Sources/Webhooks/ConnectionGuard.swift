import NIOCore
import NIOHTTP1

/// Keeps one connection within its time, and ends it well.
///
/// - A request's head, and then its body, must each be complete within a time that does not start again with every byte.
/// - After an answer that refuses, nothing more is read. The connection stays half open for a moment: closing it with
///   bytes unread would reset it, and the answer might be lost on the way.
/// - A client that does not read its answers is cut off.
///
/// It stands between the HTTP decoder and Hummingbird.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    struct Limits: Sendable {
        /// For a head, and for a body, and for an answer to be taken.
        var request: TimeAmount
        /// Between two requests. Only who knows the secret gets this far: all others are closed.
        var idle: TimeAmount = .seconds(60)
        /// From a refusal to the closing.
        var linger: TimeAmount = .seconds(1)
    }

    /// What the reader of a body gets when the sender was too slow.
    struct SlowSender: Error {}

    private let limits: Limits
    /// Heads read whose answers are not written.
    private var unanswered = 0
    private var isBodyDue = false
    private var hasAnswered = false
    /// The sender has said that it sends no more requests.
    private var isLastRequest = false
    /// The answer being written says that it is the last one.
    private var isLastAnswer = false
    private var hasSaidLast = false
    /// Nothing more is read.
    private var isDone = false
    private var deadline: Scheduled<Void>?
    private var stall: Scheduled<Void>?

    init(limits: Limits) { self.limits = limits }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { waitForHead(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { cancelAll() }

    func channelActive(context: ChannelHandlerContext) {
        waitForHead(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        cancelAll()
        context.fireChannelInactive()
    }

    // MARK: In

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isDone { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            unanswered += 1
            isBodyDue = true
            if !head.isKeepAlive { isLastRequest = true }
            arm(context, limits.request) { $0.bodyIsLate($1) }
        case .body: break
        case .end:
            isBodyDue = false
            deadline?.cancel()
        }
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        if !isDone { context.read() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The other side has its answer and went: there is nothing to linger for.
        if isDone, let event = event as? ChannelEvent, event == .inputClosed {
            context.close(promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
    }

    // MARK: Out

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if hasSaidLast {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(let head):
            isLastAnswer = !head.isKeepAlive
            context.write(data, promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            unanswered = max(0, unanswered - 1)
            hasAnswered = true
            guard isLastAnswer || (isLastRequest && unanswered == 0) else {
                if unanswered == 0, !isBodyDue { waitForHead(context) }
                return context.write(data, promise: promise)
            }
            isDone = true
            hasSaidLast = true
            let written = promise ?? context.eventLoop.makePromise(of: Void.self)
            written.futureResult.assumeIsolated().whenComplete { _ in self.linger(context) }
            context.writeAndFlush(data, promise: written)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stall?.cancel()
        if !context.channel.isWritable {
            stall = context.eventLoop.assumeIsolated().scheduleTask(in: limits.request) { context.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    // MARK: Time

    private func waitForHead(_ context: ChannelHandlerContext) {
        arm(context, hasAnswered ? limits.idle : limits.request) { $1.close(promise: nil) }
    }

    private func bodyIsLate(_ context: ChannelHandlerContext) {
        isDone = true
        context.fireErrorCaught(SlowSender())
        // Whoever reads the body answers and closes; this is for when nobody reads.
        arm(context, limits.linger) { $1.close(promise: nil) }
    }

    private func linger(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        context.close(mode: .output, promise: nil)
        arm(context, limits.linger) { $1.close(promise: nil) }
    }

    private func arm(
        _ context: ChannelHandlerContext,
        _ delay: TimeAmount,
        _ action: @escaping (ConnectionGuard, ChannelHandlerContext) -> Void
    ) {
        deadline?.cancel()
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { action(self, context) }
    }

    private func cancelAll() {
        deadline?.cancel()
        stall?.cancel()
    }
}
