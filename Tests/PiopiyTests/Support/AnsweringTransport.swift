import Synchronization

@testable import Piopiy

/// A platform that is a function of the request.
final class AnsweringTransport: Transport {
    private let answer: @Sendable (OutgoingRequest) -> Delivery
    private let count = Mutex(0)

    init(_ answer: @escaping @Sendable (OutgoingRequest) -> Delivery) { self.answer = answer }

    var attempts: Int { count.withLock { $0 } }

    func send(_ request: OutgoingRequest) async -> Delivery {
        count.withLock { $0 += 1 }
        return answer(request)
    }

    func download(_ request: OutgoingRequest, part: DownloadPart?, accept: @escaping DownloadAccept) async -> Delivery {
        await send(request)
    }

    func shutdown() async {}
}
