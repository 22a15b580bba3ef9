import Logging

/// Runs a sandbox while `body` runs, for tests and for trying things out.
///
/// ```swift
/// try await withSandbox { base in
///     let client = try RestClient(token: token, .init(baseURL: base))
///     …
/// }
/// ```
/// - Parameter body: gets the REST base, `http://127.0.0.1:PORT/v3`.
/// - Throws: ``SandboxError`` when the sandbox cannot start, and whatever `body` throws.
public func withSandbox<R: Sendable>(
    _ configuration: SandboxServer.Configuration = .init(),
    logger: Logger = Logger(label: "piopiy.sandbox") { _ in SwiftLogNoOpLogHandler() },
    _ body: @Sendable (_ restBase: String) async throws -> R
) async throws -> R {
    let (bases, continuation) = AsyncStream.makeStream(of: String.self)
    let server = SandboxServer(configuration: configuration, logger: logger) { continuation.yield($0) }
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { continuation.finish() }
            try await server.run()
        }
        var iterator = bases.makeAsyncIterator()
        guard let base = await iterator.next() else {
            // It did not come up: its task knows why.
            try await group.waitForAll()
            throw CancellationError()
        }
        let result = try await body(base)
        group.cancelAll()
        try await group.waitForAll()
        return result
    }
}
