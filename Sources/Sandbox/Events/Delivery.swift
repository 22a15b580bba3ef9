import Piopiy

/// Brings one report to the receiver, as often as the platform would.
struct Delivery: Sendable {
    /// Posts one webhook.
    /// - Returns: whether it was answered with 2xx.
    typealias Post = @Sendable (JSONValue) async -> Bool

    let post: Post
    /// Waits in the sandbox's own time.
    let pause: @Sendable (Duration) async throws -> Void

    /// How long after the one before a CDR that nobody took is sent again (source: the vendor's documentation).
    static let repeats: [Duration] = [.seconds(5 * 60), .seconds(10 * 60), .seconds(15 * 60)]

    /// Sends a live event once, a CDR until it is taken, four times at most.
    /// - Throws: what `pause` throws when it is cancelled.
    func send(_ report: CallReport) async throws {
        if report.delay > .zero { try await pause(report.delay) }
        if await post(report.json) || report.kind == .live { return }
        for wait in Self.repeats {
            try await pause(wait)
            if await post(report.json) { return }
        }
    }
}
