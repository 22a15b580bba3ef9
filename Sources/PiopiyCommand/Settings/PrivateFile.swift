#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Files that only their owner may read.
enum PrivateFile {
    enum Failure: Error {
        case missing
        /// Others can read or change it, or it is somebody else's.
        case notPrivate(String)
        case failed(String)
    }

    /// Reads a file, at most 64 KiB, unless others can read it.
    static func read(_ path: String) throws(Failure) -> String {
        let (bytes, access) = try look(path)
        if let why = access.exposure { throw .notPrivate(why) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads a file, at most 64 KiB, and says who else may. Both go through one descriptor, so that it is told of what was
    /// read.
    static func look(_ path: String) throws(Failure) -> (bytes: [UInt8], access: FileAccess) {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            if errno == ENOENT { throw .missing }
            throw .failed(lastError)
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .failed(lastError) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .failed("it is no file") }
        var access = FileAccess()
        if status.st_mode & 0o077 != 0 {
            access.exposure = "others may read or change it (mode \(String(status.st_mode & 0o777, radix: 8)))"
        }
        if status.st_uid != geteuid(), status.st_uid != 0 { access.exposure = "it belongs to another user" }
        access.isChangeable = status.st_mode & 0o002 != 0
        return (try bytes(of: file), access)
    }

    private static func bytes(of file: CInt) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while bytes.count <= 65_536 {
            #if canImport(Glibc)
            let count = Glibc.read(file, &chunk, chunk.count)
            #elseif canImport(Musl)
            let count = Musl.read(file, &chunk, chunk.count)
            #else
            let count = Darwin.read(file, &chunk, chunk.count)
            #endif
            if count == 0 { return bytes }
            if count > 0 {
                bytes.append(contentsOf: chunk[..<count])
            } else if errno != EINTR {
                throw .failed(lastError)
            }
        }
        throw .failed("it is too long for what it should hold")
    }

    /// Opens a file to append to, made if it isn't there, for its owner alone.
    /// - Returns: the descriptor.
    static func append(_ path: String) throws(Failure) -> CInt {
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw .failed(lastError) }
        guard fchmod(file, 0o600) == 0 else {
            let why = lastError
            close(file)
            throw .failed(why)
        }
        return file
    }

    /// Makes a file with this text, for its owner alone; fails when it is there already.
    static func create(_ path: String, _ text: String) throws(Failure) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .failed(lastError) }
        defer { close(file) }
        guard Streams.write(text, to: file) else {
            let why = lastError
            unlink(path)
            throw .failed(why)
        }
    }

    /// Puts a file with this text in the place of whatever is there, for its owner alone: it has all of the text or, should
    /// anything go wrong, is as it was.
    static func replace(_ path: String, _ text: String) throws(Failure) {
        let new = "\(path).\(getpid()).new"
        // What a process of this number left half done.
        unlink(new)
        let file = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw .failed(lastError) }
        let isWritten = fchmod(file, 0o600) == 0 && Streams.write(text, to: file) && fsync(file) == 0
        let why = lastError
        close(file)
        guard isWritten, rename(new, path) == 0 else {
            let failure = isWritten ? lastError : why
            unlink(new)
            throw .failed(failure)
        }
    }

    static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Opens what keeps nothing.
    static func nothing() -> CInt { open("/dev/null", O_WRONLY | O_CLOEXEC) }

    static func size(_ path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    private static var lastError: String { String(cString: strerror(errno)) }
}

/// Who may do what with a file, beside its owner.
struct FileAccess: Hashable {
    /// Why it is no place for a secret; `nil` when it is one.
    var exposure: String?
    /// Whether everybody on the host may change it.
    var isChangeable = false
}
