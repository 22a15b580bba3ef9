import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A platform that speaks TLS, accepts every placement, and counts what reached it.
final class TLSServer: Sendable {
    fileprivate let heads = Mutex<[String]>([])
    private let listener = Mutex<(any Channel)?>(nil)

    /// The heads of all requests.
    var requests: [String] { heads.withLock { $0 } }
    var port: Int { listener.withLock { $0?.localAddress?.port } ?? 0 }

    static func start(_ configuration: TLSConfiguration) async throws -> TLSServer {
        let server = TLSServer()
        let context = try NIOSSLContext(configuration: configuration)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    try channel.pipeline.syncOperations.addHandler(TLSAnswerer(server: server))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        server.listener.withLock { $0 = channel }
        return server
    }

    func stop() async { try? await listener.withLock { $0 }?.close() }
}

private final class TLSAnswerer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let server: TLSServer
    private var text = ""

    init(server: TLSServer) { self.server = server }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        text += String(buffer: unwrapInboundIn(data))
        // The body of a placement ends with its object.
        guard text.contains("\r\n\r\n"), text.hasSuffix("}") else { return }
        server.heads.withLock { $0.append(text) }
        text = ""
        let answer = httpAnswer("200 OK", #"{"message":"call_queued","request":"req-1"}"#)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
