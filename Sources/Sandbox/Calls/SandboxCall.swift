import Piopiy

/// One call that the sandbox holds: who, its times, its end. A value; ``World`` owns it.
struct SandboxCall: Sendable {
    /// Counts the calls in the order of their placement, from 1.
    let number: Int
    let order: CallOrder
    let callID: String
    let requestID: String
    let conversationID: String
    let script: CallScript

    let placedAt: Timestamp
    private(set) var startedAt: Timestamp?
    private(set) var ringingAt: Timestamp?
    private(set) var answeredAt: Timestamp?
    private(set) var endedAt: Timestamp?
    private(set) var end: CallEnd?
    /// The hang-up's own words, when there was one.
    private(set) var cause: String?
    private(set) var reason: String?

    /// The call's variables as JSON text: what events carry as `extra_params`.
    let extraParams: String

    /// Seconds of talk at speed 1, once it has ended.
    private(set) var talkSeconds = 0

    init(number: Int, request: AICall, seed: UInt64, at: Timestamp) {
        self.init(number: number, order: CallOrder(request), seed: seed, at: at)
    }

    init(number: Int, order: CallOrder, seed: UInt64, at: Timestamp) {
        var generator = SeededGenerator(seed: seed, number: number)
        self.number = number
        self.order = order
        requestID = generator.token()
        callID = generator.uuid()
        conversationID = generator.token()
        script = CallScript(order, using: &generator)
        placedAt = at
        let variables = JSONValue.object((order.variables ?? [:]).mapValues(\.json))
        // Variables were read from JSON, so they can be written as JSON.
        extraParams = (try? variables.text()) ?? "{}"
    }

    var state: String {
        if endedAt != nil { return "ended" }
        if answeredAt != nil { return "talking" }
        return ringingAt != nil ? "ringing" : "queued"
    }

    var isUp: Bool { endedAt == nil }

    /// Whether anybody outside of the sandbox ever hears of it.
    var isTold: Bool { script.telling != .nothing }

    /// The app that the call belongs to: the request's, else the sandbox's own.
    var appID: String { order.appID ?? SandboxServer.appID }

    /// About how many bytes it takes to keep.
    var cost: Int { 1024 + extraParams.utf8.count * 2 }

    /// The recording's file name, once there is one.
    var recording: String? { order.isRecorded && answeredAt != nil && !isUp ? "\(callID).wav" : nil }

    mutating func noteTalk(_ seconds: Int) { talkSeconds = seconds }

    /// Goes one step on. A call that has ended stays as it is.
    /// - Returns: whether it did.
    mutating func take(_ step: CallScript.Step, at: Timestamp) -> Bool {
        guard isUp else { return false }
        switch step {
        case .started: startedAt = at
        case .ringing: ringingAt = at
        case .answered: answeredAt = at
        case .ended(let end):
            self.end = end
            endedAt = at
            cause = cause ?? end.usualCause
        }
        return true
    }

    /// Ends it by somebody's wish: cancelled before the answer, completed after.
    mutating func hangUp(_ hangUp: HangUp, at: Timestamp) -> Bool {
        guard isUp else { return false }
        cause = hangUp.cause
        reason = hangUp.reason
        return take(.ended(answeredAt == nil ? .cancelled : .completed), at: at)
    }
}

extension CallEnd {
    /// The cause that a telephone network gives for such an end (Q.850 names).
    var usualCause: String {
        switch self {
        case .completed: "NORMAL_CLEARING"
        case .noAnswer: "NO_ANSWER"
        case .busy: "USER_BUSY"
        case .failed: "NETWORK_OUT_OF_ORDER"
        case .cancelled: "ORIGINATOR_CANCEL"
        }
    }
}

extension SandboxCall {
    /// The call as `GET /_sandbox/calls` and `GET /v3/calls/{id}` show it. Times are in ms since 1970, `null` until they come.
    var json: JSONValue {
        func time(_ at: Timestamp?) -> JSONValue { at.map { .integer(Int($0.milliseconds)) } ?? .null }
        return [
            "call_id": .string(callID),
            "request_id": .string(requestID),
            "conversation_uuid": .string(conversationID),
            "kind": .string(order.kind.rawValue),
            "caller_id": .string(order.callerID.digits),
            "to_number": .string(order.toNumber.digits),
            "agent_id": order.agentID.map { .string($0.text) } ?? .null,
            "app_id": .string(appID),
            "recording": recording.map { .string($0) } ?? .null,
            "direction": "outbound",
            "state": .string(state),
            "end": end.map { .string($0.rawValue) } ?? .null,
            "cause": cause.map { .string($0) } ?? .null,
            "reason": reason.map { .string($0) } ?? .null,
            "placed_at": time(placedAt),
            "ringing_at": time(ringingAt),
            "answered_at": time(answeredAt),
            "ended_at": time(endedAt),
        ]
    }
}
