import SystemPackage

/// Which file systems tell of every change.
enum FileSystemKind {
    /// Whether a directory lies on a file system that others may change unseen by this machine's kernel: over a
    /// network, or in a program of its own.
    static func isForeign(_ directory: String) -> Bool {
        guard let status = try? Stat(directory), let table = read("/proc/self/mountinfo") else { return false }
        // As the C library's macros have it, which Swift does not see.
        let device = UInt64(status.deviceID.rawValue)
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
        guard let file = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec) else { return nil }
        defer { try? file.close() }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while let count = try? buffer.withUnsafeMutableBytes({ try file.read(into: $0) }), count > 0 {
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
