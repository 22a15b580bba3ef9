import Synchronization
import TestSupport

@testable import Piopiy

/// A platform that is a function of path and count: for examples of what has to answer in a certain way.
final class FakePlatform: Transport {
    struct Reply {
        var status = 200
        var text = "{}"
    }

    private let answer: @Sendable (_ path: String, _ time: Int) -> Reply
    private let asked = Mutex<[String: Int]>([:])

    init(_ answer: @escaping @Sendable (_ path: String, _ time: Int) -> Reply) { self.answer = answer }

    static let base = "http://127.0.0.1:9"

    /// A client of it, which never waits.
    var client: RestClient {
        get throws {
            try RestClient(
                token: Token(validating: "token"),
                RestClient.Configuration(
                    baseURL: Self.base,
                    accountURL: Self.base,
                    messagingURL: Self.base,
                    clock: FakeClock()
                ),
                transport: self
            )
        }
    }

    /// How often a path was asked for.
    func times(_ path: String) -> Int { asked.withLock { $0[path] ?? 0 } }

    func send(_ request: OutgoingRequest) async -> Delivery {
        let path = String(request.url.dropFirst(Self.base.count))
        let time = asked.withLock { asked in
            asked[path, default: 0] += 1
            return asked[path] ?? 1
        }
        let reply = answer(path, time)
        return .answered(Answer(status: reply.status, body: Array(reply.text.utf8)))
    }

    func download(_ request: OutgoingRequest, part: DownloadPart?, accept: @escaping DownloadAccept) async -> Delivery {
        await send(request)
    }

    func shutdown() async {}
}
