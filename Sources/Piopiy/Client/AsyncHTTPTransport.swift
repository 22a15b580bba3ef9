import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL
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
///
/// **Why a client for each proxy.** The library knows one proxy a client, and hosts may be reached in different ways. It
/// knows one limit for what it unpacks as well, and a file may be unpacked further than a short answer.
final class AsyncHTTPTransport: Transport {
    private let clients: [ClientKey: HTTPClient]
    private let configuration: HTTPClient.Configuration
    private let proxies: ProxyRules
    private let now: @Sendable () -> Timestamp
    private let group: MultiThreadedEventLoopGroup
    private let isShutDown = Atomic<Bool>(false)

    /// The longest answer that is read, in bytes, packed or not. The platform's are a few hundred.
    static let answerLimit = 1 << 20
    /// The longest file that is unpacked, in bytes: a call of two hours takes a sixteenth of it.
    static let unpackedFileLimit = 4 << 30

    /// - Parameters:
    ///   - connectTimeout: for a connection, proxy and TLS included.
    ///   - readTimeout: for each wait within an answer; what bounds a download, which has no deadline.
    ///   - trust: certificates that are trusted beside the system's.
    ///   - now: wall-clock time, to say whether a certificate has expired.
    init(
        connections: Int,
        connectTimeout: Duration,
        readTimeout: Duration = .seconds(30),
        proxies: ProxyRules = .none,
        trust: TrustedCertificates? = nil,
        now: @escaping @Sendable () -> Timestamp = { .now }
    ) {
        var configuration = HTTPClient.Configuration()
        // A redirect would send a placement a second time. Requester decides which one may be followed.
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
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let trust { tls.additionalTrustRoots = [.certificates(trust.certificates)] }
        configuration.tlsConfiguration = tls
        configuration.http1_1ConnectionDebugInitializer = Self.limitResending
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let ways: Set<ProxyAddress?> = [nil, proxies.https?.proxy, proxies.http?.proxy]
        let keys = ways.flatMap { [ClientKey(proxy: $0, isForFiles: false), ClientKey(proxy: $0, isForFiles: true)] }
        clients = Dictionary(
            uniqueKeysWithValues: keys.map { key in
                var configuration = configuration
                configuration.proxy = key.proxy.map { HTTPClient.Configuration.Proxy($0) }
                if key.isForFiles { configuration.decompression = .enabled(limit: .size(Self.unpackedFileLimit)) }
                return (key, HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration))
            }
        )
        self.configuration = configuration
        self.proxies = proxies
        self.now = now
        self.group = group
    }

    deinit {
        if isShutDown.exchange(true, ordering: .acquiringAndReleasing) { return }
        // Nobody is left to tell about a failure here; all of it only frees what the process holds anyway.
        Self.shutdown(Array(clients.values)) { [group] in group.shutdownGracefully { _ in } }
    }

    /// The system sends what was written again and again while nobody acknowledges it, and goes on for a while after the
    /// connection is given up. A placement that arrives minutes later would ring somebody of whom it was said meanwhile
    /// that nobody was rung.
    private static func limitResending(_ channel: any Channel) -> EventLoopFuture<Void> {
        #if os(Linux)
        let userTimeout = NIOBSDSocket.Option(rawValue: 18)  // TCP_USER_TIMEOUT, in ms
        return channel.setOption(ChannelOptions.Types.SocketOption(level: .tcp, name: userTimeout), value: 10_000)
            // A channel that is no TCP socket of the system's has no such option.
            .flatMapErrorThrowing { _ in }
        #else
        return channel.eventLoop.makeSucceededVoidFuture()
        #endif
    }

    private static func shutdown(_ clients: [HTTPClient], then end: @escaping @Sendable () -> Void) {
        guard let first = clients.first else { return end() }
        first.shutdown { _ in shutdown(Array(clients.dropFirst()), then: end) }
    }

    func shutdown() async {
        if isShutDown.exchange(true, ordering: .acquiringAndReleasing) { return }
        for client in clients.values { try? await client.shutdown() }
        try? await group.shutdownGracefully()
    }

    private struct ClientKey: Hashable {
        /// `nil` for a direct connection.
        let proxy: ProxyAddress?
        let isForFiles: Bool
    }

    /// How a request gets to its host.
    struct Way {
        let client: HTTPClient
        let address: WebAddress
        /// `nil` for a direct connection.
        let proxy: ProxyAddress?
    }

    /// - Throws: ``ValidationError`` for an address that breaks a rule; the library would end the process for a bad
    ///   port.
    func way(to url: String, forFiles isForFiles: Bool = false) throws(ValidationError) -> Way {
        let address = try WebAddress(validating: url, takesQuery: true)
        let proxy = proxies.route(to: address).choice?.proxy
        // Every proxy that the rules know has its client.
        guard let client = clients[ClientKey(proxy: proxy, isForFiles: isForFiles)] else {
            throw ValidationError(field: "proxy", "has no client")
        }
        return Way(client: client, address: address, proxy: proxy)
    }

    func send(_ request: OutgoingRequest) async -> Delivery {
        let outgoing: HTTPClient.Request
        let way: Way
        do {
            way = try self.way(to: request.url)
            outgoing = try HTTPClient.Request(
                url: way.address.text,
                method: HTTPMethod(rawValue: request.method.rawValue),
                headers: Self.headers(request),
                body: request.body.map { body($0, before: request.deadline) }
            )
        } catch {
            return .neverLeft(.broken(ConnectionFailure.words(error)))
        }
        if Task.isCancelled { return .neverLeft(.cancelled) }
        if request.deadline?.isPast == true { return .neverLeft(.expired) }
        let delegate = SendDelegate(limit: Self.answerLimit)
        let task = way.client.execute(
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
                // A head without its body is no request: nobody can have acted on it.
                if error is DeadlinePassed { return .neverLeft(.expired) }
                let failure = await failure(error, way, status: delegate.status)
                return delegate.mayHaveLeft ? .lost(failure) : .neverLeft(failure)
            }
        } onCancel: {
            task.cancel()
        }
    }

    private struct DeadlinePassed: Error {}

    /// The body, which leaves in one piece, behind the head.
    ///
    /// Connecting and TLS may take seconds, and the program may be stopped meanwhile: a deadline is looked at when there is
    /// nothing left to do but to write.
    private func body(_ bytes: [UInt8], before deadline: SendDeadline?) -> HTTPClient.Body {
        guard let deadline else { return .bytes(bytes) }
        let loop = group.next()
        return .stream(contentLength: Int64(bytes.count)) { writer in
            if deadline.isPast { return loop.makeFailedFuture(DeadlinePassed()) }
            return writer.write(.byteBuffer(ByteBuffer(bytes: bytes)))
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
    func failure(_ error: any Error, _ way: Way, status: Int = 0) async -> Delivery.Failure {
        switch error {
        case _ where ContentCoding.isTooLong(error): return .answerTooLong(status: status)
        case _ where ContentCoding.isBroken(error): return .unreadable(status: status)
        case let error as HTTPClientError where error == .cancelled: return .cancelled
        case let error as HTTPClientError
        where error == .deadlineExceeded || error == .readTimeout || error == .writeTimeout:
            return .timedOut
        case let error as SendDelegate.AnswerTooLong: return .answerTooLong(status: error.status)
        default: break
        }
        var certificate: CertificateDates?
        if TLSFailure(error)?.isAboutTrust == true {
            certificate = await CertificateDates.asked(of: way, like: configuration, on: group)
        }
        return .broken(ConnectionFailure.words(error, to: way.address, by: way.proxy, certificate, now: now()))
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

extension HTTPClient.Configuration.Proxy {
    init(_ proxy: ProxyAddress) {
        // The library wants an IPv6 address without brackets.
        let host = "\(proxy.host)".filter { $0 != "[" && $0 != "]" }
        switch proxy.kind {
        case .socks5: self = .socksServer(host: host, port: proxy.port)
        case .http:
            let authorization = proxy.credentials.map {
                HTTPClient.Authorization.basic(username: $0.user, password: $0.password)
            }
            self = .server(host: host, port: proxy.port, authorization: authorization)
        }
    }
}

extension TimeAmount {
    fileprivate init(_ duration: Duration) {
        // Nobody waits for a year, and a moment that far away still fits.
        let parts = max(.zero, min(duration, .seconds(365 * 86_400))).components
        self = .nanoseconds(parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000)
    }
}
