import Piopiy

/// Brings one report to each receiver, as often as the platform would.
struct Delivery: Sendable {
    /// Posts one webhook.
    /// - Returns: whether it was answered with 2xx.
    typealias Post = @Sendable (JSONValue) async -> Bool

    /// Who wants a webhook.
    typealias Receivers = @Sendable (JSONValue) async -> [Post]

    let receivers: Receivers
    /// Waits in the sandbox's own time.
    let pause: @Sendable (Duration) async throws -> Void

    init(receivers: @escaping Receivers, pause: @escaping @Sendable (Duration) async throws -> Void) {
        self.receivers = receivers
        self.pause = pause
    }

    init(post: @escaping Post, pause: @escaping @Sendable (Duration) async throws -> Void) {
        self.init(receivers: { _ in [post] }, pause: pause)
    }

    /// How long after the one before a CDR that nobody took is sent again (source: the vendor's documentation).
    static let repeats: [Duration] = [.seconds(5 * 60), .seconds(10 * 60), .seconds(15 * 60)]

    /// Sends a live event once, a CDR until it is taken, four times at most.
    /// - Throws: what `pause` throws when it is cancelled.
    func send(_ report: CallReport) async throws {
        if report.delay > .zero { try await pause(report.delay) }
        let posts = await receivers(report.json)
        if posts.count == 1 { return try await send(report, posts[0]) }
        // Each has repeats of its own: who took it is not told again because another did not.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for post in posts { group.addTask { try await send(report, post) } }
            try await group.waitForAll()
        }
    }

    private func send(_ report: CallReport, _ post: Post) async throws {
        if await post(report.json) || report.kind == .live { return }
        for wait in Self.repeats {
            try await pause(wait)
            if await post(report.json) { return }
        }
    }
}
