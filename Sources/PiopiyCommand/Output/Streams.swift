import SystemPackage
import Terminal

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Standard output and standard error, written through: a script that reads our first line must not wait for our last.
enum Streams {
    /// Writes a line on standard output. What came from outside must have been made harmless.
    /// - Returns: whether it could be written. Nobody may pass over it: a script that got half of a list must hear of
    ///   it.
    static func out(_ line: String) -> Bool { write(line + "\n", to: 1) }

    /// Writes a result; where it cannot be written, on standard error: no call may be without a record.
    /// - Returns: whether it could be written.
    static func result(_ line: String) -> Bool {
        if out(line) { return true }
        error("This result could not be written: \(line)")
        return false
    }

    /// Writes a line on standard error, with every control character made visible.
    static func error(_ line: String) {
        write("piopiy: \(SafeText.printable(line))\n", to: 2)
    }

    /// Writes all of it, however often it takes. Where the other end takes nothing now, it waits, also on a
    /// descriptor that does not block: a parent, or another program on the terminal, may have made it so for itself.
    /// - Returns: whether it could be written.
    @discardableResult
    static func write(_ text: String, to descriptor: CInt) -> Bool {
        do throws(Errno) {
            try writeAll(text, to: descriptor)
            return true
        } catch {
            return false
        }
    }

    /// Writes as ``write(_:to:)`` does, for a caller that reports why it failed.
    /// - Throws: the system's error.
    static func writeAll(_ text: String, to descriptor: CInt) throws(Errno) {
        var bytes = ArraySlice(text.utf8)
        while !bytes.isEmpty {
            do {
                let count = try bytes.withUnsafeBytes { try FileDescriptor(rawValue: descriptor).write($0) }
                // The system gives no reason for it, and trying again might go on for ever.
                guard count > 0 else { throw Errno.ioError }
                bytes = bytes.dropFirst(count)
            } catch Errno.resourceTemporarilyUnavailable {
                var end = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard poll(&end, 1, -1) > 0 || errno == EINTR else { throw Errno(rawValue: errno) }
            } catch {
                throw error as? Errno ?? .ioError
            }
        }
    }

    /// Makes the standard streams safe to use, before anything else is opened.
    ///
    /// The places of those that are closed are held: a socket that got the number of standard output would be sent our
    /// results. Using one is an error, as it was. And a reader that has gone is an error too, not this program's silent
    /// end: what became of a call has to be told somewhere.
    static func prepare() {
        signal(SIGPIPE, SIG_IGN)
        // A file that may not grow any more is an error like a full disk, and not the end.
        signal(SIGXFSZ, SIG_IGN)
        for descriptor in CInt(0)...2 where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest number that is free is taken, and a direction that nobody uses it in.
            _ = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
        }
    }
}
