/// What one webhook of the platform says, whatever dialect it came in.
///
/// Nothing in it can be trusted: webhooks are not signed, and texts may hold any character. What the webhook did not say
/// is `nil`.
public struct PlatformEvent: Hashable, Sendable {
    /// What sort of webhook it was.
    public enum Kind: Hashable, Sendable {
        /// Sent while the call runs.
        case live
        /// The call detail record, sent when it has ended.
        case cdr
        /// The progress of a transfer.
        case transfer
    }

    /// What happened, or for a CDR how the call ended.
    public enum Status: Hashable, Sendable {
        /// The leg was created.
        case created
        /// It rings.
        case ringing
        /// Live: it was answered. CDR: it was answered and has ended.
        case answered
        /// Leg b was joined to the call.
        case bridged
        /// It ended, after it was answered or without anybody saying why.
        case ended
        /// Nobody answered.
        case noAnswer
        /// The other side is busy.
        case busy
        /// It did not come about.
        case failed
        /// The other side declined it.
        case rejected
        /// It was given up before it was answered.
        case cancelled
        /// Somebody is rung for the transfer.
        case transferStarted
        /// The caller was handed over.
        case transferCompleted
        /// The transfer did not go through; ``PlatformEvent/reason`` can say why.
        case transferFailed
        /// A status that is not known, in the platform's own word.
        case other(String)
    }

    /// Whose side of the call an event is about.
    public enum Leg: String, Hashable, Sendable {
        /// The customer.
        case a
        /// Whoever was connected.
        case b
    }

    /// Who rang whom, seen from the platform.
    public enum Direction: String, Hashable, Sendable {
        /// Somebody rang a number of the account.
        case inbound
        /// The platform rang somebody.
        case outbound
    }

    /// From `type`, or from what only a CDR has.
    public var kind: Kind
    /// From `status`, in any letter case.
    public var status: Status
    /// From `cmiuuid`, `call_id`, `uuid` or `call_uuid`; of leg b it can be that leg's own.
    public var callID: CallID?
    /// From `request_id` or `request`: what the placement was answered with.
    public var requestID: RequestID?
    /// The whole conversation, transfers included.
    public var conversationID: String?
    /// As it came: usually digits, but anything may come.
    public var from: String?
    /// As it came, like ``from``.
    public var to: String?
    /// `nil` where the webhook does not say; it is the customer's then.
    public var leg: Leg?
    /// From `direction`.
    public var direction: Direction?
    /// When it happened by the platform's clock, or when it was received if the webhook does not say.
    public var at: Timestamp
    /// From a CDR.
    public var startedAt: Timestamp?
    /// From a CDR; `nil` for a call that nobody answered.
    public var answeredAt: Timestamp?
    /// From a CDR.
    public var endedAt: Timestamp?
    /// Talk time in seconds.
    public var talkSeconds: Double?
    /// What the call cost, in the account's currency.
    public var rate: Double?
    /// What the account has left, in its currency.
    public var balance: Double?
    /// The recording's file name or address.
    public var recording: String?
    /// Why a transfer failed or a call ended, in the platform's word.
    public var reason: String?
    /// From `agent_id`.
    public var agentID: String?
    /// The call's own values, as far as they could be read.
    public var variables: [String: JSONValue]

    public init(
        kind: Kind,
        status: Status,
        callID: CallID? = nil,
        requestID: RequestID? = nil,
        conversationID: String? = nil,
        from: String? = nil,
        to: String? = nil,
        leg: Leg? = nil,
        direction: Direction? = nil,
        at: Timestamp,
        startedAt: Timestamp? = nil,
        answeredAt: Timestamp? = nil,
        endedAt: Timestamp? = nil,
        talkSeconds: Double? = nil,
        rate: Double? = nil,
        balance: Double? = nil,
        recording: String? = nil,
        reason: String? = nil,
        agentID: String? = nil,
        variables: [String: JSONValue] = [:]
    ) {
        self.kind = kind
        self.status = status
        self.callID = callID
        self.requestID = requestID
        self.conversationID = conversationID
        self.from = from
        self.to = to
        self.leg = leg
        self.direction = direction
        self.at = at
        self.startedAt = startedAt
        self.answeredAt = answeredAt
        self.endedAt = endedAt
        self.talkSeconds = talkSeconds
        self.rate = rate
        self.balance = balance
        self.recording = recording
        self.reason = reason
        self.agentID = agentID
        self.variables = variables
    }
}
