import Journal
import Piopiy

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Which process does something for all of an account's on this host: there is one at a time. The system takes the lock
/// away when the process ends, however it ends, and another takes it over.
package final class HostLock: Sendable {
    /// What is done by one for all.
    package enum Duty: String, Sendable {
        /// Hears the webhooks.
        case listener
        /// Asks the platform for what webhooks do not tell. `piopiy listen` hears, and leaves this to a console.
        case poller

        /// As others are told of it.
        var ofMember: JournalMember.Duty {
            switch self {
            case .listener: .listener
            case .poller: .poller
            }
        }
    }

    private let descriptor: CInt

    /// - Returns: `nil` while another process holds it.
    /// - Throws: ``StationError`` when the lock's file cannot be made.
    package init?(_ duty: Duty, account: String, folder: String) throws(StationError) {
        let path = Self.path(duty, account: account, folder: folder)
        // A look first, by a descriptor that only reads: closing one that may write would wake all who wait for the
        // duty, and their looks would wake each other without end.
        let look = try Self.make(path, O_RDONLY)
        let isFree = flock(look, LOCK_SH | LOCK_NB) == 0
        close(look)
        guard isFree else { return nil }
        let file = try Self.make(path, O_RDWR)
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            // Another was first, or looks just now. Closing this wakes whoever waits, us among them.
            close(file)
            return nil
        }
        descriptor = file
        // What the last one said of itself is not true of this one.
        ftruncate(file, 0)
    }

    private static func make(_ path: String, _ access: CInt) throws(StationError) -> CInt {
        let file = open(path, access | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else {
            let why = String(cString: strerror(errno))
            throw StationError("The lock file \(path) cannot be created: \(why).")
        }
        return file
    }

    /// When to look whether a duty is free, and what its holder says of itself: at once, when either changes, and now
    /// and then.
    package static func looks(at duty: Duty, account: String, folder: String) -> AsyncStream<Void> {
        FileWatch.shared.looks(at: .lock(path(duty, account: account, folder: folder)))
    }

    deinit { close(descriptor) }

    /// Says in the lock's file what feeds the boards of this host.
    package func tell(isListening: Bool) { write(isListening ? "webhooks\n" : "polling \n") }

    /// Says in the lock's file when the platform last answered.
    package func tell(polledAt moment: Timestamp) { write("\(moment.milliseconds)\n") }

    private func write(_ text: String) {
        // Nothing is lost where it cannot be written: the others show an older time.
        var bytes = Array(text.utf8)
        _ = pwrite(descriptor, &bytes, bytes.count, 0)
    }

    /// Whether the process that holds the listener's lock hears webhooks, as far as it has said so.
    package static func isListening(account: String, folder: String) -> Bool {
        read(.listener, account: account, folder: folder)?.hasPrefix("webhooks") ?? false
    }

    /// When the platform last answered the process that asks it.
    package static func polledAt(account: String, folder: String) -> Timestamp? {
        read(.poller, account: account, folder: folder).flatMap { Int64($0.prefix { $0.isNumber }) }
            .map { Timestamp(milliseconds: $0) }
    }

    private static func read(_ duty: Duty, account: String, folder: String) -> String? {
        let path = path(duty, account: account, folder: folder)
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = pread(file, &bytes, bytes.count, 0)
        return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
    }

    package static func path(_ duty: Duty, account: String, folder: String) -> String {
        let name = account.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-" }
        return folder + "/\(duty.rawValue)-\(String(name)).lock"
    }
}
