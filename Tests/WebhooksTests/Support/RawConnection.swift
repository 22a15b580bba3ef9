import NIOCore
import NIOPosix
import Synchronization

/// A TCP connection without HTTP: for what no HTTP client would send.
final class RawConnection: Sendable {
    private struct State {
        var received: [UInt8] = []
        var isClosed = false
    }

    private final class Inbox: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let state = Mutex(State())

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let part = unwrapInboundIn(data)
            state.withLock { $0.received.append(contentsOf: part.readableBytesView) }
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if let event = event as? ChannelEvent, event == .inputClosed { state.withLock { $0.isClosed = true } }
        }

        func channelInactive(context: ChannelHandlerContext) { state.withLock { $0.isClosed = true } }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    private let channel: any Channel
    private let inbox: Inbox

    private init(channel: any Channel, inbox: Inbox) {
        self.channel = channel
        self.inbox = inbox
    }

    /// - Parameter reads: whether it takes what the server sends; if not, the server's answers pile up.
    static func open(port: Int, reads: Bool = true) async throws -> RawConnection {
        let inbox = Inbox()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.autoRead, value: reads)
            .channelInitializer { $0.pipeline.addHandler(inbox) }
            .connect(host: "127.0.0.1", port: port).get()
        return RawConnection(channel: channel, inbox: inbox)
    }

    /// Opens one, and closes it when `body` is done.
    static func with<R: Sendable>(
        port: Int,
        reads: Bool = true,
        _ body: @Sendable (RawConnection) async throws -> R
    ) async throws -> R {
        let connection = try await open(port: port, reads: reads)
        do {
            let result = try await body(connection)
            await connection.close()
            return result
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Returns when the bytes are with the system; throws once the other side has closed.
    func send(_ bytes: some Sequence<UInt8> & Sendable) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    /// Sends if the system takes bytes at the moment, and does not wait until it has them.
    func push(_ bytes: [UInt8]) {
        if channel.isWritable { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }
    }

    /// Says that nothing more will be sent.
    func finish() async { try? await channel.close(mode: .output) }

    func close() async { try? await channel.close() }

    /// Whether the other side has closed it, at least its half.
    var isClosed: Bool { inbox.state.withLock(\.isClosed) || !channel.isActive }

    var text: String { inbox.state.withLock { String(decoding: $0.received, as: UTF8.self) } }

    /// The status codes of the answers so far.
    var statuses: [Int] {
        text.split(separator: "HTTP/1.1 ", omittingEmptySubsequences: false).dropFirst().compactMap {
            Int($0.prefix(3))
        }
    }
}
