import Piopiy

extension SandboxCall {
    /// How a transfer of the call stands (source: PyPI piopiy-agent 1.2.1). Its `request_id` is the transfer's.
    func event(of transfer: Transfer, at: Timestamp) -> CallReport {
        var members = transfer.json.object ?? [:]
        members["type"] = "transfer_status"
        members["conversation_uuid"] = .string(conversationID)
        members["time"] = .integer(Int(at.milliseconds))
        return CallReport(kind: .live, json: .object(members))
    }

    /// What happens to the leg of whoever is rung, in the first dialect of the platform's samples.
    func legEvent(_ status: String, of transfer: Transfer, at: Timestamp) -> CallReport {
        let from = transfer.order.callerID ?? order.callerID
        let target = transfer.order.target ?? ""
        let members: [String: JSONValue] = [
            "appid": 2_222_224,
            "cmiuuid": .string(callID),
            "conversation_uuid": .string(conversationID),
            "request_id": .string(requestID),
            "leg": "b",
            "direction": "outbound",
            "from": Self.number(from),
            "to": Int(target).map { .integer($0) } ?? .string(target),
            "extra_params": .string(extraParams),
            "time": .integer(Int(at.milliseconds)),
            "status": .string(status),
        ]
        return CallReport(kind: .live, json: .object(members))
    }
}
