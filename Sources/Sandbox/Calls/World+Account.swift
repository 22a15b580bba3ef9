import Piopiy

extension SandboxServer {
    /// The app that calls of AI agents belong to; the account has no other but those that requests name.
    public static let appID = "2222224"

    /// The agents of the sandbox's account.
    public static let agents: [AIAgent] = [
        AIAgent(id: "bdd32bcb-767c-40a5-be4a-5f45eeb348a6", name: "support-en", status: "active"),
        AIAgent(id: "3f0c2f4e-9d1b-4c8a-8a63-0d5f6f1c7b21", name: "sales-uk", status: "active"),
        AIAgent(id: "7a1e9c52-4b7d-4e0f-9c35-5e2b8d4f6a90", name: "bookings-in", status: "active"),
        AIAgent(id: "c5d8a7b3-1f26-4a94-b0e8-92d4c6e1f357", name: "night-desk", status: "inactive"),
    ]
}

extension World {
    /// `POST /sip/app/cdr/get`: the newest first, as many as were asked for.
    func records(_ query: CDRQuery) -> Reply {
        let found = store.all.filter {
            !$0.isUp && $0.isTold && $0.appID == query.appID && $0.placedAt >= query.from && $0.placedAt <= query.to
        }
        let newest = found.sorted { ($0.placedAt, $0.number) > ($1.placedAt, $1.number) }.prefix(query.limit)
        return .json(status: 200, ["code": 200, "cdr": .array(newest.map(\.storedRecord))])
    }

    /// `GET /sip/app/call/recording/play/{file_name}`.
    /// - Parameter start: the first byte that is wanted.
    func recording(_ fileName: String, from start: Int?) -> Reply {
        guard fileName.hasSuffix(".wav"), let call = store[String(fileName.dropLast(".wav".count))],
            call.recording == fileName
        else { return .error(404, "recording_not_found", "No recording has this name.") }
        let file = RingTone.wav
        let start = start ?? 0
        guard start < file.count || start == 0 else {
            return .error(
                416,
                "range_not_satisfiable",
                "The recording is shorter."
            )
        }
        let breaksOff =
            MagicEnding(call.order.toNumber) == .brokenRecording && brokenOff.isFirst(fileName)
        return .file(Reply.File(bytes: file, start: start, tag: "\"\(call.callID)\"", breaksOff: breaksOff))
    }
}

extension SandboxCall {
    /// The call as the platform keeps it on record (source: public integrations).
    var storedRecord: JSONValue {
        var members: [String: JSONValue] = [
            "call_id": .string(callID),
            "request_id": .string(requestID),
            "caller_id": .string(order.callerID.digits),
            "to_number": .string(order.toNumber.digits),
            "timestamp": .integer(Int(placedAt.milliseconds)),
            "status": .string(end?.recordStatus ?? ""),
            "answer_sec": .integer(talkSeconds),
            "duration": .integer(talkSeconds),
            "extra_params": .string(extraParams),
        ]
        members["file_name"] = recording.map { .string($0) }
        return .object(members)
    }
}
