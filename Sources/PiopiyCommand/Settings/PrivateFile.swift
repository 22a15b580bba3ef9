import SystemPackage

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
        /// Others can read or change it, or it is somebody else's; the text says what would be right, too.
        case notPrivate(String)
        case failed(String)
    }

    /// Reads a file, at most 64 KiB, unless others can read it.
    static func read(_ path: String) throws(Failure) -> String {
        let (bytes, access) = try look(path)
        if let why = access.exposure { throw .notPrivate(why) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads a file or a pipe, at most 64 KiB, and says who else may. Both go through one descriptor, so that it is
    /// told of what was read. Symbolic links are followed; what counts is the file that they lead to.
    ///
    /// A pipe, as of `<(pass show piopiy)`, gives its text once. It is remembered for as long as this process runs.
    static func look(_ path: String) throws(Failure) -> (bytes: [UInt8], access: FileAccess) {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            if errno == ENOENT { throw .missing }
            throw .failed(lastError.description)
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .failed(lastError.description) }
        guard let owned = OwnedFile(status, isCredential: SystemCredentials.hold(path)) else {
            throw .failed("it is neither a file nor a pipe")
        }
        let access = FileAccess(owned, for: .current)
        guard owned.kind == .pipe else { return (try bytes(of: file), access) }
        // What somebody else writes into is not waited for.
        if let why = access.exposure { throw .notPrivate(why) }
        return (try PipeText.read(status) { () throws(Failure) in try bytes(of: file, waits: true) }, access)
    }

    /// How long a pipe may be silent. Whoever is asked for a passphrase needs a while to type it.
    private static let patience: Int32 = 60

    private static func bytes(of file: CInt, waits: Bool = false) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while bytes.count <= 65_536 {
            if waits {
                var wanted = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
                let count = poll(&wanted, 1, patience * 1000)
                if count == 0 { throw .failed("the pipe sent nothing for \(patience) s") }
                if count < 0, errno != EINTR { throw .failed(lastError.description) }
            }
            do {
                let count = try chunk.withUnsafeMutableBytes { try FileDescriptor(rawValue: file).read(into: $0) }
                if count == 0 { return bytes }
                bytes += chunk[..<count]
            } catch Errno.resourceTemporarilyUnavailable where waits {
                continue
            } catch {
                throw Failure.failed("\(error)")
            }
        }
        throw .failed("it is too long")
    }

    /// Opens a file to append to, made if it isn't there, for its owner alone.
    /// - Returns: the descriptor.
    static func append(_ path: String) throws(Failure) -> CInt {
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw .failed(lastError.description) }
        guard fchmod(file, 0o600) == 0 else {
            let why = lastError
            close(file)
            throw .failed(why.description)
        }
        return file
    }

    /// Makes a file with this text, for its owner alone; fails when it is there already.
    static func create(_ path: String, _ text: String) throws(Failure) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .failed(lastError.description) }
        defer { close(file) }
        do throws(Errno) {
            try Streams.writeAll(text, to: file)
        } catch {
            unlink(path)
            throw Failure.failed(error.description)
        }
    }

    /// Puts a file with this text in the place of whatever is there, for its owner alone: it has all of the text or,
    /// should anything go wrong, is as it was.
    static func replace(_ path: String, _ text: String) throws(Failure) {
        let new = "\(path).\(getpid()).new"
        // What a process of this number left half done.
        unlink(new)
        let file = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw .failed(lastError.description) }
        var failure: Errno?
        do throws(Errno) {
            guard fchmod(file, 0o600) == 0 else { throw lastError }
            try Streams.writeAll(text, to: file)
            guard fsync(file) == 0 else { throw lastError }
        } catch {
            failure = error
        }
        close(file)
        if failure == nil, rename(new, path) != 0 { failure = lastError }
        if let failure {
            unlink(new)
            throw .failed(failure.description)
        }
    }

    static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Opens what keeps nothing.
    static func nothing() -> CInt { open("/dev/null", O_WRONLY | O_CLOEXEC) }

    static func size(_ path: String) -> Int { (try? Stat(path)).map { Int($0.size) } ?? 0 }

    /// The error of the system call just before.
    private static var lastError: Errno { Errno(rawValue: errno) }
}
