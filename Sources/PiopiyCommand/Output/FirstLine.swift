import ServiceLifecycle

/// The first line of a command that serves: its address. Where that cannot be written, nobody knows where it serves,
/// and so it ends instead of running on unheard.
///
/// It is a service beside the one that serves: its error ends the group, which shuts down gracefully.
struct FirstLine: Service {
    private let results = AsyncStream.makeStream(of: Bool.self)

    /// Writes the line on standard output.
    func print(_ line: String) { results.continuation.yield(Streams.out(line)) }

    /// Waits until the group shuts down.
    /// - Throws: ``CommandFailure`` when the line could not be written.
    func run() async throws {
        let isWritten = await cancelWhenGracefulShutdown {
            for await isWritten in results.stream where !isWritten { return false }
            return true
        }
        if isWritten { return }
        throw CommandFailure(
            status: .outputLost,
            message: "The address could not be written to standard output, so nobody would know it. The program ended."
        )
    }
}
