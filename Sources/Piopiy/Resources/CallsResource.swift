/// `RestClient.calls`: calls that are up (source: PyPI piopiy-agent 1.2.1).
public struct CallsResource: Sendable {
    let requester: Requester

    static func statusRequest(_ id: CallID) -> APIRequest {
        APIRequest(method: .get, path: "/calls/\(id)", repeatable: true)
    }

    /// How a call stands. One that has ended is told as ``CallStatus/ended``, which is no failure.
    public func status(_ id: CallID) async -> Outcome<CallStatus> {
        if let problem = UUIDText.problem(with: id.text) {
            return .invalid(ValidationError(field: "call_id", problem))
        }
        return await requester.perform(
            Self.statusRequest(id),
            name: "calls.status",
            about: ["call": id.text]
        ) { answer, now in
            if AnswerReader.saysCallEnded(answer) { return .accepted(.ended) }
            return AnswerReader.value(answer, now: now) { body in
                body.object == nil ? nil : .up(LiveCall(id: id, json: body))
            }
        }
    }

    /// Ends a call. A call that has ended before is a success. It is repeated within the budget when in doubt.
    public func hangup(_ hangUp: CallHangUp) async -> Outcome<ActionReceipt> {
        await requester.perform(
            hangUp.request,
            name: "calls.hangup",
            about: ["call": hangUp.callID.text],
            read: AnswerReader.hangUp
        )
    }

    /// Rings a person while the caller stays with the agent. It is repeated within the budget when in doubt; a transfer
    /// that runs already (409 `transfer_in_progress`) is joined, which counts as accepted.
    public func warmTransfer(_ transfer: WarmTransfer) async -> Outcome<TransferReceipt> {
        await requester.perform(
            transfer.request,
            name: "calls.warmTransfer",
            about: ["call": transfer.callID.text],
            read: AnswerReader.transfer
        )
    }

    /// Hands the caller over at once. It is repeated within the budget when in doubt, as ``warmTransfer(_:)`` is.
    public func blindTransfer(_ transfer: BlindTransfer) async -> Outcome<TransferReceipt> {
        await requester.perform(
            transfer.request,
            name: "calls.blindTransfer",
            about: ["call": transfer.callID.text],
            read: AnswerReader.transfer
        )
    }
}

/// How a call stands.
public enum CallStatus: Hashable, Sendable {
    /// It is up.
    case up(LiveCall)
    /// It has ended, or never was: the platform answers both with 404, or with the code `CALL_NOT_FOUND`.
    case ended
}

/// A call that is up, as the platform tells of it.
public struct LiveCall: Hashable, Sendable {
    /// The id that was asked for.
    public let id: CallID
    /// The platform's word for how it stands, from `state` or `status`, such as `ringing`.
    public let state: String?
    /// Everything that the platform told.
    public let json: JSONValue

    /// Reads an answer of the platform; any JSON will do.
    public init(id: CallID, json: JSONValue) {
        self.id = id
        self.json = json
        state = json["state"]?.looseText ?? json["status"]?.looseText
    }
}

/// The answer to a transfer that was asked for.
public struct TransferReceipt: Hashable, Sendable {
    /// The HTTP status; 409 when ``joined``.
    public let status: Int
    /// What ``TransfersResource/status(_:)`` asks for.
    public let requestID: RequestID?
    /// The call, when the answer names it.
    public let callID: CallID?
    /// A transfer of this call ran already, and is the one that ``requestID`` names.
    public let joined: Bool

    public init(status: Int, requestID: RequestID? = nil, callID: CallID? = nil, joined: Bool = false) {
        self.status = status
        self.requestID = requestID
        self.callID = callID
        self.joined = joined
    }
}
