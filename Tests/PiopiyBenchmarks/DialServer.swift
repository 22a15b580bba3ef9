import NIOCore
import NIOPosix
import Synchronization

/// The platform for the benchmark: it takes every dial, notes its number and answers `call_queued`, as cheaply as it can.
///
/// It runs in a process of its own, so that its CPU time is nobody's but its own. Each dial is to a number
/// of its own, so that one that came twice shows.
enum DialServer {
    /// Serves until the process is ended, and prints its port first.
    static func run() async throws {
        let registry = Registry()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup(numberOfThreads: 1))
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(DialHandler(registry))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        print(channel.localAddress?.port ?? 0)
        Output.flush()
        try await channel.closeFuture.get()
    }
}

/// What was dialed.
private final class Registry: Sendable {
    struct State {
        var dials = 0
        var numbers: Set<Int> = []
    }

    let state = Mutex(State())
}

/// Reads HTTP/1.1 requests that have a `Content-Length`, as all clients here send them.
private final class DialHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let registry: Registry
    private var pending = ByteBuffer()

    init(_ registry: Registry) { self.registry = registry }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var piece = unwrapInboundIn(data)
        pending.writeBuffer(&piece)
        while let request = next() {
            context.writeAndFlush(
                wrapOutboundOut(context.channel.allocator.buffer(string: answer(request))),
                promise: nil
            )
        }
        pending.discardReadBytes()
    }

    private func next() -> String? {
        let view = pending.readableBytesView
        var end = view.startIndex
        while end + 3 < view.endIndex, !(view[end] == 13 && view[end + 1] == 10 && view[end + 2] == 13) { end += 1 }
        guard end + 3 < view.endIndex else { return nil }
        let head = String(decoding: view[view.startIndex..<end], as: UTF8.self)
        let length = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.drop { !$0.isNumber }) }
        return pending.readableBytes >= end + 4 - view.startIndex + (length ?? 0)
            ? pending.readString(length: end + 4 - view.startIndex + (length ?? 0)) : nil
    }

    private func answer(_ request: String) -> String {
        let body = registry.state.withLock { state in
            guard request.hasPrefix("POST") else {
                return #"{"dials":\#(state.dials),"numbers":\#(state.numbers.count)}"#
            }
            state.dials += 1
            if let number = Self.toNumber(request) { state.numbers.insert(number) }
            return #"{"status":"call_queued","request":"bdd32bcb-767c-40a5-be4a-\#(100_000_000_000 + state.dials)"}"#
        }
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private static func toNumber(_ request: String) -> Int? {
        let text = request.utf8
        let key = Array(#""to_number":"#.utf8)
        guard let place = text.firstRange(of: key) else { return nil }
        let digits = text[place.upperBound...].drop { !(48...57).contains($0) }.prefix { (48...57).contains($0) }
        return Int(Substring(digits))
    }
}
