import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Writes whole lines, one after the other, from as many tasks as there are. No task's thread stands still while a slow
/// reader makes it wait.
final class ResultWriter: Sendable {
    private let descriptor: CInt
    private let queue = DispatchQueue(label: "piopiy.results")
    private let failed = Mutex(false)

    init(descriptor: CInt = 1) { self.descriptor = descriptor }

    /// Writes it through.
    /// - Returns: whether it could be written. After a first failure nothing more is.
    func write(_ text: String) async -> Bool {
        await withCheckedContinuation { continuation in
            queue.async {
                let isWritten = !self.hasFailed && Streams.write(text, to: self.descriptor)
                if !isWritten { self.failed.withLock { $0 = true } }
                continuation.resume(returning: isWritten)
            }
        }
    }

    /// Whether something could not be written.
    var hasFailed: Bool { failed.withLock { $0 } }

    /// Whether, as far as can be known without writing, a line can be written: nothing failed, and somebody is there to
    /// read it.
    var isOpen: Bool {
        guard !hasFailed else { return false }
        let mode = fcntl(descriptor, F_GETFL)
        guard mode >= 0, mode & O_ACCMODE != O_RDONLY else { return false }
        var end = pollfd(fd: descriptor, events: 0, revents: 0)
        guard poll(&end, 1, 0) > 0 else { return true }
        return Int32(end.revents) & (POLLERR | POLLNVAL | POLLHUP) == 0
    }
}
