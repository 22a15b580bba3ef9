import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import Synchronization

/// The real transport: HTTP/1.1 by async-http-client.
///
/// **Why one event loop.** Whether a request had left is told by a callback on the event loop of the connection, and a
/// timeout fires on the event loop of the task. On two loops the timeout can overtake the callback, and a request that had
/// left would be taken for one that had not: a customer rung twice. On one loop the order is the order in which things
/// happened.
///
/// **Why idle connections live half a second.** A connection that the server closes while it idles fails the next request
/// after its bytes left, which is a false `unknown`. Servers close idle connections after a second at the soonest.
final class AsyncHTTPTransport: Transport {
    let client: HTTPClient
    /// The client for bodies of any length. A file that comes packed may be unpacked further than a short answer.
    let downloads: HTTPClient
    private let group: MultiThreadedEventLoopGroup
    private let isShutDown = Atomic<Bool>(false)

    /// The longest answer that is read, in bytes, packed or not. The platform's are a few hundred.
    static let answerLimit = 1 << 20
    /// The longest file that is unpacked, in bytes: a call of two hours takes a sixteenth of it.
    static let unpackedFileLimit = 4 << 30

    /// - Parameters:
    ///   - connectTimeout: for a connection, TLS included.
    ///   - readTimeout: for each wait within an answer; what bounds a download, which has no deadline.
    init(connections: Int, connectTimeout: Duration, readTimeout: Duration = .seconds(30)) {
        var configuration = HTTPClient.Configuration()
        // A redirect would send a placement a second time.
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = TimeAmount(connectTimeout)
        configuration.timeout.read = TimeAmount(readTimeout)
        // Retries are counted and decided by RetryPolicy alone.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = .milliseconds(500)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = max(1, connections)
        // Nothing packed is asked for; what comes packed is unpacked, and no further than its limit.
        configuration.decompression = .enabled(limit: .size(Self.answerLimit))
        // RequestSpan traces whole requests; spans of the attempts, which would have no parent, are not wanted beside it.
        configuration.tracing.tracer = nil
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
        configuration.decompression = .enabled(limit: .size(Self.unpackedFileLimit))
        downloads = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
    }

    deinit {
        if isShutDown.exchange(true, ordering: .acquiringAndReleasing) { return }
        // Nobody is left to tell about a failure here; both only free what the process holds anyway.
        client.shutdown { [downloads, group] _ in downloads.shutdown { _ in group.shutdownGracefully { _ in } } }
    }

    func shutdown() async {
        if isShutDown.exchange(true, ordering: .acquiringAndReleasing) { return }
        try? await client.shutdown()
        try? await downloads.shutdown()
        try? await group.shutdownGracefully()
    }

    func send(_ request: OutgoingRequest) async -> Delivery {
        let outgoing: HTTPClient.Request
        do {
            outgoing = try HTTPClient.Request(
                url: request.url,
                method: HTTPMethod(rawValue: request.method.rawValue),
                headers: Self.headers(request),
                body: request.body.map { .bytes($0) }
            )
        } catch {
            return .neverLeft(.broken(describe(error)))
        }
        if Task.isCancelled { return .neverLeft(.cancelled) }
        let delegate = SendDelegate(limit: Self.answerLimit)
        let task = client.execute(
            request: outgoing,
            delegate: delegate,
            deadline: .now() + TimeAmount(request.timeouts.answer),
            logger: Self.silent
        )
        return await withTaskCancellationHandler {
            do {
                return .answered(try await task.get())
            } catch {
                if let answer = delegate.answer(despite: error) { return .answered(answer) }
                let failure = failure(error, status: delegate.status)
                return delegate.mayHaveLeft ? .lost(failure) : .neverLeft(failure)
            }
        } onCancel: {
            task.cancel()
        }
    }

    static let silent = Logger(label: "piopiy.http") { _ in SwiftLogNoOpLogHandler() }

    static func headers(_ request: OutgoingRequest) -> HTTPHeaders {
        var headers: HTTPHeaders = [
            "Accept": "application/json",
            "Accept-Encoding": ContentCoding.wanted,
            "User-Agent": "piopiy-swift/\(PiopiyVersion.current)",
        ]
        if let token = request.token { headers.add(name: "Authorization", value: "Bearer \(token.secret)") }
        if request.body != nil { headers.add(name: "Content-Type", value: "application/json") }
        return headers
    }

    /// - Parameter status: of the answer, when its head has come; else 0.
    func failure(_ error: any Error, status: Int = 0) -> Delivery.Failure {
        switch error {
        case _ where ContentCoding.isTooLong(error): .answerTooLong(status: status)
        case _ where ContentCoding.isBroken(error): .unreadable(status: status)
        case let error as HTTPClientError where error == .cancelled: .cancelled
        case let error as HTTPClientError
        where error == .deadlineExceeded || error == .readTimeout || error == .writeTimeout:
            .timedOut
        case let error as SendDelegate.AnswerTooLong: .answerTooLong(status: error.status)
        default: .broken(describe(error))
        }
    }
}

extension AsyncHTTPTransport: CustomReflectable {
    /// A dump of a client goes no deeper: a request under way has the token in its headers.
    var customMirror: Mirror { Mirror(self, children: []) }
}

/// Collects one answer, and remembers whether the request may have left.
private final class SendDelegate: HTTPClientResponseDelegate, Sendable {
    struct AnswerTooLong: Error { let status: Int }

    private struct State {
        var mayHaveLeft = false
        var answer = Answer(status: 0, body: [])
        var coding = ContentCoding.none
    }

    // Written on the event loop, read by the awaiting task after the loop has finished: the lock orders the two.
    private let state = Mutex(State())
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    var mayHaveLeft: Bool { state.withLock(\.mayHaveLeft) }
    /// 0 as long as no head has come.
    var status: Int { state.withLock(\.answer.status) }

    /// The answer when all that was wrong with it is that its body is not packed as it claims: its status stands.
    func answer(despite error: any Error) -> Answer? {
        guard ContentCoding.isBroken(error), !ContentCoding.isTooLong(error) else { return nil }
        return state.withLock { state in
            switch state.coding {
            case .unpacked(let coding), .unreadable(let coding): state.answer.unread(coding)
            // There is nothing to unpack.
            case .none: state.answer
            }
        }
    }

    func didSendRequestHead(task: HTTPClient.Task<Answer>, _ head: HTTPRequestHead) {
        state.withLock { $0.mayHaveLeft = true }
    }

    func didReceiveHead(task: HTTPClient.Task<Answer>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        state.withLock {
            $0.mayHaveLeft = true
            $0.answer.status = Int(head.status.code)
            $0.answer.retryAfter = head.headers.retryAfter
            $0.answer.location = head.headers.first(name: "Location")
            $0.coding = ContentCoding(head.headers)
        }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Answer>, _ part: ByteBuffer) -> EventLoopFuture<Void> {
        let tooLong: AnswerTooLong? = state.withLock {
            guard $0.answer.body.count + part.readableBytes <= limit else {
                return AnswerTooLong(status: $0.answer.status)
            }
            $0.answer.body.append(contentsOf: part.readableBytesView)
            return nil
        }
        if let tooLong { return task.eventLoop.makeFailedFuture(tooLong) }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didFinishRequest(task: HTTPClient.Task<Answer>) throws -> Answer {
        state.withLock { state in
            if case .unreadable(let coding) = state.coding { state.answer.unread(coding) } else { state.answer }
        }
    }
}

extension Answer {
    /// The answer without its body, which nobody can read.
    fileprivate func unread(_ coding: String) -> Answer {
        var answer = self
        answer.body = []
        answer.unreadCoding = coding
        return answer
    }
}

extension HTTPHeaders {
    /// The `Retry-After` header. Several are a list, which says nothing: none of them counts before the others.
    var retryAfter: String? {
        let values = self["Retry-After"]
        return values.isEmpty ? nil : values.joined(separator: ",")
    }
}

extension TimeAmount {
    fileprivate init(_ duration: Duration) {
        // Nobody waits for a year, and a moment that far away still fits.
        let parts = max(.zero, min(duration, .seconds(365 * 86_400))).components
        self = .nanoseconds(parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000)
    }
}

/// An error of the network in a few words for an operator. The errors of the libraries never hold a header, so no token.
private func describe(_ error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
        let why = error.connectionErrors.first.map { describe($0.error) } ?? error.dnsAError.map { describe($0) }
        let host = "\(error.host):\(error.port)"
        if error.connectionErrors.isEmpty { return "\(host) is not known (\(why ?? "no address"))" }
        return "\(host) \(why ?? "did not answer")"
    case let error as IOError: return IOErrorText.of(error.errnoCode)
    case let error as HTTPClientError:
        return switch error {
        case .connectTimeout, .getConnectionFromPoolTimeout: "no connection in time"
        case .tlsHandshakeTimeout: "no TLS handshake in time"
        case .remoteConnectionClosed: "the other side closed it"
        default: error.shortDescription
        }
    default: return "\(error)"
    }
}
