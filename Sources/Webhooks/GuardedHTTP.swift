import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// Hummingbird's HTTP/1.1 with a ``ConnectionGuard`` in each connection.
struct GuardedHTTP: ServerChildChannel {
    private let http: HTTP1Channel
    private let limits: ConnectionGuard.Limits

    init(responder: @escaping HTTPChannelHandler.Responder, limits: ConnectionGuard.Limits) {
        // A webhook's head has a few hundred bytes; 16 KiB leaves room for what proxies add.
        let heads = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: 8192,
            maxHeaderListSize: 16_384,
            maxHeaderFieldCount: 100
        )
        http = HTTP1Channel(responder: responder, configuration: .init(httpDecoderConfiguration: heads))
        self.limits = limits
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        let limits = limits
        return http.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(ConnectionGuard(limits: limits), position: .after(decoder))
            return value
        }
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        await http.handle(value: value, logger: logger)
    }
}
