import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Piopiy
import Synchronization

/// Posts webhooks to one address. Whatever goes wrong there is logged and nothing more.
///
/// A receiver that is down or slow must not slow the sandbox: posts have a thread of their own, few run at a time, and the
/// others wait here, where waiting costs nothing, and not in the HTTP client, where each would have a timer.
final class WebhookPoster: Sendable {
    private let client: HTTPClient
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let turns = Turns(connections)
    private let url: String
    private let logger: Logger
    /// Whether the last one was taken. A receiver that is down is logged once, not once a webhook.
    private let isTaken = Mutex(true)

    /// How long a receiver has for its answer, not divided by the sandbox's speed.
    static let timeout: TimeAmount = .seconds(5)
    /// How much of an answer is read, in bytes.
    static let answerLimit = 64 << 10
    /// The most posts at a time.
    static let connections = 32

    init(url: String, logger: Logger) {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = .seconds(2)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.connections
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
        self.url = url
        self.logger = logger
    }

    func shutdown() async {
        try? await client.shutdown()
        try? await group.shutdownGracefully()
    }

    /// - Returns: whether the receiver answered with 2xx.
    func post(_ json: JSONValue) async -> Bool {
        await turns.take { await self.postNow(json) }
    }

    private func postNow(_ json: JSONValue) async -> Bool {
        if Task.isCancelled { return false }
        do {
            // A port that is none would end the process in the HTTP library.
            let address = try WebAddress(validating: url, takesQuery: true)
            var request = HTTPClientRequest(url: address.text)
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/json")
            request.headers.add(name: "User-Agent", value: "piopiy-sandbox")
            request.body = .bytes([UInt8](try json.serialized()))
            let response = try await client.execute(request, timeout: Self.timeout)
            // Read, so that the connection can be used again; a long answer is not worth that.
            var length = 0
            for try await part in response.body {
                length += part.readableBytes
                if length > Self.answerLimit { break }
            }
            let status = response.status.code
            note(json, problem: (200..<300).contains(status) ? nil : "answered \(status)")
            return (200..<300).contains(status)
        } catch {
            // The address is not logged: its path is a secret.
            if !Task.isCancelled { note(json, problem: "\(error)") }
            return false
        }
    }

    private func note(_ json: JSONValue, problem: String?) {
        let before = isTaken.withLock { taken in
            defer { taken = problem == nil }
            return taken
        }
        var metadata: Logger.Metadata = [
            "call": .string(json["cmiuuid"]?.string ?? ""), "status": .string(json["status"]?.string ?? ""),
        ]
        metadata["problem"] = problem.map { .string($0) }
        switch (problem, before) {
        case (nil, true): logger.debug("webhook accepted", metadata: metadata)
        case (nil, false): logger.notice("webhooks are accepted again", metadata: metadata)
        case (_, true):
            logger.warning(
                "a webhook was not accepted; further ones are logged at debug level",
                metadata: metadata
            )
        case (_, false): logger.debug("webhook not accepted", metadata: metadata)
        }
    }
}
