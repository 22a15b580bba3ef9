import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1
import Piopiy

/// Posts webhooks to one address. Whatever goes wrong there is logged and nothing more.
struct WebhookPoster: Sendable {
    private let client: HTTPClient
    private let url: String
    private let logger: Logger

    /// How long a receiver has for its answer, not divided by the sandbox's speed.
    static let timeout: TimeAmount = .seconds(5)

    /// How much of an answer is read, in bytes.
    static let answerLimit = 64 << 10

    init(url: String, logger: Logger) {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = .seconds(2)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 32
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        self.url = url
        self.logger = logger
    }

    func shutdown() async { try? await client.shutdown() }

    /// - Returns: whether the receiver answered with 2xx.
    func post(_ json: JSONValue) async -> Bool {
        let call: Logger.Metadata = [
            "call": .string(json["cmiuuid"]?.string ?? ""), "status": .string(json["status"]?.string ?? ""),
        ]
        do {
            var request = HTTPClientRequest(url: url)
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
            if (200..<300).contains(response.status.code) { return true }
            logger.warning(
                "webhook refused",
                metadata: call.merging(["answer": "\(response.status.code)"]) { old, _ in old }
            )
        } catch {
            // The address is not logged: its path is a secret.
            if !Task.isCancelled {
                logger.warning("webhook not delivered", metadata: call.merging(["error": "\(error)"]) { old, _ in old })
            }
        }
        return false
    }
}
