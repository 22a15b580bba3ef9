import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Tells whoever follows a file when to look at it.
///
/// ```swift
/// for await _ in FileWatch.shared.looks(at: .journal(path)) {
///     // Read what is new. The first look is due at once.
/// }
/// ```
///
/// It asks the kernel to tell of changes (inotify), with one descriptor for the whole process, and costs nothing while
/// nothing changes. Where the kernel cannot tell, on a network file system or when there is no descriptor left, it
/// compares the files' times every 100 ms.
///
/// - A look may find nothing new: looks are also due some time after the last change, and after a long time without
///   one.
/// - However much changes, there are at most 50 looks a second. Looks that nobody takes do not queue up.
public final class FileWatch: Sendable {
    /// The one of this process.
    public static let shared = FileWatch()

    /// What is followed.
    public enum Subject: Hashable, Sendable {
        /// A journal, by its path: its write-ahead log is what changes.
        case journal(String)
        /// A lock file: its content, and that whoever holds it lets go of it, by ending for instance.
        case lock(String)
        /// Who has a journal open, by its path.
        case members(String)

        /// What tells of it that it changes: a file, or all files of a directory.
        var file: String {
            switch self {
            case .journal(let path): path + "-wal"
            case .lock(let path): path
            case .members(let path): SQLiteJournal.presences(path)
            }
        }

        var isDirectory: Bool {
            if case .members = self { true } else { false }
        }

        /// Whether what is written can be read only some time after it was written.
        var isPublishedLater: Bool {
            switch self {
            case .journal: true
            case .lock, .members: false
            }
        }

        /// The longest time without a look, should the kernel fail to tell.
        func longest(isPolled: Bool) -> Duration {
            switch self {
            case .journal: .seconds(5)
            // That a lock is free again changes no file's time.
            case .lock: isPolled ? FileWatch.interval : .seconds(1)
            case .members: isPolled ? .seconds(1) : .seconds(5)
            }
        }
    }

    /// How often files are looked at of which the kernel does not tell.
    static let interval = Duration.milliseconds(100)
    /// How often the kernel is asked again to tell of changes, after it could not.
    static let retry = Duration.seconds(60)

    private struct Exchange {
        var added: [(number: Int, subjects: [Subject], looks: AsyncStream<Void>.Continuation)] = []
        var removed: [Int] = []
        var count = 0
        var next = 0
        /// Whether there is a thread that takes from here.
        var isRunning = false
        /// Written to to wake the thread; -1 where there is none.
        var wakeEnd: CInt = -1
    }

    private let exchange = Mutex(Exchange())
    /// Whether the kernel may be asked to tell of a directory's changes.
    private let canTell: @Sendable (_ directory: String) -> Bool

    /// Whether looks are also due when nothing was told for long.
    private let looksUnasked: Bool

    /// - Parameters:
    ///   - canTell: whether the kernel is asked to tell of changes in a directory.
    ///   - looksUnasked: whether looks are also due when nothing was told for long.
    init(
        canTell: @escaping @Sendable (String) -> Bool = { !FileSystemKind.isForeign($0) },
        looksUnasked: Bool = true
    ) {
        self.canTell = canTell
        self.looksUnasked = looksUnasked
    }

    /// When to look at subjects, until the sequence is let go of or its task is cancelled.
    public func looks(at subjects: Subject...) -> AsyncStream<Void> {
        let (stream, looks) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = exchange.withLock { exchange in
            exchange.next += 1
            exchange.count += 1
            exchange.added.append((exchange.next, subjects, looks))
            if exchange.isRunning {
                Self.wake(exchange.wakeEnd)
            } else {
                exchange.isRunning = true
                // A thread of its own while anything is followed: it waits in `poll`, which no task's thread may.
                DispatchQueue(label: "piopiy.watch").async { self.run() }
            }
            return exchange.next
        }
        looks.onTermination = { [weak self] _ in self?.remove(number) }
        return stream
    }

    private func remove(_ number: Int) {
        exchange.withLock { exchange in
            exchange.removed.append(number)
            Self.wake(exchange.wakeEnd)
        }
    }

    private static func wake(_ end: CInt) {
        guard end >= 0 else { return }
        var byte: UInt8 = 0
        // A pipe that is full wakes the thread as well.
        _ = write(end, &byte, 1)
    }

    // MARK: The thread

    private func run() {
        var ends: [CInt] = [-1, -1]
        // Without a pipe it looks by itself whether it is wanted.
        if pipe(&ends) == 0 {
            for end in ends {
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
            }
        } else {
            ends = [-1, -1]
        }
        exchange.withLock { $0.wakeEnd = ends[1] }
        var watcher = Watcher(canTell: canTell, looksUnasked: looksUnasked)
        while takeOver(&watcher) {
            watcher.step(at: .now)
            Self.wait(for: ends[0], watcher.eventDescriptor, until: watcher.next)
        }
        // Nobody writes to it any more: `takeOver` has taken it out of the exchange.
        for end in ends where end >= 0 { close(end) }
    }

    /// Hands what came and went to the thread.
    /// - Returns: `false` when nothing is followed any more; the thread is then to end.
    private func takeOver(_ watcher: inout Watcher) -> Bool {
        let changed: Exchange? = exchange.withLock { exchange in
            exchange.count -= exchange.removed.count
            let changed = exchange
            exchange.added = []
            exchange.removed = []
            if exchange.count > 0 { return changed }
            exchange.isRunning = false
            exchange.wakeEnd = -1
            return nil
        }
        guard let changed else { return false }
        let removed = Set(changed.removed)
        for number in removed { watcher.forget(number) }
        for one in changed.added where !removed.contains(one.number) {
            for subject in one.subjects { watcher.follow(subject, as: one.number, one.looks) }
        }
        return true
    }

    private static func wait(for wakeEnd: CInt, _ events: CInt, until next: ContinuousClock.Instant) {
        var descriptors = [wakeEnd, events].filter { $0 >= 0 }.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var left = ContinuousClock.now.duration(to: next)
        if wakeEnd < 0 { left = min(left, interval) }
        guard left > .zero else { return }
        // Rounded up, so that it is not woken before its time.
        let milliseconds = Int(left / .milliseconds(1)) + 1
        guard poll(&descriptors, nfds_t(descriptors.count), CInt(min(milliseconds, 60_000))) > 0, wakeEnd >= 0 else {
            return
        }
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(wakeEnd, &bytes, bytes.count) == bytes.count {}
    }
}
