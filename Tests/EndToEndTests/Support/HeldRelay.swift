import Foundation
import Synchronization
import TestSupport

/// A way to a server on this machine that is closed at first: whoever connects waits in the middle of connecting, and
/// nothing of what it wants to send leaves it.
///
/// Its queue of connections is full, so the system answers no other one; that is what a network looks like that is away.
final class HeldRelay: Sendable {
    let port: UInt16
    private let target: UInt16
    private let listener: CInt
    private let filler: CInt
    private let isReleased = Mutex(false)

    init(to target: UInt16) throws {
        let port = try FreePort.find()
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let bound = Self.withAddress(port) { bind(listener, $0, $1) }
        guard bound == 0, listen(listener, 0) == 0 else { throw NeverHappened("no port for a relay") }
        let filler = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard Self.withAddress(port, { connect(filler, $0, $1) }) == 0 else { throw NeverHappened("no full queue") }
        (self.port, self.target, self.listener, self.filler) = (port, target, listener, filler)
    }

    /// Lets everything through from now on.
    func release() {
        let isFirst = isReleased.withLock { released in
            defer { released = true }
            return !released
        }
        guard isFirst else { return }
        close(filler)
        let (listener, target) = (listener, target)
        Thread {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
                _ = Self.withAddress(target) { connect(server, $0, $1) }
                for (from, to) in [(connection, server), (server, connection)] {
                    Thread { Self.copy(from, to) }.start()
                }
            }
        }.start()
    }

    /// Ends it; a thread that accepts hears of it by an error.
    func stop() {
        if !isReleased.withLock({ $0 }) { close(filler) }
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// Copies until one end is closed, and says so to the other. The descriptors stay open until the tests end: two
    /// threads use them.
    private static func copy(_ from: CInt, _ to: CInt) {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(from, &bytes, bytes.count)
            guard count > 0 else { break }
            var sent = 0
            while sent < count {
                let written = bytes[sent..<count].withUnsafeBytes {
                    send(to, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard written > 0 else { break }
                sent += written
            }
            guard sent == count else { break }
        }
        shutdown(to, Int32(SHUT_WR))
    }

    private static func withAddress<Value>(
        _ port: UInt16,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value
    ) -> Value {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
