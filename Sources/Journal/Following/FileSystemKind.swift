#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Which file systems tell of every change.
enum FileSystemKind {
    /// Whether a directory lies on a file system that others may change unseen by this machine's kernel: over a network,
    /// or in a program of its own.
    static func isForeign(_ directory: String) -> Bool {
        var status = stat()
        guard stat(directory, &status) == 0, let table = read("/proc/self/mountinfo") else { return false }
        // As the C library's macros have it, which Swift does not see.
        let device = UInt64(status.st_dev)
        let major = (device >> 8) & 0xFFF | (device >> 32) & ~0xFFF
        let minor = device & 0xFF | (device >> 12) & ~0xFF
        return type(of: "\(major):\(minor)", in: table).map(isForeign(type:)) ?? false
    }

    /// The type of the file system on a device, in a table such as `/proc/self/mountinfo`.
    ///
    /// ```text
    /// 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
    /// ```
    static func type(of device: String, in table: String) -> String? {
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 3, words[2] == device, let dash = words.firstIndex(of: "-"), dash + 1 < words.count
            else { continue }
            return String(words[dash + 1])
        }
        return nil
    }

    static func isForeign(type: String) -> Bool {
        type.hasPrefix("fuse") || foreign.contains(type)
    }

    private static let foreign: Set = [
        "9p", "afs", "ceph", "cifs", "coda", "gfs2", "lustre", "nfs", "nfs4", "ocfs2", "prl_fs", "smb3", "smbfs",
        "vboxsf", "virtiofs", "vmhgfs",
    ]

    private static func read(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            #if canImport(Glibc)
            let count = Glibc.read(file, &buffer, buffer.count)
            #elseif canImport(Musl)
            let count = Musl.read(file, &buffer, buffer.count)
            #else
            let count = Darwin.read(file, &buffer, buffer.count)
            #endif
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }
}
