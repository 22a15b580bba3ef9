import Foundation
import Synchronization

/// A proxy that does what a test says, and keeps what it was asked: heads of CONNECT requests, and targets of SOCKS.
final class TestProxy: Sendable {
    enum Behaviour: Sendable {
        /// Leads to a port of this machine, whatever host was asked for.
        case tunnel(to: Int)
        /// Says these bytes and closes.
        case say(String)
        /// Says these bytes and stays.
        case sayAndStay(String)
        case close
        case reset
        case hang
        /// Leads to a port of this machine, by SOCKS 5.
        case socks(to: Int)
        /// Answers the SOCKS request with this code.
        case socksRefusal(UInt8)
    }

    let port: Int
    private let listener: CInt
    private let state = Mutex((asked: [String](), open: Set<CInt>(), isStopped: false))

    /// What it was asked, one a connection.
    var asked: [String] { state.withLock(\.asked) }

    init(_ behaviour: Behaviour) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = Self.address(port: 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        guard isListening else { throw POSIXError(.EADDRINUSE) }
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                Thread { [self] in
                    keep(connection)
                    serve(connection, behaviour)
                    drop(connection)
                }.start()
            }
        }.start()
    }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        let open = state.withLock { state in
            state.isStopped = true
            return state.open
        }
        for connection in open { shutdown(connection, Int32(SHUT_RDWR)) }
    }

    private func keep(_ connection: CInt) {
        let isStopped = state.withLock { state in
            state.open.insert(connection)
            return state.isStopped
        }
        if isStopped { shutdown(connection, Int32(SHUT_RDWR)) }
    }

    private func drop(_ connection: CInt) {
        _ = state.withLock { $0.open.remove(connection) }
        close(connection)
    }

    private func serve(_ connection: CInt, _ behaviour: Behaviour) {
        switch behaviour {
        case .socks(let port):
            guard let target = greetSOCKS(connection) else { return }
            state.withLock { $0.asked.append(target) }
            write(connection, [5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
            lead(connection, to: port)
        case .socksRefusal(let code):
            guard let target = greetSOCKS(connection) else { return }
            state.withLock { $0.asked.append(target) }
            write(connection, [5, code, 0, 1, 0, 0, 0, 0, 0, 0])
        default:
            var head: [UInt8] = []
            while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
                guard let byte = read(connection, 1)?.first else { return }
                head.append(byte)
            }
            state.withLock { $0.asked.append(String(decoding: head, as: UTF8.self)) }
            answer(connection, behaviour)
        }
    }

    private func answer(_ connection: CInt, _ behaviour: Behaviour) {
        switch behaviour {
        case .tunnel(let port):
            write(connection, Array("HTTP/1.1 200 Connection established\r\n\r\n".utf8))
            lead(connection, to: port)
        case .say(let text): write(connection, Array(text.utf8))
        case .sayAndStay(let text):
            write(connection, Array(text.utf8))
            _ = read(connection, 1)
        case .hang: _ = read(connection, 1)
        case .reset:
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        default: break
        }
    }

    /// - Returns: the target, as `host:port`.
    private func greetSOCKS(_ connection: CInt) -> String? {
        guard let start = read(connection, 2), start[0] == 5, read(connection, Int(start[1])) != nil else { return nil }
        write(connection, [5, 0])
        guard let request = read(connection, 5), request[3] == 3, let name = read(connection, Int(request[4])),
            let port = read(connection, 2)
        else { return nil }
        return "\(String(decoding: name, as: UTF8.self)):\(Int(port[0]) << 8 | Int(port[1]))"
    }

    private func lead(_ connection: CInt, to port: Int) {
        let origin = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(origin) }
        var address = Self.address(port: port)
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(origin, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { return }
        var ends = [
            pollfd(fd: connection, events: Int16(POLLIN), revents: 0),
            pollfd(fd: origin, events: Int16(POLLIN), revents: 0),
        ]
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while poll(&ends, 2, -1) > 0 {
            for (index, end) in ends.enumerated() where end.revents != 0 {
                let count = recv(end.fd, &chunk, chunk.count, 0)
                guard count > 0 else { return }
                write(ends[1 - index].fd, Array(chunk[..<count]))
            }
        }
    }

    private func read(_ connection: CInt, _ count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while bytes.count < count {
            guard recv(connection, &byte, 1, 0) == 1 else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private func write(_ connection: CInt, _ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    private static func address(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
