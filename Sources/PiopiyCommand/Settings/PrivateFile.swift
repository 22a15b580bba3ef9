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

    /// Reads a file, at most 64 KiB, unless others can read it. What is checked is what is read: both go through one
    /// descriptor.
    static func read(_ path: String) throws(Failure) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            if errno == ENOENT { throw .missing }
            throw .failed(lastError)
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .failed(lastError) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .failed("it is no file") }
        guard status.st_uid == geteuid() || status.st_uid == 0 else { throw .notPrivate("it belongs to another user") }
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw .notPrivate("others may read or change it (mode \(mode))")
        }
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
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
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

    /// Opens what keeps nothing.
    static func nothing() -> CInt { open("/dev/null", O_WRONLY | O_CLOEXEC) }

    static func size(_ path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    private static var lastError: String { String(cString: strerror(errno)) }
}
