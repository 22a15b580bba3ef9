import CallBoard
import Piopiy
import Station

/// Calls of the journal as they are printed.
struct CallText {
    let format: ListFormat

    private static let table = TextTable(widths: [19, 9, 10, 16, 16, 7, 36])
    private static let columns = [
        "call_id", "ref", "request_id", "state", "end", "caller_id", "to_number", "agent_id", "placed_at", "ringing_at",
        "answered_at", "ended_at", "talk_sec", "rate", "recording", "operator", "account",
    ]

    /// The first line; `nil` where there is none.
    var header: String? {
        switch format {
        case .text: Self.table.row(["TIME", "STATE", "END", "FROM", "TO", "TALK", "CALL", "OPERATOR"])
        case .json: nil
        case .csv: Self.columns.joined(separator: ",")
        }
    }

    /// Lines of many calls, made by two tasks.
    func lines(_ calls: [StoredCall]) async -> [String] {
        func lines(_ some: ArraySlice<StoredCall>) -> [String] { some.map { line($0.call, account: $0.account) } }
        guard calls.count > 100 else { return lines(calls[...]) }
        let half = calls.count / 2
        async let first = lines(calls[..<half])
        let second = lines(calls[half...])
        return await first + second
    }

    func line(_ call: Call, account: String) -> String {
        switch format {
        case .json: return JSONLine.text(Self.json(call, account: account))
        case .text:
            let end = call.callerWasLost ? "caller lost" : call.isEnded ? call.ending ?? "no record" : ""
            return Self.table.row([
                call.startedAt.localText, call.stage.word, end, call.from ?? "", call.to ?? "",
                Self.talkSeconds(call).map { "\($0) s" } ?? "", call.callID?.text ?? "", call.operator ?? "",
            ])
        case .csv:
            let members = Self.members(call, account: account)
            return Self.columns.map { CSV.cell(members[$0]?.looseText ?? "") }.joined(separator: ",")
        }
    }

    private static func talkSeconds(_ call: Call) -> Int? {
        guard call.isEnded else { return nil }
        return call.duration(at: call.seenAt).map { Int($0.components.seconds) }
    }

    /// One call for scripts; times are ms since 1970, what has no value is left out.
    static func json(_ call: Call, account: String) -> JSONValue {
        var members = members(call, account: account)
        members["variables"] = call.variables.flatMap { try? JSONValue(parsing: $0.utf8) }
        if !call.transfers.isEmpty {
            members["transfers"] = .array(
                call.transfers.map { transfer in
                    var members: [String: JSONValue] = ["status": .string(transfer.progress.rawValue)]
                    if transfer.hasID { members["request_id"] = .string(transfer.requestID.text) }
                    if transfer.endedCall { members["call_ended"] = true }
                    members["target"] = transfer.target.map { .string($0) }
                    members["reason"] = transfer.reason.map { .string($0) }
                    return .object(members)
                }
            )
        }
        return .object(members)
    }

    /// What has one value, and so is a column of CSV too.
    private static func members(_ call: Call, account: String) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "state": .string(call.stage.word),
            "account": .string(Account.platform(of: account)),
            "seen_at": .integer(Int(call.seenAt.milliseconds)),
        ]
        func put(_ key: String, _ text: String?) { members[key] = text.map { .string($0) } }
        func put(_ key: String, _ moment: Timestamp?) { members[key] = moment.map { .integer(Int($0.milliseconds)) } }
        put("end", call.ending)
        if !call.isEndKnown { members["end_known"] = false }
        if call.callerWasLost { members["caller_lost"] = true }
        put("ref", call.ref?.text)
        put("call_id", call.callID?.text)
        put("request_id", call.requestID?.text)
        put("conversation_id", call.conversationID)
        put("caller_id", call.from)
        put("to_number", call.to)
        put("agent_id", call.agentID)
        put("direction", call.direction?.rawValue)
        put("operator", call.operator)
        put("recording", call.recording)
        put("placed_at", call.placedAt)
        put("ringing_at", call.ringingAt)
        put("answered_at", call.answeredAt)
        put("ended_at", call.endedAt)
        members["talk_sec"] = talkSeconds(call).map { .integer($0) }
        members["rate"] = call.rate.map { .number($0) }
        return members
    }
}
