import Foundation
import NIOCore
import NIOEmbedded
import TestSupport
import Testing

@testable import Webhooks

@Suite("Connections that cannot be accepted")
struct AcceptErrorTests {
    /// Stands where the server ends at the first error.
    private final class Server: ChannelInboundHandler {
        typealias InboundIn = NIOAny
        var hasEnded = false

        func errorCaught(context: ChannelHandlerContext, error: any Error) { hasEnded = true }
    }

    @Test(
        "A connection that is gone before it is accepted, or for which no descriptor is left, does not end the listener"
    )
    func recoverable() throws {
        let log = LogRecorder()
        let server = Server()
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandlers([AcceptErrors(logger: log.logger), server])
        for code in [ECONNABORTED, EMFILE] {
            channel.pipeline.fireErrorCaught(IOError(errnoCode: code, reason: "accept"))
        }
        #expect(!server.hasEnded)
        #expect(log.text.contains("could not be accepted"))
        _ = try channel.finish(acceptAlreadyClosed: true)
    }
}
