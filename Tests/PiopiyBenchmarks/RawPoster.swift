#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A connection that posts webhooks and waits for each answer: as little of a client as there can be, so that what is
/// measured is the other side.
final class RawPoster {
    struct Failure: Error, CustomStringConvertible { let description: String }

    private let socket: Int32
    private let path: String

    init(port: UInt16, path: String) throws {
        self.path = path
        #if canImport(Glibc)
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        socket = Darwin.socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, length) }
        }
        guard connected == 0 else { throw Failure(description: "no connection to port \(port)") }
        var one: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { close(socket) }

    /// Posts a body; returns when it is answered with 200.
    func post(_ body: String) throws {
        let request =
            "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            + body
        var bytes = Array(request.utf8)
        while !bytes.isEmpty {
            let count = send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            guard count > 0 else { throw Failure(description: "the connection broke") }
            bytes.removeFirst(count)
        }
        var answer = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        // Every answer to a webhook ends in its one JSON object.
        while !answer.hasSuffix("}") {
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { throw Failure(description: "no answer: \(answer)") }
            answer += String(decoding: buffer[..<count], as: UTF8.self)
        }
        guard answer.hasPrefix("HTTP/1.1 200") else { throw Failure(description: answer) }
    }
}

/// Times, and what share of them was no longer.
struct Latencies {
    private var milliseconds: [Double] = []

    mutating func add(_ duration: Duration) {
        milliseconds.append(Double(duration.components.attoseconds) / 1e15 + Double(duration.components.seconds) * 1000)
    }

    mutating func add(_ other: Latencies) { milliseconds += other.milliseconds }

    var count: Int { milliseconds.count }

    /// - Parameter share: 0…1.
    func quantile(_ share: Double) -> Double {
        guard !milliseconds.isEmpty else { return .nan }
        let sorted = milliseconds.sorted()
        return sorted[
            min(sorted.count - 1, Int((Double(sorted.count) * share).rounded(.up)) - 1 + (share == 0 ? 1 : 0))
        ]
    }
}
