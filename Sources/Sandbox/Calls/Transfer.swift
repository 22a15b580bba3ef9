import Piopiy

/// What the last four digits of a transfer's target choose to happen.
enum TransferEnding: String, CaseIterable, Sendable {
    case busy = "0001"
    case noAnswer = "0002"
    case networkError = "0003"
    case rejected = "0005"
    /// The transfer begins, and the connection is closed without an answer.
    case closesConnection = "0006"
    /// The transfer begins, and the request is answered with 502.
    case badGateway = "0009"
    case invalidNumber = "0015"
    case unreachable = "0016"
    case callBarred = "0017"

    /// - Parameter target: a number or a SIP address.
    init?(_ target: String) {
        let digits = target.prefix { $0 != "@" }.filter { ("0"..."9").contains($0) }
        self.init(rawValue: String(digits.suffix(4)))
    }

    /// Why it fails, in the platform's word; `nil` when it does not.
    var reason: String? {
        switch self {
        case .busy: "busy"
        case .noAnswer: "no_answer"
        case .networkError: "network_error"
        case .rejected: "rejected"
        case .invalidNumber: "invalid_number"
        case .unreachable: "unreachable"
        case .callBarred: "call_barred"
        case .closesConnection, .badGateway: nil
        }
    }

    /// Whether the target's phone rings before it fails.
    var rings: Bool {
        switch self {
        case .invalidNumber, .unreachable, .callBarred, .networkError: false
        default: true
        }
    }
}

/// What is asked of a call that is up: that somebody else gets it.
struct TransferOrder: Sendable {
    /// Whether the agent keeps the caller until somebody answers.
    let isWarm: Bool
    /// Who is rung; `nil` when nobody is, because the new pipeline only plays something, say.
    let target: String?
    let callerID: PhoneNumber?
    /// Seconds it rings before it counts as unanswered.
    let ringTimeout: Int
    /// Whether the new pipeline ends the call at once.
    let hangsUp: Bool

    static let defaultRingTimeout = 30

    init(_ transfer: WarmTransfer) {
        isWarm = true
        switch transfer.target {
        case .number(let number): target = number.digits
        case .sip(let uri): target = uri
        }
        callerID = transfer.callerID
        ringTimeout = transfer.ringTimeout ?? Self.defaultRingTimeout
        hangsUp = false
    }

    init(_ pipeline: Pipeline) {
        isWarm = false
        var target: String?
        var callerID: PhoneNumber?
        var timeout: Int?
        if case .connect(let connect) = pipeline.actions.first {
            callerID = connect.callerID
            timeout = connect.leg.options?.ringTimeout
            switch connect.endpoints.first?.target {
            case .pstn(let number): target = number.digits
            case .sip(let uri): target = uri
            case .agent, nil: break
            }
        }
        self.target = target
        self.callerID = callerID
        ringTimeout = timeout ?? Self.defaultRingTimeout
        hangsUp = pipeline.actions.first == .hangup
    }

    var ending: TransferEnding? { target.flatMap { TransferEnding($0) } }
}

/// A transfer that the sandbox holds. A value; ``World`` owns it.
struct Transfer: Sendable {
    enum State: String, Sendable {
        case queued, started, completed, failed
    }

    /// Counts the transfers in the order in which they were asked for, from 1.
    let number: Int
    let requestID: String
    let callID: String
    let order: TransferOrder
    let askedAt: Timestamp
    private(set) var state = State.queued
    private(set) var reason: String?
    private(set) var settledAt: Timestamp?

    init(number: Int, callID: String, order: TransferOrder, seed: UInt64, at: Timestamp) {
        // Ids of their own, apart from those of the calls.
        var generator = SeededGenerator(seed: ~seed, number: number)
        self.number = number
        self.callID = callID
        self.order = order
        requestID = generator.token()
        askedAt = at
    }

    var hasSettled: Bool { settledAt != nil }

    /// - Returns: whether it was still waiting for that.
    mutating func start() -> Bool {
        guard state == .queued else { return false }
        state = .started
        return true
    }

    /// - Returns: whether it had not settled before.
    mutating func settle(_ reason: String?, at: Timestamp) -> Bool {
        guard !hasSettled else { return false }
        state = reason == nil ? .completed : .failed
        self.reason = reason
        settledAt = at
        return true
    }

    /// As `GET /v3/transfers/{id}` and `GET /_sandbox/transfers` show it.
    var json: JSONValue {
        var members: [String: JSONValue] = [
            "request_id": .string(requestID), "call_id": .string(callID), "status": .string(state.rawValue),
        ]
        members["reason"] = reason.map { .string($0) }
        return .object(members)
    }
}
