import Piopiy

/// What the platform tells of a call: one webhook.
struct CallReport: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// Sent once.
        case live
        /// The call detail record: sent until somebody takes it.
        case record
    }

    var kind: Kind
    var json: JSONValue
    /// Held back so long before it is sent, at speed 1.
    var delay: Duration = .zero
}

extension SandboxCall {
    /// The live event of a step that the call has just taken, in the first dialect of the platform's samples.
    func event(of step: CallScript.Step, at: Timestamp) -> CallReport {
        var members = commonMembers
        members["appid"] = 2_222_224
        members["callerid"] = members["from"]
        members["vn"] = members["from"]
        members["conversation_uuid"] = .string(conversationID)
        members["time"] = .integer(Int(at.milliseconds))
        members["status"] =
            switch step {
            case .started: "out_started"
            case .ringing: "out_ringing"
            case .answered: "out_answered"
            case .ended(.busy): "busy"
            case .ended(.failed): "failed"
            case .ended(.noAnswer): "out_missed"
            case .ended(.completed), .ended(.cancelled): "out_hangup"
            }
        if case .ended = step { addCause(to: &members) }
        return CallReport(kind: .live, json: .object(members))
    }

    /// The call detail record, in the second dialect of the samples.
    func record() -> CallReport? {
        guard let endedAt, let end else { return nil }
        let answered = answeredAt != nil
        var members = commonMembers
        members["type"] = "cdr"
        members["status"] = .string(end.recordStatus)
        members["time"] = .integer(Int(placedAt.milliseconds))
        members["start_time"] = .integer(Int((startedAt ?? placedAt).milliseconds / 1000))
        members["end_time"] = .integer(Int(endedAt.milliseconds / 1000))
        members["duration"] = .integer(answered ? talkSeconds : 0)
        // A made-up tariff: one and a half hundredths a minute that was begun.
        let minutes = answered ? (talkSeconds + 59) / 60 : 0
        members["call_rate"] = minutes == 0 ? 0 : .number(Double(minutes * 15) / 1000)
        members["balance"] = "76.349024"
        members["api_init"] = true
        members["recording"] = recording.map { .string($0) }
        addCause(to: &members)
        return CallReport(
            kind: .record,
            json: .object(members),
            delay: script.telling == .lateRecord ? MagicEnding.lateRecord : .zero
        )
    }

    private var commonMembers: [String: JSONValue] {
        [
            "cmiuuid": .string(callID),
            "request_id": .string(requestID),
            "leg": "a",
            "direction": "outbound",
            "from": Self.number(order.callerID),
            "to": Self.number(order.toNumber),
            "extra_params": .string(extraParams),
        ]
    }

    private func addCause(to members: inout [String: JSONValue]) {
        members["hangup_cause"] = cause.map { .string($0) }
        members["reason"] = reason.map { .string($0) }
    }

    /// The samples write phone numbers as JSON numbers; 16 digits fit.
    static func number(_ phone: PhoneNumber) -> JSONValue {
        Int(phone.digits).map { .integer($0) } ?? .string(phone.digits)
    }
}

extension CallEnd {
    /// The status of a CDR.
    var recordStatus: String {
        switch self {
        case .completed: "answered"
        case .noAnswer: "missed"
        case .busy: "busy"
        case .failed: "failed"
        case .cancelled: "cancelled"
        }
    }
}
