#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Which process hears the webhooks of an account, and asks the platform for what they do not tell: one on each host. The
/// system takes the lock away when the process ends, however it ends, and another takes it over.
final class ListenerLock: Sendable {
    private let descriptor: CInt

    /// - Returns: `nil` while another process holds it.
    /// - Throws: ``CommandFailure`` when the lock's file cannot be made.
    init?(account: String, places: FilePlaces) throws(CommandFailure) {
        let path = try Self.path(account: account, places: places)
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else {
            let why = String(cString: strerror(errno))
            throw CommandFailure(status: .badConfiguration, message: "The file \(path) cannot be made: \(why).")
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            return nil
        }
        descriptor = file
        // What the last one said of itself is not true of this one.
        ftruncate(file, 0)
    }

    deinit { close(descriptor) }

    /// Says in the lock's file what feeds the boards of this host.
    func tell(isListening: Bool) {
        var text: [UInt8] = Array(isListening ? "webhooks\n".utf8 : "polling \n".utf8)
        _ = pwrite(descriptor, &text, text.count, 0)
    }

    /// Whether the process that holds the lock hears webhooks, as far as it has said so.
    static func isListening(account: String, places: FilePlaces) throws(CommandFailure) -> Bool {
        let file = open(try path(account: account, places: places), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return false }
        defer { close(file) }
        var text = [UInt8](repeating: 0, count: 9)
        let count = pread(file, &text, text.count, 0)
        return count > 0 && text.prefix(count).starts(with: "webhooks".utf8)
    }

    static func path(account: String, places: FilePlaces) throws(CommandFailure) -> String {
        let name = account.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-" }
        return try places.makeState() + "/listener-\(String(name)).lock"
    }
}
