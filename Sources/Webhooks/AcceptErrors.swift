import Logging
import NIOCore

/// Keeps the listener listening when a connection could not be accepted: when it was gone already, or when the process
/// has no descriptor left at the moment. Unhandled, such an error would end the server.
package final class AcceptErrors: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    package typealias InboundIn = NIOAny

    private let logger: Logger

    package init(logger: Logger) { self.logger = logger }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.warning("a connection could not be accepted", metadata: ["error": "\(error)"])
        // An error that ends the channel closes it without this handler's help.
    }
}
