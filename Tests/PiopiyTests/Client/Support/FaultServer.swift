import NIOCore
import NIOPosix
import Piopiy
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The platform at its worst, without an HTTP library: it registers a request once it has read all of it, as the platform
/// would ring a number, and then does one thing wrong.
final class FaultServer: Sendable {
    /// What follows a whole request.
    enum Action: Sendable {
        /// These bytes, and the connection stays.
        case send(String)
        /// The same, of bytes that are no text.
        case sendBytes([UInt8])
        case sendBytesAndClose([UInt8])
        /// These bytes, but late.
        case sendAfter(TimeAmount, String)
        case sendAndClose(String)
        case sendAndReset(String)
        case close
        case reset
        /// Its own half is closed, and it goes on reading.
        case halfClose
        case hang
        /// The first bytes, and then the others again and again as long as they are taken.
        case flood(String, then: String)
    }

    /// What follows an accepted connection.
    enum Greeting: Sendable {
        case read
        case close
        case reset
        case halfClose
        /// Everything is read and nothing registered; the connection is closed after the head.
        case closeAfterHead
        /// These bytes are sent unasked.
        case speak(String)
    }

    struct Request: Sendable {
        let head: String
        let body: JSONValue
        /// The number that is dialled, or the call that is hung up.
        var subject: String { body["to_number"]?.string ?? body["call_id"]?.string ?? "" }
    }

    struct Plan: Sendable {
        var greeting = Greeting.read
        /// For the first, second… request about one subject; the last one stands for all that follow.
        var actions: [Action] = [.hang]
        /// A connection that idles this long after an answer is closed.
        var idleClose: TimeAmount?
        /// The close of an idle connection is still on its way when the next request leaves: that request is reset. It is
        /// what a long line does.
        var closeIsLate = false
    }

    fileprivate struct State {
        var requests: [Request] = []
        var counts: [String: Int] = [:]
        var connections = 0
        var bytesTaken = 0
        var open: [ObjectIdentifier: any Channel] = [:]
    }

    let plan: Plan
    fileprivate let state = Mutex(State())
    private let listener = Mutex<(any Channel)?>(nil)

    private init(plan: Plan) { self.plan = plan }

    static func start(_ plan: Plan) async throws -> FaultServer {
        let server = FaultServer(plan: plan)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FaultHandler(server: server))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        server.listener.withLock { $0 = channel }
        return server
    }

    func stop() async {
        try? await listener.withLock { $0 }?.close()
        for channel in state.withLock({ Array($0.open.values) }) { try? await channel.close() }
    }

    var port: Int { listener.withLock { $0?.localAddress?.port } ?? 0 }
    var requests: [Request] { state.withLock(\.requests) }
    var connections: Int { state.withLock(\.connections) }
    /// Whether it has read all that was sent to it: every connection has ended.
    var isQuiet: Bool { state.withLock(\.open.isEmpty) }
    /// What the client's side has taken of a flood.
    var bytesTaken: Int { state.withLock(\.bytesTaken) }

    /// How often each number was dialled, or each call hung up.
    func count(_ subject: String) -> Int { state.withLock { $0.counts[subject] ?? 0 } }

    fileprivate func register(_ request: Request) -> Action {
        state.withLock { state in
            state.requests.append(request)
            state.counts[request.subject, default: 0] += 1
            return plan.actions[min((state.counts[request.subject] ?? 1), plan.actions.count) - 1]
        }
    }
}

private final class FaultHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let server: FaultServer
    private var pending: [UInt8] = []
    private var idle: Scheduled<Void>?
    private var isClosedAlready = false

    init(server: FaultServer) { self.server = server }

    func channelActive(context: ChannelHandlerContext) {
        server.state.withLock { state in
            state.connections += 1
            state.open[ObjectIdentifier(context.channel)] = context.channel
        }
        switch server.plan.greeting {
        case .read, .closeAfterHead: break
        case .close: context.close(promise: nil)
        case .reset: reset(context)
        case .halfClose: context.close(mode: .output, promise: nil)
        case .speak(let text): context.writeAndFlush(bytes(text), promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        idle?.cancel()
        let id = ObjectIdentifier(context.channel)
        server.state.withLock { $0.open[id] = nil }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { context.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        idle?.cancel()
        if isClosedAlready { return reset(context) }
        pending.append(contentsOf: unwrapInboundIn(data).readableBytesView)
        while let request = nextRequest(context) { act(server.register(request), context) }
    }

    private func nextRequest(_ context: ChannelHandlerContext) -> FaultServer.Request? {
        let end = Array("\r\n\r\n".utf8)
        guard pending.count >= end.count,
            let start = (0...(pending.count - end.count)).first(where: { pending[$0..<($0 + 4)].elementsEqual(end) })
        else { return nil }
        if case .closeAfterHead = server.plan.greeting {
            pending = []
            context.close(promise: nil)
            return nil
        }
        let head = String(decoding: pending[..<start], as: UTF8.self)
        let lengthLine = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
        let length = lengthLine.flatMap { Int($0.split(separator: " ").last ?? "") } ?? 0
        guard pending.count >= start + 4 + length else { return nil }
        let body = (try? JSONValue(parsing: pending[(start + 4)..<(start + 4 + length)])) ?? .null
        pending.removeFirst(start + 4 + length)
        return FaultServer.Request(head: head, body: body)
    }

    private func act(_ action: FaultServer.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .send(let text):
            context.writeAndFlush(bytes(text), promise: nil)
            guard let idleClose = server.plan.idleClose else { return }
            idle = context.eventLoop.assumeIsolated().scheduleTask(in: idleClose) {
                self.isClosedAlready = true
                if !self.server.plan.closeIsLate { context.close(promise: nil) }
            }
        case .sendBytes(let bytes): context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        case .sendBytesAndClose(let bytes):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes))).assumeIsolated()
                .whenComplete { _ in context.close(promise: nil) }
        case .sendAfter(let delay, let text):
            context.eventLoop.assumeIsolated().scheduleTask(in: delay) {
                context.writeAndFlush(self.bytes(text), promise: nil)
            }
        case .sendAndClose(let text):
            context.writeAndFlush(bytes(text)).assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        case .sendAndReset(let text):
            context.writeAndFlush(bytes(text)).assumeIsolated().whenComplete { _ in self.reset(context) }
        case .close: context.close(promise: nil)
        case .reset: reset(context)
        case .halfClose: context.close(mode: .output, promise: nil)
        case .hang: break
        case .flood(let first, let more):
            context.write(bytes(first), promise: nil)
            flood(more, context)
        }
    }

    private func flood(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(bytes(text)).assumeIsolated().whenComplete { result in
            guard case .success = result, context.channel.isActive else { return }
            self.server.state.withLock { $0.bytesTaken += text.utf8.count }
            // Through the loop, so that a client that takes everything cannot make the stack grow.
            context.eventLoop.assumeIsolated().execute { self.flood(text, context) }
        }
    }

    private func reset(_ context: ChannelHandlerContext) {
        // To close without lingering is to reset.
        let set = (context.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        (set ?? context.eventLoop.makeSucceededVoidFuture()).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }

    private func bytes(_ text: String) -> NIOAny { wrapOutboundOut(ByteBuffer(string: text)) }
}

extension FaultServer.Action {
    /// An answer as HTTP has it; the connection stays.
    static func answer(_ status: String, _ body: String = "{}", headers: [String] = []) -> Self {
        .send(httpAnswer(status, body, headers: headers))
    }

    static let accept = answer("200 OK", #"{"message":"call_queued","request":"req-1"}"#)
}

func httpAnswer(_ status: String, _ body: String, headers: [String] = [], length: Int? = nil) -> String {
    let lines = [
        "HTTP/1.1 \(status)", "Content-Type: application/json", "Content-Length: \(length ?? body.utf8.count)",
    ]
    return (lines + headers).joined(separator: "\r\n") + "\r\n\r\n" + body
}
