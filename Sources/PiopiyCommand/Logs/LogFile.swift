import Logging
import Synchronization
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// `piopiy.log` in the state directory: nothing that a library logs ever reaches the operator's screen.
///
/// Several processes append to it. Before each line the file is looked at: one that was moved away or deleted, as
/// `logrotate` does, is opened anew, and one that has reached ``limit`` bytes is set aside as `piopiy.log.old`, in
/// place of the one before it.
final class LogFile: Sendable {
    let path: String
    /// The form of its lines.
    let format: LogFormat
    /// It stays the same for the process' life, whatever file is behind it: whatever logs last still can.
    let descriptor: CInt
    /// The most bytes of the file.
    let limit: Int
    // Held for the look at the file and the write behind it, so that no thread writes into a file that another one sets
    // aside.
    private let turn = Mutex(())

    static let standardLimit = 8 << 20

    /// - Throws: ``CommandFailure`` naming the file.
    init(
        _ places: FilePlaces,
        format: LogFormat = .text,
        limit: Int = LogFile.standardLimit
    ) throws(CommandFailure) {
        path = try places.makeState() + "/piopiy.log"
        self.format = format
        self.limit = limit
        do throws(PrivateFile.Failure) {
            descriptor = try PrivateFile.append(path)
        } catch {
            let why = if case .failed(let text) = error { text } else { "\(error)" }
            throw CommandFailure(
                status: .badConfiguration,
                message:
                    "The log \(path) cannot be written: \(why). Fix that, or set XDG_STATE_HOME to another directory."
            )
        }
        turn.withLock { _ in keepUp(for: 0) }
    }

    /// The log, or where it cannot be written one that keeps nothing: that is said, and no reason not to act.
    static func open(_ places: FilePlaces, format: LogFormat, warnings: inout [String]) -> LogFile {
        do throws(CommandFailure) {
            return try LogFile(places, format: format)
        } catch {
            warnings.append(error.message)
            return LogFile(path: "/dev/null", descriptor: PrivateFile.nothing())
        }
    }

    private init(path: String, descriptor: CInt) {
        self.path = path
        self.descriptor = descriptor
        format = .text
        limit = .max
    }

    func logger(_ label: String) -> Logger {
        Logger(label: label) { LineLog(label: $0, format: self.format, level: .info) { self.write($0) } }
    }

    /// Appends a line in one write.
    func write(_ line: String) {
        turn.withLock { _ in
            keepUp(for: line.utf8.count)
            Streams.write(line, to: descriptor)
        }
    }

    /// Sees to it that the descriptor is of the file that has the log's name, and that there is room in it. What cannot
    /// be done leaves the file that is open: a line in the wrong file is better than none.
    private func keepUp(for bytes: Int) {
        // Only a plain file can be set aside; what keeps nothing cannot.
        guard let open = try? Stat(FileDescriptor(rawValue: descriptor)), open.type == .regular else { return }
        guard isNamed(open) else { return reopen() }
        guard open.size > 0, Int(open.size) + bytes > limit else { return }
        // One process sets it aside. Others find it gone at their next line.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return }
        if isNamed(open) { rename(path, path + ".old") }
        // The terminal's standard error may share what is locked, so that closing would not be enough.
        flock(descriptor, LOCK_UN)
        reopen()
    }

    /// Whether a file is the one that has the log's name.
    private func isNamed(_ file: Stat) -> Bool {
        guard let named = try? Stat(path, followTargetSymlink: false) else { return false }
        return named.deviceID == file.deviceID && named.inode == file.inode
    }

    private func reopen() {
        guard let new = try? PrivateFile.append(path) else { return }
        // Under the number that others know.
        dup2(new, descriptor)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        close(new)
    }
}
