import Foundation
import Synchronization

/// A console on a terminal of its own, whose output is read as it comes.
final class PseudoTerminal: Sendable {
    private let primary: Int32
    private let process: Process
    private let seen = Mutex<[UInt8]>([])

    init(_ path: String, _ arguments: [String], environment: [String: String], columns: UInt16, rows: UInt16) throws {
        // What posix_openpt() and its kin do; their declarations are out of Swift's sight on Linux.
        primary = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var (unlocked, number): (Int32, UInt32) = (0, 0)
        guard primary >= 0, ioctl(primary, 0x4004_5431, &unlocked) == 0, ioctl(primary, 0x8004_5430, &number) == 0
        else {
            throw Program.Failure(description: "no pseudo-terminal")
        }
        let secondary = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(secondary, UInt(TIOCSWINSZ), &size)
        let handle = FileHandle(fileDescriptor: secondary, closeOnDealloc: true)
        process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = environment
        process.standardInput = handle
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        Thread.detachNewThread { [self] in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(primary, &buffer, buffer.count)
                guard count > 0 else { return }
                seen.withLock { seen in
                    seen += buffer[..<count]
                    if seen.count > 1 << 20 { seen.removeFirst(seen.count - (1 << 16)) }
                }
            }
        }
    }

    /// Forgets what was shown so far.
    func forget() { seen.withLock { $0 = [] } }

    /// Whether these bytes have been shown since.
    func hasShown(_ text: String) -> Bool {
        let wanted = Array(text.utf8)
        return seen.withLock { seen in
            guard seen.count >= wanted.count else { return false }
            return (0...(seen.count - wanted.count)).contains { seen[$0..<($0 + wanted.count)].elementsEqual(wanted) }
        }
    }

    func type(_ text: String) {
        _ = text.utf8.withContiguousStorageIfAvailable { write(primary, $0.baseAddress, $0.count) }
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
        close(primary)
    }
}
