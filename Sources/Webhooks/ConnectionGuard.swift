import NIOCore
import NIOHTTP1

/// Keeps one connection within its time, and ends it well.
///
/// - A connection that has not shown the secret has little patience and, where many are, no place; see
///   ``StrangerLimit``.
/// - A sender that waits for `100 Continue` gets it as soon as it is clear that the body will be read.
/// - A head that breaks HTTP's rule on `Host` is answered here: behind this handler nobody sees how often it stood
///   there.
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
        /// For a head of who has shown the secret before, and for a body, and for an answer to be taken.
        var request: TimeAmount
        /// For the head of who has not shown the secret.
        var stranger: TimeAmount = .seconds(3)
        /// Between two requests. Only who knows the secret gets this far: all others are closed.
        var idle: TimeAmount = .seconds(60)
        /// From a refusal to the closing.
        var linger: TimeAmount = .seconds(1)
    }

    /// What the reader of a body gets when the sender was too slow.
    struct SlowSender: Error {}

    private let limits: Limits
    private let gate: WebhookGate
    private let strangers: StrangerLimit
    private var isStranger = true
    private var hasBegun = false
    /// The heads that wait for their turn to be answered before their bodies come: with 100, or with a refusal.
    private var expecting: HTTPRequestHead?
    private var refused: HTTPRequestHead?
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

    init(limits: Limits, gate: WebhookGate, strangers: StrangerLimit) {
        self.limits = limits
        self.gate = gate
        self.strangers = strangers
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { end(context) }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(context)
        context.fireChannelInactive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        if hasBegun { return }
        hasBegun = true
        strangers.enter(context.channel)
        waitForHead(context)
    }

    private func end(_ context: ChannelHandlerContext) {
        strangers.leave(context.channel)
        cancelAll()
    }

    // MARK: In

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isDone { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            unanswered += 1
            isBodyDue = true
            if !head.isKeepAlive { isLastRequest = true }
            let refusal = gate.refusal(of: head)
            if refusal == .badHost { return refuse(head, context) }
            if isStranger, gate.knowsSecret(target: head.uri) {
                isStranger = false
                strangers.leave(context.channel)
            }
            arm(context, limits.request) { $0.bodyIsLate($1) }
            if refusal == nil, WebhookGate.awaitsContinue(head) {
                expecting = head
                answerAhead(context)
            }
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
        if let event = event as? StrangerLimit.MakeRoom {
            guard isStranger else { return }
            let delay = event.at - .now()
            context.eventLoop.assumeIsolated().scheduleTask(in: max(.zero, delay)) {
                if self.isStranger { context.close(promise: nil) }
            }
            return
        }
        // The other side has its answer and went: there is nothing to linger for.
        if isDone, refused == nil, let event = event as? ChannelEvent, event == .inputClosed {
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
                context.write(data, promise: promise)
                return answerAhead(context)
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

    // MARK: Answers of its own

    /// Nothing after such a head is read: where it ends is a matter of opinion.
    private func refuse(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        isDone = true
        refused = head
        arm(context, limits.request) { $1.close(promise: nil) }
        answerAhead(context)
    }

    /// Answers the head that came last, once the requests before it have their answers.
    private func answerAhead(_ context: ChannelHandlerContext) {
        guard unanswered == 1, !hasSaidLast else { return }
        if let head = expecting {
            expecting = nil
            let word = HTTPResponseHead(version: head.version, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(word)), promise: nil)
        } else if let head = refused {
            refused = nil
            hasSaidLast = true
            let (answer, body) = WebhookAnswer.badHost.parts(version: head.version)
            context.write(wrapOutboundOut(.head(answer)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
            let written = context.eventLoop.makePromise(of: Void.self)
            written.futureResult.assumeIsolated().whenComplete { _ in self.linger(context) }
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
        }
    }

    // MARK: Time

    private func waitForHead(_ context: ChannelHandlerContext) {
        let patience = hasAnswered ? limits.idle : isStranger ? min(limits.stranger, limits.request) : limits.request
        arm(context, patience) { $1.close(promise: nil) }
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
