import Piopiy

/// One POST of the platform, whole.
public struct WebhookDelivery: Sendable {
    /// When the body had been read, by this machine's clock.
    public let receivedAt: Timestamp
    /// The body as it came but for gzip or deflate, which are undone where they can be; at most
    /// ``WebhookListener/Configuration/bodyLimit`` bytes.
    public let body: [UInt8]
    /// What it says. A body that is not understood is delivered too: it is worth keeping.
    public let payload: WebhookPayload

    public init(receivedAt: Timestamp, body: [UInt8], payload: WebhookPayload) {
        self.receivedAt = receivedAt
        self.body = body
        self.payload = payload
    }
}
