import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// Hummingbird's HTTP/1.1 with a ``ConnectionGuard`` in each connection.
struct GuardedHTTP: ServerChildChannel {
    private let http: HTTP1Channel
    private let makeGuard: @Sendable () -> ConnectionGuard

    init(responder: @escaping HTTPChannelHandler.Responder, makeGuard: @escaping @Sendable () -> ConnectionGuard) {
        // A webhook's head has a few hundred bytes; 16 KiB leaves room for what proxies add.
        let heads = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: 8192,
            maxHeaderListSize: 16_384,
            maxHeaderFieldCount: 100
        )
        http = HTTP1Channel(responder: responder, configuration: .init(httpDecoderConfiguration: heads))
        self.makeGuard = makeGuard
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        let makeGuard = makeGuard
        return http.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(makeGuard(), position: .after(decoder))
            return value
        }
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        await http.handle(value: value, logger: logger)
    }
}
