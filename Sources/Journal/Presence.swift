import Synchronization
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Tells other processes that this one is alive, and who it is: a file that it holds a lock on, which the system takes
/// away when the process ends, however it ends.
///
/// A process id would not do: it is given out again, and says nothing on a file system that two machines share.
final class Presence: Sendable {
    private let path: String
    private let descriptor: CInt
    private let told: Mutex<Told>

    private struct Told {
        var member: JournalMember
        /// How long the text in the file is.
        var length = 0
    }

    /// - Parameters:
    ///   - member: what the file tells.
    ///   - directory: made if it is not there.
    /// - Throws: the system's error when the file cannot be made.
    init(_ member: JournalMember, in directory: String) throws(OpeningTurn.Failure) {
        let path = Self.path(member.id, in: directory)
        mkdir(directory, 0o700)
        descriptor = try Self.hold(path)
        self.path = path
        told = Mutex(Told(member: member))
        change { _ in }
    }

    /// Changes what the file tells. What cannot be written is left out: it is for people alone.
    func change(_ body: (inout JournalMember) -> Void) {
        told.withLock { told in
            body(&told.member)
            var bytes = Array(told.member.text.utf8)
            // Written in one piece, over all that was there before.
            bytes += [UInt8](repeating: 0x20, count: max(0, told.length - bytes.count - 1)) + [0x0A]
            if pwrite(descriptor, &bytes, bytes.count, 0) == bytes.count { told.length = bytes.count }
        }
    }

    /// Makes the file and locks it. Between the two somebody may take it for a dead one's and clear it away: then
    /// again.
    private static func hold(_ path: String) throws(OpeningTurn.Failure) -> CInt {
        while true {
            let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard file >= 0 else { throw .system(Errno(rawValue: errno)) }
            while flock(file, LOCK_EX) != 0 {
                let error = Errno(rawValue: errno)
                guard error == .interrupted else {
                    close(file)
                    throw .system(error)
                }
            }
            if isNamed(file, path) { return file }
            close(file)
        }
    }

    /// Whether a path is still that of an open file.
    private static func isNamed(_ file: CInt, _ path: String) -> Bool {
        var held = stat()
        var named = stat()
        return fstat(file, &held) == 0 && lstat(path, &named) == 0 && held.st_ino == named.st_ino
    }

    deinit {
        unlink(path)
        close(descriptor)
    }

    /// Whether the process of that id is alive. What is left of a dead one is cleared away.
    static func isAlive(_ id: Int64, in directory: String) -> Bool {
        let path = path(id, in: directory)
        // A look first, by a descriptor that only reads: closing one that may write would wake all who watch this.
        let look = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard look >= 0 else { return errno != ENOENT }
        let isHeld = flock(look, LOCK_SH | LOCK_NB) != 0
        close(look)
        if isHeld { return true }
        let file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return errno != ENOENT }
        defer { close(file) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else { return true }
        // Whoever holds the lock of the file that has the name is the only one who may take the name away.
        if isNamed(file, path) { unlink(path) }
        return false
    }

    /// Who is alive. What is left of dead processes is cleared away.
    ///
    /// Of a process of an older version, or one that tells something that cannot be read, only the id is known.
    static func members(in directory: String) -> [JournalMember] {
        ids(in: directory).compactMap { id in
            // Read first: once the process has ended the file is gone.
            let text = text(of: path(id, in: directory))
            guard isAlive(id, in: directory) else { return nil }
            return JournalMember(id: id, text) ?? JournalMember(id: id)
        }
    }

    private static func text(of path: String) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = pread(file, &bytes, bytes.count, 0)
        return Array(bytes.prefix(max(0, count)))
    }

    /// Clears away what dead processes have left.
    static func sweep(_ directory: String) {
        for id in ids(in: directory) { _ = isAlive(id, in: directory) }
    }

    private static func ids(in directory: String) -> [Int64] {
        guard let entries = opendir(directory) else { return [] }
        defer { closedir(entries) }
        var ids: [Int64] = []
        while let entry = readdir(entries) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let bits = UInt64(name, radix: 16) { ids.append(Int64(bitPattern: bits)) }
        }
        return ids
    }

    private static func path(_ id: Int64, in directory: String) -> String {
        "\(directory)/\(String(UInt64(bitPattern: id), radix: 16))"
    }
}
