#if os(Linux)
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Changes in directories, as the kernel reports them by one inotify descriptor.
///
/// It belongs to one thread.
final class DirectoryEvents {
    enum Event {
        /// A file in a watched directory has changed.
        /// - isWrite: it was only written to; whether the writer is done is not known.
        case changed(watch: CInt, name: String, isWrite: Bool)
        /// The directory was deleted, moved or unmounted; the watch is no more.
        case gone(watch: CInt)
        /// There were more events than the kernel keeps.
        case overflow
    }

    let descriptor: CInt

    /// - Returns: `nil` where the system has none to give.
    init?() {
        descriptor = inotify_init1(CInt(IN_CLOEXEC) | CInt(IN_NONBLOCK))
        guard descriptor >= 0 else { return nil }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    private static let mask =
        UInt32(IN_MODIFY) | UInt32(IN_ATTRIB) | UInt32(IN_CLOSE_WRITE) | UInt32(IN_CREATE) | UInt32(IN_MOVED_FROM)
        | UInt32(IN_MOVED_TO) | UInt32(IN_DELETE) | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF) | UInt32(IN_ONLYDIR)

    /// - Returns: the watch; `nil` where there can be none.
    func watch(_ directory: String) -> CInt? {
        let watch = inotify_add_watch(descriptor, directory, Self.mask)
        return watch >= 0 ? watch : nil
    }

    func forget(_ watch: CInt) { inotify_rm_watch(descriptor, watch) }

    /// The events that are there; never waits.
    func read() -> [Event] {
        var events: [Event] = []
        withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 8) { buffer in
            let kernel = FileDescriptor(rawValue: descriptor)
            while let count = try? kernel.read(into: buffer), count > 0 {
                Self.parse(UnsafeRawBufferPointer(rebasing: buffer[..<count]), &events)
            }
        }
        return events
    }

    /// The kernel writes whole events alone: watch, mask, cookie and length of the name, four bytes each, and the name.
    private static func parse(_ bytes: UnsafeRawBufferPointer, _ events: inout [Event]) {
        var start = 0
        while start + 16 <= bytes.count {
            let watch = bytes.loadUnaligned(fromByteOffset: start, as: Int32.self)
            let mask = bytes.loadUnaligned(fromByteOffset: start + 4, as: UInt32.self)
            let length = Int(bytes.loadUnaligned(fromByteOffset: start + 12, as: UInt32.self))
            let end = min(bytes.count, start + 16 + length)
            let name = String(decoding: bytes[(start + 16)..<end].prefix { $0 != 0 }, as: UTF8.self)
            start = end
            if mask & UInt32(IN_Q_OVERFLOW) != 0 {
                events.append(.overflow)
            } else if mask & (UInt32(IN_IGNORED) | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF)) != 0 {
                events.append(.gone(watch: watch))
            } else {
                let isWrite = mask & ~(UInt32(IN_MODIFY) | UInt32(IN_CLOSE_WRITE)) == 0
                events.append(.changed(watch: watch, name: name, isWrite: isWrite))
            }
        }
    }
}
#endif
