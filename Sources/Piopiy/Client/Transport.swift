/// What carries requests. It decides nothing: it reports what happened, above all whether bytes may have left.
protocol Transport: Sendable {
    /// Sends once. A cancelled task gives up at once and says whether the request may have left.
    func send(_ request: OutgoingRequest) async -> Delivery
    func shutdown() async
}

struct OutgoingRequest: Sendable {
    let method: APIRequest.Method
    let url: String
    let token: Token
    let body: [UInt8]?
    let timeouts: Timeouts
}

/// What became of one attempt to send.
enum Delivery: Sendable, Equatable {
    case answered(Answer)
    /// No byte of the request reached a connection.
    case neverLeft(Failure)
    /// Bytes may have left, and no whole answer came.
    case lost(Failure)

    enum Failure: Sendable, Equatable {
        case timedOut
        case cancelled
        case broken(String)
        case answerTooLong(status: Int)
    }
}

/// How long to wait for the platform.
public struct Timeouts: Sendable, Hashable {
    /// For a connection, TLS included.
    public var connect: Duration
    /// From the start of an attempt to the end of its answer; the connection's time counts in.
    public var answer: Duration

    public init(connect: Duration = .seconds(5), answer: Duration = .seconds(10)) {
        self.connect = min(connect, answer)
        self.answer = answer
    }
}
