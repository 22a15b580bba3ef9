/// A door that tasks wait at until it is opened, or until they are cancelled.
public struct Gate: Sendable {
    private let channel = AsyncStream.makeStream(of: Never.self)

    public init() {}

    public func open() { channel.continuation.finish() }
    public func wait() async { for await _ in channel.stream {} }
}
