import Hummingbird
import Logging
import NIOCore
import Piopiy
import ServiceLifecycle
import TestSupport

@testable import Sandbox

/// A webhook receiver that keeps what it gets and answers as it is told.
actor Receiver {
    private(set) var bodies: [JSONValue] = []
    /// The status of its answer; `nil` for none at all.
    private let answer: @Sendable (_ body: JSONValue, _ before: [JSONValue]) -> Int?

    init(answer: @escaping @Sendable (_ body: JSONValue, _ before: [JSONValue]) -> Int? = { _, _ in 200 }) {
        self.answer = answer
    }

    fileprivate func take(_ bytes: [UInt8]) -> Int? {
        guard let body = try? JSONValue(parsing: bytes) else { return 400 }
        defer { bodies.append(body) }
        return answer(body, bodies)
    }

    /// What came, as soon as it is as `condition` wants it.
    func bodies(where condition: ([JSONValue]) -> Bool) async throws -> [JSONValue] {
        try await wait(for: "webhooks as they are waited for") { condition(bodies) ? bodies : nil }
    }

    /// What came, as soon as `count` CDRs are there.
    func bodies(records count: Int = 1) async throws -> [JSONValue] {
        try await bodies { $0.count { $0["type"] == "cdr" } >= count }
    }
}

/// Runs a receiver on any free port while `body` runs.
func withReceiver<R: Sendable>(
    _ receiver: Receiver = Receiver(),
    _ body: @Sendable (Receiver, _ url: String) async throws -> R
) async throws -> R {
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let app = Application(
        responder: CallbackResponder { (request: Request, _: BasicRequestContext) in
            let bytes = [UInt8](buffer: try await request.body.collect(upTo: 1 << 20))
            guard let status = await receiver.take(bytes) else {
                // Longer than any test: the sandbox gives up first, or the receiver shuts down.
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(600)) }
                throw CancellationError()
            }
            return Response(status: .init(code: status))
        },
        configuration: .init(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { continuation.yield($0.localAddress?.port ?? 0) },
        logger: .silent
    )
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { continuation.finish() }
            try await runUntilCancelled(app, logger: .silent)
        }
        defer { group.cancelAll() }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else { throw NeverHappened("the receiver's port") }
        return try await body(receiver, "http://127.0.0.1:\(port)/hooks/secret")
    }
}
