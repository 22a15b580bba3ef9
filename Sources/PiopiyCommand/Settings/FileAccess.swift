#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Who may do what with a file, beside this process.
struct FileAccess: Hashable {
    /// Why it is no place for a secret, and what would be right; `nil` when it is one.
    var exposure: String?
    /// Whether everybody on the host may change it.
    var isChangeable = false

    init(exposure: String? = nil, isChangeable: Bool = false) {
        self.exposure = exposure
        self.isChangeable = isChangeable
    }

    /// A secret may be in a file or pipe of ours that nobody else can read, in a file of root's that nobody else can
    /// read, and in a file of root's that only its group can read beside root, where the group is ours (Kubernetes'
    /// secrets, systemd's credentials) or the file is in systemd's directory of credentials, which lets us in by an
    /// access list.
    init(_ file: OwnedFile, for process: ProcessIdentity) {
        let mode = String(file.mode & 0o777, radix: 8)
        isChangeable = file.mode & 0o002 != 0
        let isClosed = file.mode & 0o077 == 0
        switch (file.kind, file.owner) {
        case (.pipe, process.user):
            if !isClosed { exposure = "others can read or write the pipe (mode \(mode)). Use a pipe of mode 600" }
        case (.pipe, _):
            exposure = "the pipe belongs to another user. Use your own pipe"
        case (.file, process.user) where isClosed: break
        case (.file, 0) where isClosed: break
        // A bit of the group's is the access list's mask where there is one. For root itself such a file is one of its
        // own, and must be one that nobody can write, as what is mounted is.
        case (.file, 0) where file.mode & 0o037 == 0 && (process.user != 0 || file.mode & 0o222 == 0):
            if !process.groups.contains(file.group), !file.isCredential {
                exposure = """
                    it belongs to root, and a group without this user can read it (mode \(mode), group \
                    \(file.group)). Use a group of this user
                    """
            }
        case (.file, process.user):
            exposure = "others can read or change it (mode \(mode)). chmod 600 it"
        case (.file, 0):
            exposure = """
                others can read or change it (mode \(mode)). A file of root needs mode 400, or 440 with a group of \
                this user (Kubernetes: defaultMode 0440 and fsGroup)
                """
        case (.file, _):
            exposure =
                "it belongs to another user. Use a file of your own, or root's with mode 440 and a group that you are in"
        }
    }
}

/// What the system tells of a file or a pipe.
struct OwnedFile: Hashable {
    enum Kind: Hashable {
        case file, pipe
    }

    var kind = Kind.file
    /// The bits of `chmod`.
    var mode: mode_t
    var owner: uid_t
    var group: gid_t
    /// Whether it is in systemd's directory of credentials.
    var isCredential = false
}

extension OwnedFile {
    /// - Returns: `nil` for what is neither a file nor a pipe.
    init?(_ status: stat, isCredential: Bool) {
        let kind: Kind
        switch status.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFIFO: kind = .pipe
        default: return nil
        }
        self.init(
            kind: kind,
            mode: status.st_mode & 0o7777,
            owner: status.st_uid,
            group: status.st_gid,
            isCredential: isCredential
        )
    }
}

/// As whom a process opens files.
struct ProcessIdentity: Hashable {
    var user: uid_t
    var groups: Set<gid_t>

    static var current: ProcessIdentity {
        var groups = [gid_t](repeating: 0, count: max(0, Int(getgroups(0, nil))))
        let count = groups.isEmpty ? 0 : Int(getgroups(Int32(groups.count), &groups))
        return ProcessIdentity(user: geteuid(), groups: Set(groups.prefix(max(0, count)) + [getegid()]))
    }
}
