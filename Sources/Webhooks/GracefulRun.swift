import Logging
import ServiceLifecycle

/// Runs a service until it ends, and turns a cancellation of the task into a graceful shutdown.
///
/// Hummingbird's server must not be cancelled outright: a connection that was accepted and not yet handed to its task is
/// let go unfinished then, and NIO ends the process for it ("Deinited NIOAsyncWriter without calling finish()",
/// apple/swift-nio#3481): the console would crash as it quits.
/// - Parameter grace: how long requests that are being answered may take to end; after it they are cut off.
package func runUntilCancelled(_ service: any Service, grace: Duration, logger: Logger) async throws {
    var configuration = ServiceGroupConfiguration(services: [service], logger: logger)
    configuration.maximumGracefulShutdownDuration = grace
    let group = ServiceGroup(configuration: configuration)
    // A task of its own, which the cancellation does not reach. A graceful shutdown from outside does: it travels with the
    // task's local values.
    let running = Task { try await group.run() }
    try await withTaskCancellationHandler {
        try await running.value
    } onCancel: {
        Task { await group.triggerGracefulShutdown() }
    }
}
