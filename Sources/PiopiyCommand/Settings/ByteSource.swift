import Dispatch
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Reads a file, a pipe or a terminal piece by piece, when it is asked to.
///
/// The wait for the other end happens on a queue of its own: tasks share few threads, and none of them may stand still
/// because nobody types. It ends at once when the task is cancelled, however silent the other end is.
final class ByteSource: Sendable {
    struct Failure: Error {
        let message: String
    }

    /// The most bytes that one piece has.
    static let pieceLimit = 65_536

    private let descriptor: CInt
    private let owns: Bool
    private let queue = DispatchQueue(label: "piopiy.input")
    /// A pipe that wakes the wait up. What was written into it stays there: stopped is stopped.
    private let wakeEnd: CInt
    private let sleepEnd: CInt

    /// - Parameter path: a file; `-` is standard input.
    convenience init(path: String) throws(Failure) {
        guard path != "-" else {
            try self.init(descriptor: 0, owns: false)
            return
        }
        // Not to hang on a named pipe that nobody writes to yet: the wait is ours.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw Failure(message: "\(path) cannot be read: \(Self.lastError)") }
        try self.init(descriptor: file, owns: true)
    }

    /// - Parameter owns: whether the descriptor is closed with it.
    init(descriptor: CInt, owns: Bool) throws(Failure) {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else {
            let why = Self.lastError
            if owns { close(descriptor) }
            throw Failure(message: "There are too many open files: \(why)")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        self.descriptor = descriptor
        self.owns = owns
        sleepEnd = ends[0]
        wakeEnd = ends[1]
    }

    deinit {
        close(sleepEnd)
        close(wakeEnd)
        if owns { close(descriptor) }
    }

    /// The next piece: empty at the end, `nil` after ``stop()`` or when the task is cancelled.
    func next() async throws -> [UInt8]? {
        let piece = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async { continuation.resume(returning: self.read()) }
            }
        } onCancel: {
            stop()
        }
        return try piece.get()
    }

    /// Ends the reading, the wait that is under way included.
    func stop() {
        var byte: UInt8 = 1
        _ = write(wakeEnd, &byte, 1)
    }

    private func read() -> Result<[UInt8]?, Failure> {
        while true {
            var ends = [
                pollfd(fd: sleepEnd, events: Int16(POLLIN), revents: 0),
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&ends, 2, -1) > 0 else {
                if errno == EINTR { continue }
                return .failure(Failure(message: "Waiting for input failed: \(Self.lastError)"))
            }
            if ends[0].revents != 0 { return .success(nil) }
            let input = FileDescriptor(rawValue: descriptor)
            do {
                let piece = try [UInt8](unsafeUninitializedCapacity: Self.pieceLimit) { bytes, count in
                    // Interrupted, it waits again before it reads: only the wait can be stopped.
                    count = try input.read(into: UnsafeMutableRawBufferPointer(bytes), retryOnInterrupt: false)
                }
                return .success(piece)
            } catch Errno.interrupted, Errno.resourceTemporarilyUnavailable {
                continue
            } catch {
                return .failure(Failure(message: "The input cannot be read: \(error)"))
            }
        }
    }

    private static var lastError: Errno { Errno(rawValue: errno) }
}
