#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Says to other processes that this one is alive: a file that it holds a lock on, which the system takes away when the
/// process ends, however it ends.
///
/// A process id would not do: it is given out again, and says nothing on a file system that two machines share.
final class Presence: Sendable {
    private let path: String
    private let descriptor: CInt

    /// - Parameter directory: made if it is not there.
    /// - Returns: `nil` when the file cannot be made; the system's error is in `errno`.
    init?(_ id: Int64, in directory: String) {
        path = Self.path(id, in: directory)
        mkdir(directory, 0o700)
        descriptor = Self.hold(path)
        guard descriptor >= 0 else { return nil }
    }

    /// Makes the file and locks it. Between the two somebody may take it for a dead one's and clear it away: then again.
    private static func hold(_ path: String) -> CInt {
        while true {
            let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard file >= 0 else { return -1 }
            while flock(file, LOCK_EX) != 0 {
                guard errno == EINTR else {
                    let error = errno
                    close(file)
                    errno = error
                    return -1
                }
            }
            var held = stat()
            var named = stat()
            if fstat(file, &held) == 0, lstat(path, &named) == 0, held.st_ino == named.st_ino { return file }
            close(file)
        }
    }

    deinit {
        guard descriptor >= 0 else { return }
        unlink(path)
        close(descriptor)
    }

    /// Whether the process of that id is alive. What is left of a dead one is cleared away.
    static func isAlive(_ id: Int64, in directory: String) -> Bool {
        let path = path(id, in: directory)
        let file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return errno != ENOENT }
        defer { close(file) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else { return true }
        unlink(path)
        return false
    }

    /// Clears away what dead processes have left.
    static func sweep(_ directory: String) {
        guard let entries = opendir(directory) else { return }
        defer { closedir(entries) }
        while let entry = readdir(entries) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let bits = UInt64(name, radix: 16) else { continue }
            _ = isAlive(Int64(bitPattern: bits), in: directory)
        }
    }

    private static func path(_ id: Int64, in directory: String) -> String {
        "\(directory)/\(String(UInt64(bitPattern: id), radix: 16))"
    }
}
