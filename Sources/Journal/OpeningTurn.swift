import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// One process at a time opens a journal: making the file, switching it to WAL and bringing its tables up to date are
/// several steps, between which SQLite lets another in.
///
/// It is a lock on the directory of presences, which the system takes away when a process ends in the middle.
enum OpeningTurn {
    enum Failure: Error {
        /// The directory cannot be made or opened; the system's error.
        case system(Errno)
        /// Another has been opening it for longer than was to be waited.
        case tooLong
    }

    /// Waits for the turn, and has it while the body runs.
    static func take<Value>(in directory: String, patience: Duration, _ body: () throws -> Value) throws -> Value {
        if mkdir(directory, 0o700) != 0, errno != EEXIST { throw Failure.system(Errno(rawValue: errno)) }
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure.system(Errno(rawValue: errno)) }
        defer { close(descriptor) }
        let start = ContinuousClock.now
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let error = Errno(rawValue: errno)
            guard error == .wouldBlock || error == .interrupted else { throw Failure.system(error) }
            guard ContinuousClock.now - start < patience else { throw Failure.tooLong }
            usleep(2000)
        }
        return try body()
    }
}

extension OpeningTurn.Failure {
    func asJournalError(_ path: String) -> JournalError {
        switch self {
        case .system(.permissionDenied), .system(.readOnlyFileSystem), .system(.notPermitted): .readOnly(path: path)
        case .system(.noSpace), .system(.diskQuotaExceeded): .full(path: path)
        case .system(let error): .cannotOpen(path: path, why: error.description)
        case .tooLong: .busy(path: path)
        }
    }
}
