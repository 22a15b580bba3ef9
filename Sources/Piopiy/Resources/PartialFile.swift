import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that is being written under another name in the same folder, and gets its own when it is whole.
///
/// Its owner alone may read it: a recording is a person's voice.
final class PartialFile: Sendable {
    struct Failure: Error {
        let why: String

        init(_ what: String, _ code: CInt = errno) { why = "\(what): \(String(cString: strerror(code)))" }
        init(exists path: String) { why = "\(path) already exists" }
    }

    private struct State {
        var descriptor: CInt
        var size: Int64 = 0
    }

    let path: String
    private let partPath: String
    // Pieces are taken on the task that reads the answer, the size is asked by the one that waits for it.
    private let state: Mutex<State>

    /// - Parameter mark: what tells it from the parts of others.
    init(for path: String, mark: String) throws(Failure) {
        self.path = path
        partPath = "\(path).\(mark).part"
        let descriptor = open(partPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure("\(partPath) cannot be created") }
        state = Mutex(State(descriptor: descriptor))
    }

    /// Bytes so far.
    var size: Int64 { state.withLock(\.size) }

    func append(_ piece: UnsafeRawBufferPointer) throws(Failure) {
        let failure: Failure? = state.withLock { state in
            var rest = piece
            while !rest.isEmpty {
                let count = write(state.descriptor, rest.baseAddress, rest.count)
                if count > 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
                    state.size += Int64(count)
                } else if errno != EINTR {
                    return Failure("\(partPath) cannot be written")
                }
            }
            return nil
        }
        if let failure { throw failure }
    }

    /// Begins anew.
    func empty() throws(Failure) {
        let failure: Failure? = state.withLock { state in
            guard ftruncate(state.descriptor, 0) == 0, lseek(state.descriptor, 0, SEEK_SET) == 0 else {
                return Failure("\(partPath) cannot be written")
            }
            state.size = 0
            return nil
        }
        if let failure { throw failure }
    }

    /// Gives the file its name.
    /// - Parameter overwrite: whether it may take the place of another.
    func finish(overwrite: Bool) throws(Failure) {
        let failure: Failure? = state.withLock { state in
            let isOnDisk = fsync(state.descriptor) == 0
            let code = errno
            let isClosed = close(state.descriptor) == 0
            state.descriptor = -1
            guard isOnDisk || code == EINVAL, isClosed else { return Failure("\(partPath) cannot be written") }
            if overwrite { return rename(partPath, path) == 0 ? nil : Failure("\(path) cannot be created") }
            // Unlike a rename, a link never takes the place of a file that came meanwhile.
            if link(partPath, path) == 0 {
                unlink(partPath)
                return nil
            }
            if errno == EEXIST { return Failure(exists: path) }
            // Not every file system has links.
            guard !Self.isThere(path), rename(partPath, path) == 0 else {
                return Failure("\(path) cannot be created")
            }
            return nil
        }
        if let failure {
            remove()
            throw failure
        }
    }

    /// Whether a path leads to something.
    static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Gives up: what was written is removed.
    func remove() {
        state.withLock { state in
            if state.descriptor >= 0 { close(state.descriptor) }
            state.descriptor = -1
            unlink(partPath)
        }
    }
}
