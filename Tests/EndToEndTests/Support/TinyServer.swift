import Foundation
import Synchronization
import TestSupport

/// A server that answers as a test says: one request a connection, on a port of its own.
///
/// What the sandbox would never do, hostile text and broken pages, is told here.
final class TinyServer: Sendable {
    struct Request: Sendable {
        let method: String
        let path: String
        let authorization: String?
        let body: Data

        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:] }
    }

    struct Answer: Sendable {
        var status = 200
        var type = "application/json"
        var body: Data

        static func json(_ text: String, status: Int = 200) -> Answer { Answer(status: status, body: Data(text.utf8)) }
    }

    let port: UInt16
    private let listener: CInt
    private let received = Mutex<[Request]>([])

    var origin: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { received.withLock { $0 } }

    /// - Parameter answer: what each request is answered with.
    init(_ answer: @escaping @Sendable (Request) -> Answer) throws {
        port = try FreePort.find()
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0, listen(listener, 64) == 0 else { throw NeverHappened("no port for a server") }
        let thread = Thread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                serve(connection, answer)
                close(connection)
            }
        }
        thread.start()
    }

    /// Ends it; the thread that accepts hears of it by an error.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func serve(_ connection: CInt, _ answer: (Request) -> Answer) {
        var bytes = Data()
        let end = Data("\r\n\r\n".utf8)
        var length = 0
        var head = bytes.range(of: end)
        while head == nil || bytes.count < (head?.upperBound ?? 0) + length {
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = read(connection, &chunk, chunk.count)
            guard count > 0 else { return }
            bytes.append(contentsOf: chunk[..<count])
            head = bytes.range(of: end)
            if let head { length = Int(Self.header("content-length", bytes[..<head.lowerBound]) ?? "0") ?? 0 }
        }
        guard let head else { return }
        let words = String(decoding: bytes.prefix { $0 != 13 }, as: UTF8.self).split(separator: " ")
        guard words.count >= 2 else { return }
        let request = Request(
            method: String(words[0]),
            path: String(words[1]),
            authorization: Self.header("authorization", bytes[..<head.lowerBound]),
            body: Data(bytes[head.upperBound...])
        )
        received.withLock { $0.append(request) }
        let reply = answer(request)
        var out = Data(
            """
            HTTP/1.1 \(reply.status) Answer\r\ncontent-type: \(reply.type)\r\ncontent-length: \(reply.body.count)\r\n\
            connection: close\r\n\r\n
            """.utf8
        )
        out.append(reply.body)
        var rest = out[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    private static func header(_ name: String, _ head: Data) -> String? {
        for line in String(decoding: head, as: UTF8.self).split(separator: "\r\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == name { return parts[1].trimmingCharacters(in: .whitespaces) }
        }
        return nil
    }
}
