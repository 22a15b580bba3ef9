import Piopiy

extension World {
    /// `POST /v2/piopiy/get_channels`: calls of an app that are up. The platform writes the number as a string.
    func callsUp(of app: String) -> Reply {
        let count = store.all.count { $0.isUp && $0.isTold && $0.appID == app }
        return .json(status: 200, ["code": 200, "channel": .string("\(count)")])
    }

    /// `POST /v1/balance`.
    static let balance = Reply.json(
        status: 200,
        ["code": 200, "expire": 4_102_444_800_000, "sms": 10_969, "balance": "17507.49"]
    )

    /// `POST /v1/piopiy/requestid_cdr`: the records of both legs.
    func records(ofRequest id: String, _ app: String) -> Reply {
        guard !id.isEmpty, let call = store.all.first(where: { $0.requestID == id }), !call.isUp, call.isTold,
            call.appID == app
        else { return .code(404, "not found") }
        let legs = call.legRecords
        return .json(status: 200, ["code": 200, "count": .integer(legs.count), "cdr": .array(legs)])
    }

    /// `POST /v1/piopiy/cmiuuid_cdr`: the record of one call.
    func record(ofCall id: String, _ app: String) -> Reply {
        guard let call = store[id], !call.isUp, call.isTold, call.appID == app, let first = call.legRecords.first
        else {
            return .code(404, "not found")
        }
        return .json(status: 200, ["code": 200, "cdr": first])
    }
}

extension SandboxCall {
    /// The records of its legs as look-ups tell them: no call id is in them (source: the vendor's documentation).
    var legRecords: [JSONValue] {
        func record(_ leg: String, to: JSONValue) -> JSONValue {
            [
                "leg": .string(leg), "direction": "outbound", "from": Self.number(order.callerID), "to": to,
                "time": .integer(Int(placedAt.milliseconds)), "status": .string(end?.recordStatus ?? ""),
                "duration": .integer(answeredAt == nil ? 0 : talkSeconds), "rate": "0.015", "balance": "17507.49",
            ]
        }
        let customer = record("a", to: Self.number(order.toNumber))
        // The agent is no phone number.
        guard answeredAt != nil, let agent = order.agentID else { return [customer] }
        return [customer, record("b", to: .string(agent.text))]
    }
}
