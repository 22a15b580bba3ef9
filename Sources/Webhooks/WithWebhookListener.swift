import Logging
import Piopiy

/// Listens for webhooks while `body` runs, and stops when it returns or throws.
///
/// - Parameters:
///   - configuration: where to listen; port 0 takes any that is free.
///   - now: the time of what does not tell its own.
///   - body: gets the URL that the platform is to POST to, secret included.
/// - Returns: what `body` returns.
/// - Throws: what `body` throws, or ``WebhookListenerError``; then `body` is cancelled, or was never run.
public func withWebhookListener<R: Sendable>(
    _ configuration: WebhookListener.Configuration,
    now: @escaping @Sendable () -> Timestamp = { .now },
    logger: Logger,
    sink: @escaping @Sendable (WebhookDelivery) async throws -> Void,
    _ body: @escaping @Sendable (_ url: String) async throws -> R
) async throws -> R {
    let (urls, continuation) = AsyncStream.makeStream(of: String.self)
    let listener = WebhookListener(
        configuration: configuration,
        now: now,
        logger: logger,
        onRunning: { continuation.yield($0) },
        sink: sink
    )
    return try await withThrowingTaskGroup(of: R?.self) { group in
        defer { group.cancelAll() }
        group.addTask {
            defer { continuation.finish() }
            try await listener.run()
            return nil
        }
        group.addTask {
            for await url in urls { return try await body(url) }
            return nil
        }
        for try await result in group {
            if let result { return result }
        }
        // The listener was stopped from outside before `body` could begin.
        throw CancellationError()
    }
}
